/**
 * Merkle tree over SHA-256, as RFC 6962 section 2.1 defines it: leaves and nodes are hashed under different first bytes,
 * so an inner node can never be passed off as a leaf (Bitcoin's tree, which duplicates the last node, has that flaw).
 *
 * Used for the transactions of a block (whitepaper 2.3) and the chunks of a model file (whitepaper 2.6.1).
 */
import { sha256 } from "@noble/hashes/sha2.js";

const leafPrefix = Uint8Array.of(0);
const nodePrefix = Uint8Array.of(1);

/** Hash of one leaf's bytes (32 bytes). */
export function merkleLeaf(data: Uint8Array): Uint8Array {
  return sha256.create().update(leafPrefix).update(data).digest();
}

/** A hash context for a leaf that arrives in pieces: `update` with the data, then `digest`. */
export function merkleLeafHasher(): ReturnType<typeof sha256.create> {
  return sha256.create().update(leafPrefix);
}

/** Root over leaf hashes (32 bytes); the empty tree's root is SHA-256 of nothing. */
export function merkleRoot(leaves: readonly Uint8Array[]): Uint8Array {
  return leaves.length === 0 ? sha256(new Uint8Array()) : rootOfRange(leaves, 0, leaves.length);
}

/** Hashes from the leaf's sibling up to the root's child, in that order. Throws RangeError for an index outside the tree. */
export function merkleProof(leaves: readonly Uint8Array[], index: number): Uint8Array[] {
  if (!Number.isInteger(index) || index < 0 || index >= leaves.length)
    throw new RangeError(`leaf ${index} of a tree with ${leaves.length} leaves`);
  const path: Uint8Array[] = [];
  let start = 0;
  let end = leaves.length;
  while (end - start > 1) {
    const middle = start + largestPowerOfTwoBelow(end - start);
    if (index < middle) {
      path.push(rootOfRange(leaves, middle, end));
      end = middle;
    } else {
      path.push(rootOfRange(leaves, start, middle));
      start = middle;
    }
  }
  return path.reverse();
}

/** Whether `leaf` stands at `index` in the tree of `leafCount` leaves with this root (RFC 9162 section 2.1.3.2). */
export function merkleProofHolds(
  root: Uint8Array,
  leafCount: number,
  index: number,
  leaf: Uint8Array,
  proof: readonly Uint8Array[],
): boolean {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(leafCount) || index < 0 || index >= leafCount) return false;
  let position = index;
  let last = leafCount - 1;
  let hash = leaf;
  for (const sibling of proof) {
    if (last === 0 || sibling.length !== 32) return false;
    if (position % 2 === 1 || position === last) {
      hash = node(sibling, hash);
      while (position % 2 === 0 && position !== 0) {
        position /= 2;
        last = Math.floor(last / 2);
      }
    } else {
      hash = node(hash, sibling);
    }
    position = Math.floor(position / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && hash.length === root.length && hash.every((byte, i) => byte === root[i]);
}

function node(left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256.create().update(nodePrefix).update(left).update(right).digest();
}

function rootOfRange(leaves: readonly Uint8Array[], start: number, end: number): Uint8Array {
  if (end - start === 1) return leaves[start]!;
  const middle = start + largestPowerOfTwoBelow(end - start);
  return node(rootOfRange(leaves, start, middle), rootOfRange(leaves, middle, end));
}

/** Largest power of two strictly below n (n >= 2). */
function largestPowerOfTwoBelow(n: number): number {
  let power = 1;
  while (power * 2 < n) power *= 2;
  return power;
}
