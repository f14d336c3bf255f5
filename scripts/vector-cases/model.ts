/** Vectors of model identity and chunk verification. */
import { bytesToHex } from "@noble/hashes/utils.js";
import { chunkProof, modelChunker } from "../../src/protocol/model-chunks.ts";
import type { CaseDraft, FileDraft } from "./draft.ts";

const file = Uint8Array.from({ length: 10 }, (_, i) => i);
const chunker = modelChunker(4);
chunker.update(file);
const { manifest, root, leaves } = chunker.finish();
const known = { root: bytesToHex(root), manifest: { ...manifest, treeRoot: bytesToHex(manifest.treeRoot) } };
const chunkOf = (index: number): string => bytesToHex(file.subarray(4 * index, 4 * index + 4));
const proofOf = (index: number): string[] => chunkProof(leaves, index).map(bytesToHex);

const rooted = (name: string, fileHex: string, chunkBytes: number): CaseDraft => ({
  name,
  operation: { file: fileHex, chunkBytes },
  expect: "accepted",
});
const chunk = (name: string, expect: string, change: object = {}, pre: object = {}): CaseDraft => ({
  name,
  pre: { ...known, ...pre },
  operation: { index: 1, chunk: chunkOf(1), proof: proofOf(1), ...change },
  expect,
});
const sized = (change: object) => ({ manifest: { ...known.manifest, ...change } });

export const modelFiles: readonly FileDraft[] = [
  {
    file: "model-root",
    rule: "model-root",
    about: "A model's identity from its bytes (whitepaper 2.6.1). Size and chunk size are bound by the root.",
    cases: () => [
      rooted("10 bytes in chunks of 4", bytesToHex(file), 4),
      rooted("the same bytes in chunks of 5", bytesToHex(file), 5),
      rooted("one chunk exactly", bytesToHex(file), 10),
      rooted("one byte less than a chunk", bytesToHex(file.subarray(0, 9)), 10),
      rooted("one byte more than a chunk", bytesToHex(Uint8Array.of(...file, 0)), 10),
      rooted("one byte", "00", 1),
    ],
  },
  {
    file: "chunk-verify",
    rule: "chunk-verify",
    about: "One chunk of a model against the root its user trusts (whitepaper 2.6.1).",
    cases: () => [
      ...[0, 1, 2].map((index) =>
        chunk(`chunk ${index}`, "accepted", { index, chunk: chunkOf(index), proof: proofOf(index) }),
      ),
      chunk("one bit flipped", "chunk-proof-invalid", { chunk: "05050607" }),
      chunk("a byte missing", "chunk-size", { chunk: "040506" }),
      chunk("a byte too many", "chunk-size", { chunk: "0405060708" }),
      chunk("another chunk's bytes with their own proof", "chunk-proof-invalid", {
        chunk: chunkOf(0),
        proof: proofOf(0),
      }),
      chunk("a proof one hash short", "chunk-proof-invalid", { proof: proofOf(1).slice(1) }),
      chunk("a proof one hash long", "chunk-proof-invalid", { proof: [...proofOf(1), known.root] }),
      chunk("a proof in the wrong order", "chunk-proof-invalid", { proof: proofOf(1).reverse() }),
      chunk("a proof hash of 31 bytes", "chunk-proof-invalid", { proof: [proofOf(1)[0]!, "00".repeat(31)] }),
      chunk("the first index outside the file", "chunk-index", { index: 3 }),
      chunk("a negative index", "chunk-index", { index: -1 }),
      chunk("a manifest that claims one byte more", "model-manifest-mismatch", {}, sized({ fileBytes: 11 })),
      chunk("a manifest with another chunk size", "model-manifest-mismatch", {}, sized({ chunkBytes: 5 })),
      chunk("another root", "model-manifest-mismatch", {}, { root: "00".repeat(32) }),
      chunk("an empty file", "model-manifest-malformed", {}, sized({ fileBytes: 0 })),
      chunk("chunks of 0 bytes", "model-manifest-malformed", {}, sized({ chunkBytes: 0 })),
    ],
  },
];
