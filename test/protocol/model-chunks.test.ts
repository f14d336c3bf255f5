import { createHash } from "node:crypto";
import { bytesToHex } from "@noble/hashes/utils.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { merkleLeaf, merkleRoot } from "../../src/protocol/merkle.ts";
import {
  chunkCount,
  chunkProof,
  defaultChunkBytes,
  type ModelManifest,
  modelChunker,
  modelRoot,
  verifyChunk,
  verifyManifest,
} from "../../src/protocol/model-chunks.ts";
import type { Result } from "../../src/protocol/result.ts";

const file = Uint8Array.from({ length: 10 }, (_, i) => i);

function chunked(
  content: Uint8Array,
  chunkBytes: number,
  pieceBytes = content.length,
  sha?: () => ReturnType<typeof createHash>,
) {
  const chunker = modelChunker(chunkBytes, sha);
  for (let start = 0; start < content.length; start += pieceBytes)
    chunker.update(content.subarray(start, start + pieceBytes));
  return chunker.finish();
}

const code = (result: Result<unknown>): string => (result.ok ? "accepted" : result.rejection.code);

describe("a model in chunks", () => {
  test("of 10 bytes in chunks of 4: three leaves, the last one short", () => {
    const { manifest, leaves } = chunked(file, 4);
    const expected = [file.subarray(0, 4), file.subarray(4, 8), file.subarray(8)].map(merkleLeaf);
    expect(leaves.map(bytesToHex)).toEqual(expected.map(bytesToHex));
    expect(manifest).toEqual({ fileBytes: 10, chunkBytes: 4, treeRoot: merkleRoot(expected) });
    expect(chunkCount(manifest)).toBe(3);
  });

  test("has as root SHA-256 of the tag, the sizes as 8 and 4 bytes, and the tree root", () => {
    const { manifest, root } = chunked(file, 4);
    const message = Buffer.concat([
      Buffer.from("camelid/model/1"),
      Buffer.from("0a0000000000000004000000", "hex"),
      manifest.treeRoot,
    ]);
    expect(bytesToHex(root)).toBe(createHash("sha256").update(message).digest("hex"));
  });

  test("comes out alike however the bytes arrive, and whoever computes SHA-256", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 200 }),
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 60 }),
        (content, chunkBytes, pieceBytes) => {
          const whole = chunked(content, chunkBytes);
          expect(chunked(content, chunkBytes, pieceBytes)).toEqual(whole);
          expect(chunked(content, chunkBytes, pieceBytes, () => createHash("sha256"))).toEqual(whole);
        },
      ),
    );
  });

  test("is hashed with the SHA-256 that was handed in, one context a chunk", () => {
    let contexts = 0;
    chunked(file, 4, 10, () => {
      contexts += 1;
      return createHash("sha256");
    });
    expect(contexts).toBe(4); // three chunks, and the context that waits for the next
  });

  test("every chunk is accepted with its proof, and no other bytes, place or proof are", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 120 }),
        fc.integer({ min: 1, max: 40 }),
        fc.nat(),
        (content, chunkBytes, pick) => {
          const { manifest, root, leaves } = chunked(content, chunkBytes);
          const index = pick % leaves.length;
          const chunk = content.slice(index * chunkBytes, (index + 1) * chunkBytes);
          const proof = chunkProof(leaves, index);
          expect(code(verifyChunk(root, manifest, index, chunk, proof))).toBe("accepted");
          const flipped = chunk.map((byte, i) => (i === pick % chunk.length ? byte ^ 1 : byte));
          expect(code(verifyChunk(root, manifest, index, flipped, proof))).toBe("chunk-proof-invalid");
          expect(code(verifyChunk(root, manifest, index, chunk, [...proof, new Uint8Array(32)]))).toBe(
            "chunk-proof-invalid",
          );
          expect(code(verifyChunk(root, manifest, index, chunk.subarray(1), proof))).toBe("chunk-size");
          expect(code(verifyChunk(root, manifest, leaves.length, chunk, proof))).toBe("chunk-index");
        },
      ),
    );
  });

  test("a chunk served for another one's place is refused", () => {
    const { manifest, root, leaves } = chunked(file, 4);
    expect(code(verifyChunk(root, manifest, 1, file.subarray(0, 4), chunkProof(leaves, 0)))).toBe(
      "chunk-proof-invalid",
    );
    expect(code(verifyChunk(root, manifest, -1, file.subarray(0, 4), chunkProof(leaves, 0)))).toBe("chunk-index");
    expect(code(verifyChunk(root, manifest, 0.5, file.subarray(0, 4), chunkProof(leaves, 0)))).toBe("chunk-index");
  });

  test("the root binds the file's size, the chunk size and the content", () => {
    const roots = [
      chunked(file, 4),
      chunked(file, 5),
      chunked(file, 10),
      chunked(file, 11),
      chunked(file.subarray(0, 9), 4),
      chunked(Uint8Array.of(...file, 0), 4),
      chunked(file.with(9, 0), 4),
    ].map(({ root }) => bytesToHex(root));
    expect(new Set(roots).size).toBe(roots.length);
    const { manifest, root } = chunked(file, 4);
    expect(code(verifyManifest(root, manifest))).toBe("accepted");
    expect(code(verifyManifest(root, { ...manifest, fileBytes: 11 }))).toBe("model-manifest-mismatch");
    expect(code(verifyManifest(root, { ...manifest, chunkBytes: 5 }))).toBe("model-manifest-mismatch");
    expect(code(verifyChunk(root, { ...manifest, fileBytes: 11 }, 0, file.subarray(0, 4), []))).toBe(
      "model-manifest-mismatch",
    );
  });

  test.each<[string, Partial<ModelManifest>]>([
    ["an empty file", { fileBytes: 0 }],
    ["a size beyond exact arithmetic", { fileBytes: 2 ** 53 }],
    ["a chunk size of 0", { chunkBytes: 0 }],
    ["a chunk size of 2^32", { chunkBytes: 2 ** 32 }],
    ["half a byte per chunk", { chunkBytes: 0.5 }],
    ["a root of 31 bytes", { treeRoot: new Uint8Array(31) }],
  ])("a manifest with %s is malformed", (_, change) => {
    const { manifest, root } = chunked(file, 4);
    expect(code(verifyManifest(root, { ...manifest, ...change }))).toBe("model-manifest-malformed");
  });

  test("sizes at the edges are allowed", () => {
    for (const change of [
      { fileBytes: 1 },
      { fileBytes: 2 ** 53 - 1 },
      { chunkBytes: 1 },
      { chunkBytes: 2 ** 32 - 1 },
    ]) {
      const manifest = { ...chunked(file, 4).manifest, ...change };
      expect(code(verifyManifest(modelRoot(manifest), manifest))).toBe("accepted");
    }
  });

  test("a chunk size that is none is an error at once", () => {
    expect(() => modelChunker(0)).toThrow("chunk size 0: expected 1 to 2^32-1 bytes");
    expect(() => modelChunker(2 ** 32)).toThrow(RangeError);
    expect(modelChunker().finish().manifest.chunkBytes).toBe(defaultChunkBytes);
    expect(defaultChunkBytes).toBe(1048576);
  });
});
