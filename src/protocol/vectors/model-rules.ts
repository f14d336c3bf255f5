/** Vectors of model identity: `model-root` (a file's bytes to its root) and `chunk-verify` (one chunk against a root). */
import { bytesToHex } from "@noble/hashes/utils.js";
import { z } from "zod";
import { isChunkBytes, type ModelManifest, modelChunker, verifyChunk } from "../model-chunks.ts";
import { ok } from "../result.ts";
import { bytes, whole } from "./forms.ts";
import { vectorRule } from "./rule.ts";

const manifest = z.strictObject({ fileBytes: whole, chunkBytes: whole, treeRoot: bytes() });

/** What a file can be cut into; `chunk-verify` is where other sizes are refused. */
const chunkBytes = whole.refine(isChunkBytes, "expected 1 to 2^32-1");

export const modelRules = [
  vectorRule("model-root", z.null(), z.strictObject({ file: bytes(), chunkBytes }), (_, __, operation) => {
    const chunker = modelChunker(operation.chunkBytes);
    chunker.update(operation.file);
    const { manifest, root, leaves } = chunker.finish();
    return ok({ manifest: manifestJson(manifest), root: bytesToHex(root), leaves: leaves.map(bytesToHex) });
  }),
  vectorRule(
    "chunk-verify",
    z.strictObject({ root: bytes(32), manifest }),
    z.strictObject({ index: z.number(), chunk: bytes(), proof: z.array(bytes()) }),
    (_, { root, manifest }, { index, chunk, proof }) => {
      const verified = verifyChunk(root, manifest, index, chunk, proof);
      return verified.ok ? ok({ root: bytesToHex(root), manifest: manifestJson(manifest) }) : verified;
    },
  ),
];

function manifestJson({ fileBytes, chunkBytes, treeRoot }: ModelManifest) {
  return { fileBytes, chunkBytes, treeRoot: bytesToHex(treeRoot) };
}
