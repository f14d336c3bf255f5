/** Vectors of Merkle trees, headers, proof of work, rewards, blocks, and the chain. */
import { bytesToHex } from "@noble/hashes/utils.js";
import { z } from "zod";
import { blockBytes, checkBlock, decodeBlock, decodeHeader, headerHash } from "../chain/block.ts";
import { Chain } from "../chain/chain.ts";
import { mine, retarget, workHolds, workOf } from "../chain/proof-of-work.ts";
import { rewardUnits } from "../chain/reward.ts";
import type { Json } from "../json.ts";
import { merkleLeaf, merkleProof, merkleProofHolds, merkleRoot } from "../merkle.ts";
import { err, ok } from "../result.ts";
import { transactionId } from "../transaction.ts";
import { bytes, hex, whole } from "./forms.ts";
import { unspentJson } from "./money-rules.ts";
import { vectorRule } from "./rule.ts";

/** Targets are 32 bytes, big-endian, as hashes are read. */
const target = hex(32).transform((text) => BigInt(`0x${text}`));
const upTo = (limit: number) => whole.refine((n) => n >= 0 && n <= limit, `expected 0 to ${limit}`);

export const chainRules = [
  vectorRule("merkle-tree", z.null(), z.strictObject({ leaves: z.array(bytes()) }), (_, __, operation) => {
    const leaves = operation.leaves.map(merkleLeaf);
    const proofs = leaves.map((_leaf, index) => merkleProof(leaves, index).map(bytesToHex));
    return ok({ root: bytesToHex(merkleRoot(leaves)), proofs });
  }),
  vectorRule(
    "merkle-proof",
    z.strictObject({ root: bytes(32), leafCount: whole }),
    z.strictObject({ index: whole, leaf: bytes(), proof: z.array(bytes()) }),
    (_, { root, leafCount }, { index, leaf, proof }) =>
      ok({ holds: merkleProofHolds(root, leafCount, index, merkleLeaf(leaf), proof) }),
  ),
  vectorRule("header-decode", z.null(), z.strictObject({ header: bytes() }), (_, __, operation) => {
    const decoded = decodeHeader(operation.header);
    if (!decoded.ok) return decoded;
    return ok({ header: decoded.value as unknown as Json, hash: headerHash(decoded.value) });
  }),
  vectorRule("proof-of-work", z.null(), z.strictObject({ header: bytes(), target }), (_, __, operation) => {
    const decoded = decodeHeader(operation.header);
    if (!decoded.ok) return decoded;
    return workHolds(decoded.value, operation.target)
      ? ok({ hash: headerHash(decoded.value) })
      : err("too-little-work", "the header's hash is above the target");
  }),
  vectorRule(
    "mining",
    z.null(),
    z.strictObject({ header: bytes(), target, firstNonce: upTo(0xffff_ffff), tries: upTo(100_000) }),
    (_, __, operation) => {
      const decoded = decodeHeader(operation.header);
      if (!decoded.ok) return decoded;
      const mined = mine(decoded.value, operation.target, operation.firstNonce, operation.tries);
      return ok(mined === undefined ? null : { nonce: mined.nonce, hash: headerHash(mined) });
    },
  ),
  vectorRule(
    "retargeting",
    z.null(),
    z.strictObject({ target, actualMs: whole }),
    ({ parameters }, _, { target: before, actualMs }) => {
      const after = retarget(before, actualMs, parameters);
      return ok({ target: targetJson(after), work: workOf(after).toString() });
    },
  ),
  vectorRule("reward", z.null(), z.strictObject({ heightBlocks: whole }), ({ parameters }, _, { heightBlocks }) =>
    ok({ units: rewardUnits(heightBlocks, parameters) }),
  ),
  vectorRule("block-check", z.null(), z.strictObject({ block: bytes() }), (_, __, operation) => {
    const decoded = decodeBlock(operation.block);
    if (!decoded.ok) return decoded;
    const checked = checkBlock(decoded.value);
    if (!checked.ok) return checked;
    const { header, transactions } = decoded.value;
    return ok({
      hash: headerHash(header),
      bytes: blockBytes(transactions),
      transactions: transactions.map(transactionId),
    });
  }),
  vectorRule(
    "chain-add",
    z.strictObject({ genesis: bytes(), blocks: z.array(bytes()), nowMs: whole }),
    z.strictObject({ block: bytes() }),
    ({ parameters }, pre, operation) => {
      const genesis = decodeBlock(pre.genesis);
      const form = genesis.ok ? checkBlock(genesis.value) : genesis;
      if (!genesis.ok || !form.ok) return err("vector-malformed", "pre.genesis: expected a genesis block");
      const chain = new Chain(genesis.value, parameters);
      for (const one of pre.blocks) {
        const decoded = decodeBlock(one);
        if (!decoded.ok) return err("vector-malformed", `pre.blocks: ${decoded.rejection.message}`);
        // A block that is refused is part of a state too: the chain remembers it.
        chain.add(decoded.value, pre.nowMs);
      }
      const decoded = decodeBlock(operation.block);
      if (!decoded.ok) return decoded;
      const change = chain.add(decoded.value, pre.nowMs);
      if (!change.ok) return change;
      const hashes = (blocks: typeof change.value.done) => blocks.map(({ header }) => headerHash(header));
      return ok({
        undone: hashes(change.value.undone),
        done: hashes(change.value.done),
        tip: chain.tip.hash,
        heightBlocks: chain.tip.heightBlocks,
        work: chain.tip.work.toString(),
        nextTarget: targetJson(chain.targetAfter(chain.tip)),
        unspent: unspentJson(chain.outputs),
      });
    },
  ),
];

function targetJson(target: bigint): string {
  return target.toString(16).padStart(64, "0");
}
