/**
 * A model's identity and its distribution in chunks (whitepaper 2.6.1): whoever knows the 32-byte root can take chunks
 * from anybody, in any order, and reject each bad one on its own.
 *
 * The file is cut into chunks of `chunkBytes`, the last one being what is left; each is a leaf of the tree in merkle.ts.
 * root = SHA-256("camelid/model/1" || fileBytes as 8 || chunkBytes as 4 bytes little-endian || tree root): the root alone
 * binds size and chunking, so a short file, a padded one or another cutting of the same bytes has another root.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { merkleLeafHasher, merkleProof, merkleProofHolds, merkleRoot } from "./merkle.ts";
import { err, ok, type Result } from "./result.ts";

/** 1 MiB. Our choice: a 40 GB file has 40,000 leaves of 32 bytes, and a proof for one chunk is 16 hashes. */
export const defaultChunkBytes = 1 << 20;

export interface ModelManifest {
  readonly fileBytes: number;
  readonly chunkBytes: number;
  /** Merkle root over the chunks (32 bytes). */
  readonly treeRoot: Uint8Array;
}

/** Any incremental SHA-256; `createHash("sha256")` of node:crypto fits and is several times faster than noble's. */
export interface IncrementalHash {
  update(data: Uint8Array): unknown;
  digest(): Uint8Array;
}

export interface ChunkedModel {
  readonly manifest: ModelManifest;
  readonly root: Uint8Array;
  /** Leaf hash of each chunk, what `chunkProof` needs. */
  readonly leaves: readonly Uint8Array[];
}

/** Takes a file's bytes in pieces of any size, in order; holds one hash per chunk and no file content. */
export interface ModelChunker {
  update(piece: Uint8Array): void;
  finish(): ChunkedModel;
}

/** `newSha256` gives fresh hash contexts. Throws RangeError for a chunk size outside 1 .. 2^32-1. */
export function modelChunker(chunkBytes = defaultChunkBytes, newSha256?: () => IncrementalHash): ModelChunker {
  if (!isChunkBytes(chunkBytes)) throw new RangeError(`chunk size ${chunkBytes}: expected 1 to 2^32-1 bytes`);
  const newLeaf = newSha256 === undefined ? merkleLeafHasher : () => leafHasher(newSha256());
  const leaves: Uint8Array[] = [];
  let leaf: IncrementalHash = newLeaf();
  let leafBytes = 0;
  const closeLeaf = (): void => {
    leaves.push(Uint8Array.from(leaf.digest()));
    leaf = newLeaf();
    leafBytes = 0;
  };
  return {
    update(piece) {
      for (let start = 0; start < piece.length; ) {
        const part = piece.subarray(start, start + chunkBytes - leafBytes);
        leaf.update(part);
        start += part.length;
        leafBytes += part.length;
        if (leafBytes === chunkBytes) closeLeaf();
      }
    },
    finish() {
      const fileBytes = leaves.length * chunkBytes + leafBytes;
      if (leafBytes > 0) closeLeaf();
      const manifest = { fileBytes, chunkBytes, treeRoot: merkleRoot(leaves) };
      return { manifest, root: modelRoot(manifest), leaves };
    },
  };
}

export function chunkCount({ fileBytes, chunkBytes }: ModelManifest): number {
  return Math.ceil(fileBytes / chunkBytes);
}

/** The model's identity (32 bytes). */
export function modelRoot({ fileBytes, chunkBytes, treeRoot }: ModelManifest): Uint8Array {
  const sizes = new DataView(new ArrayBuffer(12));
  sizes.setBigUint64(0, BigInt(fileBytes), true);
  sizes.setUint32(8, chunkBytes, true);
  return sha256
    .create()
    .update(utf8ToBytes("camelid/model/1"))
    .update(new Uint8Array(sizes.buffer))
    .update(treeRoot)
    .digest();
}

/** Whether a manifest that somebody sent is the one behind `root`. Rejections: model-manifest-malformed, model-manifest-mismatch. */
export function verifyManifest(root: Uint8Array, manifest: ModelManifest): Result<ModelManifest> {
  const { fileBytes, chunkBytes, treeRoot } = manifest;
  if (!Number.isSafeInteger(fileBytes) || fileBytes < 1 || !isChunkBytes(chunkBytes) || treeRoot.length !== 32)
    return err(
      "model-manifest-malformed",
      `file of ${fileBytes} bytes, chunks of ${chunkBytes}, tree root of ${treeRoot.length}: expected at least 1, 1 to 2^32-1, 32`,
    );
  const found = modelRoot(manifest);
  return bytesToHex(found) === bytesToHex(root)
    ? ok(manifest)
    : err("model-manifest-mismatch", `the manifest's root is ${bytesToHex(found)}, expected ${bytesToHex(root)}`);
}

/** Sibling hashes that lead from chunk `index` to the tree root. Throws RangeError for an index outside the file. */
export function chunkProof(leaves: readonly Uint8Array[], index: number): Uint8Array[] {
  return merkleProof(leaves, index);
}

/**
 * Whether `chunk` is chunk number `index` of the model with this root.
 *
 * Rejections: model-manifest-malformed, model-manifest-mismatch, chunk-index, chunk-size (before any hashing),
 * chunk-proof-invalid (wrong content, wrong place or wrong proof: a hash cannot tell them apart).
 */
export function verifyChunk(
  root: Uint8Array,
  manifest: ModelManifest,
  index: number,
  chunk: Uint8Array,
  proof: readonly Uint8Array[],
): Result<Uint8Array> {
  const known = verifyManifest(root, manifest);
  if (!known.ok) return known;
  const count = chunkCount(manifest);
  if (!Number.isInteger(index) || index < 0 || index >= count)
    return err("chunk-index", `chunk ${index} of a model with ${count} chunks`);
  const expectedBytes = Math.min(manifest.chunkBytes, manifest.fileBytes - index * manifest.chunkBytes);
  if (chunk.length !== expectedBytes)
    return err("chunk-size", `chunk ${index} has ${chunk.length} bytes, expected ${expectedBytes}`);
  const leaf = merkleLeafHasher().update(chunk).digest();
  return merkleProofHolds(manifest.treeRoot, count, index, leaf, proof)
    ? ok(chunk)
    : err("chunk-proof-invalid", `chunk ${index} does not lead to the model's root ${bytesToHex(root)}`);
}

/** Whether a file may be cut into chunks of this size. */
export function isChunkBytes(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= 0xffffffff;
}

/** merkle.ts's leaf hash on a given SHA-256. */
function leafHasher(sha: IncrementalHash): IncrementalHash {
  sha.update(Uint8Array.of(0));
  return sha;
}
