/** Vectors of Merkle trees, headers, work, targets, rewards, blocks, and what a block does to a chain. */
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import {
  type Block,
  coinbase,
  encodeBlock,
  encodeHeader,
  genesisBlock,
  type Header,
  headerHash,
  transactionsHash,
} from "../../src/protocol/chain/block.ts";
import { Chain } from "../../src/protocol/chain/chain.ts";
import { easiestTarget, mine } from "../../src/protocol/chain/proof-of-work.ts";
import { rewardUnits } from "../../src/protocol/chain/reward.ts";
import { merkleLeaf, merkleProof, merkleRoot } from "../../src/protocol/merkle.ts";
import { parameters } from "../../src/protocol/parameters.ts";
import type { Output, Transaction } from "../../src/protocol/transaction.ts";
import type { CaseDraft, FileDraft } from "./draft.ts";
import { client, miner, node, pays, signed, spends, thief } from "./wallets.ts";

const minimal = parameters("minimal");
const easiest = easiestTarget(minimal);
const targetHex = (target: bigint): string => target.toString(16).padStart(64, "0");
const blockHex = (block: Block): string => bytesToHex(encodeBlock(block));
const headerHex = (header: Header): string => bytesToHex(encodeHeader(header));

// Merkle trees: the eight leaves that Certificate Transparency's implementations publish, with some of their roots.
const leaves = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
const hashes = leaves.map((leaf) => merkleLeaf(hexToBytes(leaf)));
const tree = { root: bytesToHex(merkleRoot(hashes)), leafCount: 8 };
const proofOf = (index: number): string[] => merkleProof(hashes, index).map(bytesToHex);
const proves = (name: string, holds: boolean, change: object = {}, pre: object = {}): CaseDraft => ({
  name,
  pre: { ...tree, ...pre },
  operation: { index: 5, leaf: leaves[5]!, proof: proofOf(5), ...change },
  expect: "accepted",
  post: { holds },
});

const header: Header = {
  timestampMs: 1_700_000_000_000,
  previousHash: "11".repeat(32),
  transactionsHash: "22".repeat(32),
  nonce: 7,
};
const headerNumber = BigInt(`0x${headerHash(header)}`);
const minedNonce = mine(header, easiest)!.nonce;

// Blocks for the chain's cases: the genesis block gives the client 1000 units and the node 600.
const genesis = genesisBlock(1_000_000, [pays(client, 1000), pays(node, 600)]);
const allocation = genesis.transactions[0]!;
const payment = signed(client, [spends(allocation, 0)], [pays(node, 900)]);
const doubleSpend = signed(client, [spends(allocation, 0)], [pays(thief, 1000)]);

interface Wishes {
  readonly transactions?: readonly Transaction[];
  readonly feesUnits?: number;
  readonly timestampMs?: number;
  readonly outputs?: readonly Output[];
  readonly coinbaseHeightBlocks?: number;
  readonly data?: string;
  readonly target?: bigint;
}

/** A block after the last of `chain`, one interval later, mined for its target. */
function after(chain: readonly Block[], wishes: Wishes = {}): Block {
  const parent = chain.at(-1)!;
  const heightBlocks = wishes.coinbaseHeightBlocks ?? chain.length;
  const value = rewardUnits(heightBlocks, minimal) + (wishes.feesUnits ?? 0);
  const transactions = [
    coinbase(heightBlocks, wishes.outputs ?? [pays(miner, value)], wishes.data),
    ...(wishes.transactions ?? []),
  ];
  const header = {
    timestampMs: wishes.timestampMs ?? parent.header.timestampMs + minimal.blockIntervalMs,
    previousHash: headerHash(parent.header),
    transactionsHash: transactionsHash(transactions),
    nonce: 0,
  };
  return { header: mine(header, wishes.target ?? easiest)!, transactions };
}

/** The genesis block and `count` blocks, with these milliseconds between them. */
function grown(
  count: number,
  { intervalMs = minimal.blockIntervalMs, ...wishes }: Wishes & { intervalMs?: number } = {},
) {
  const chain = [genesis];
  while (chain.length <= count)
    chain.push(after(chain, { ...wishes, timestampMs: chain.at(-1)!.header.timestampMs + intervalMs }));
  return chain;
}

/** The target of the block after such a chain. */
function nextTarget(chain: readonly Block[]): bigint {
  const built = new Chain(genesis, minimal);
  for (const block of chain.slice(1)) built.add(block, 1e9);
  return built.targetAfter(built.tip);
}

const adds = (
  name: string,
  expect: string,
  block: Block,
  known: readonly Block[] = [genesis],
  nowMs = 1e9,
): CaseDraft => ({
  name,
  pre: { genesis: blockHex(genesis), blocks: known.slice(1).map(blockHex), nowMs },
  operation: { block: blockHex(block) },
  expect,
});
const next = (name: string, expect: string, wishes: Wishes = {}, nowMs?: number): CaseDraft =>
  adds(name, expect, after([genesis], wishes), [genesis], nowMs);

function retargetCases(): CaseDraft[] {
  const quick = grown(4, { intervalMs: 100 });
  const harder = nextTarget(quick);
  const above = { ...after(quick, { target: harder }) };
  // The first nonce that reaches the old target and misses the new one.
  let easy = mine(above.header, easiest)!;
  while (BigInt(`0x${headerHash(easy)}`) <= harder) easy = mine(above.header, easiest, easy.nonce + 1)!;
  return [
    adds("the fourth block of a quick interval keeps the target", "accepted", quick[4]!, quick.slice(0, 4)),
    adds("the block after it reaches the harder target", "accepted", above, quick),
    adds("the block after it reaches the old target only", "too-little-work", { ...above, header: easy }, quick),
    adds("an interval just as long as it should be", "accepted", after(grown(4)), grown(4)),
    adds(
      "a slow interval never makes it easier than the start",
      "accepted",
      after(grown(4, { intervalMs: 9000 })),
      grown(4, { intervalMs: 9000 }),
    ),
  ];
}

function halvingCases(): CaseDraft[] {
  const nine = grown(9);
  const whole = rewardUnits(9, minimal);
  return [
    adds("the last block of the whole reward", "accepted", nine[9]!, nine.slice(0, 9)),
    adds("the first block of half the reward", "accepted", after(nine), nine),
    adds(
      "the whole reward at the height of the half",
      "coinbase-value",
      after(nine, { outputs: [pays(miner, whole)] }),
      nine,
    ),
  ];
}

function reorganisationCases(): CaseDraft[] {
  const a = [genesis, after([genesis], { transactions: [payment], feesUnits: 100 })];
  const b = [genesis, after([genesis], { transactions: [doubleSpend], data: "bb" })];
  const longer = after(b);
  const unfit = after(b, { feesUnits: 1 });
  return [
    adds("a branch of equal work changes nothing", "accepted", b[1]!, a),
    adds("a branch of more work undoes a payment and its fee", "accepted", longer, [...a, b[1]!]),
    adds("a branch of more work that does not fit leaves all as it was", "coinbase-value", unfit, [...a, b[1]!]),
    adds("a block after one that did not fit", "coinbase-value", after([...b, unfit]), [...a, b[1]!, unfit]),
    adds("a sound block beside one that did not fit", "accepted", longer, [...a, b[1]!, unfit]),
    adds("a block that is known", "known-block", a[1]!, a),
    adds("a block whose parent is not known", "unknown-parent", longer, a),
  ];
}

export const chainFiles: readonly FileDraft[] = [
  {
    file: "merkle-tree",
    rule: "merkle-tree",
    about:
      "Merkle roots and proofs over SHA-256 with prefixed leaves and nodes (RFC 6962). `leaves` are data, not hashes.",
    cases: () =>
      [0, 1, 2, 3, 4, 5, 6, 7, 8].map((count) => ({
        name: `the first ${count} published leaves`,
        operation: { leaves: leaves.slice(0, count) },
        expect: "accepted",
      })),
  },
  {
    file: "merkle-proof",
    rule: "merkle-proof",
    about: "Whether a leaf stands at its index in the tree of the eight published leaves.",
    cases: () => [
      proves("the leaf at its place", true),
      proves("the leaf at another place", false, { index: 4 }),
      proves("another leaf", false, { leaf: leaves[4]! }),
      proves("a hash short", false, { proof: proofOf(5).slice(1) }),
      proves("a hash too many", false, { proof: [...proofOf(5), tree.root] }),
      proves("the index after the last leaf", false, { index: 8 }),
      proves("a tree of two leaves less", false, {}, { leafCount: 6 }),
      proves(
        "an inner node passed off as a leaf",
        false,
        {
          index: 0,
          leaf: bytesToHex(hashes[0]!) + bytesToHex(hashes[1]!),
          proof: proofOf(0).slice(1),
        },
        { leafCount: 4 },
      ),
    ],
  },
  {
    file: "header-decode",
    rule: "header-decode",
    about:
      "The header, 76 bytes: timestamp (8), previous hash, transactions hash, nonce (4) (section 2.3); its hash is SHA-256.",
    cases: () => [
      { name: "a header", operation: { header: headerHex(header) }, expect: "accepted" },
      { name: "the genesis block's", operation: { header: headerHex(genesis.header) }, expect: "accepted" },
      { name: "a byte short", operation: { header: headerHex(header).slice(0, -2) }, expect: "truncated" },
      { name: "a byte long", operation: { header: `${headerHex(header)}00` }, expect: "trailing-bytes" },
      {
        name: "a time of 2^53",
        operation: { header: `0000000000002000${headerHex(header).slice(16)}` },
        expect: "number-too-large",
      },
    ],
  },
  {
    file: "proof-of-work",
    rule: "proof-of-work",
    about: "The header's hash, read big-endian, must not exceed the target (section 2.3).",
    cases: () => [
      {
        name: "the hash equals the target",
        operation: { header: headerHex(header), target: targetHex(headerNumber) },
        expect: "accepted",
      },
      {
        name: "the hash is above the target by one",
        operation: { header: headerHex(header), target: targetHex(headerNumber - 1n) },
        expect: "too-little-work",
      },
      {
        name: "the easiest target there can be",
        operation: { header: headerHex(header), target: "ff".repeat(32) },
        expect: "accepted",
      },
    ],
  },
  {
    file: "mining",
    rule: "mining",
    about: "The first nonce from `firstNonce` on that reaches the target, within `tries`; null if there is none.",
    cases: () =>
      [
        { name: "from the start", firstNonce: 0, tries: 10_000 },
        { name: "one try, at the right nonce", firstNonce: minedNonce, tries: 1 },
        { name: "one try too few", firstNonce: 0, tries: minedNonce },
        { name: "from the nonce after", firstNonce: minedNonce + 1, tries: 10_000 },
        { name: "the nonces end at 2^32 - 1", firstNonce: 0xffff_ffff, tries: 10 },
      ].map(({ name, ...operation }) => ({
        name,
        operation: { header: headerHex(header), target: targetHex(easiest), ...operation },
        expect: "accepted",
      })),
  },
  {
    file: "retargeting",
    rule: "retargeting",
    about:
      "The target after an interval that took `actualMs`: four blocks should take 4000 ms, one step is at most a factor of 4 (section 2.3).",
    cases: () =>
      [
        ...[4000, 3999, 2000, 1001, 1000, 999, 0, -1, 15_999, 16_000, 16_001].map((actualMs) => ({
          name: `${actualMs} ms`,
          operation: { target: targetHex(1n << 240n), actualMs },
        })),
        ...[3999, 4000, 4001].map((actualMs) => ({
          name: `the easiest target and ${actualMs} ms`,
          operation: { target: targetHex(easiest), actualMs },
        })),
      ].map((one) => ({ ...one, expect: "accepted" })),
  },
  {
    file: "reward",
    rule: "reward",
    preset: "full",
    about:
      "The reward in units (10,000,000 to a coin): 50 coins, halving every 1,000,000 blocks (section 2.3), none for the genesis block.",
    cases: () =>
      [
        [0, 0],
        [1, 500_000_000],
        [999_999, 500_000_000],
        [1_000_000, 250_000_000],
        [1_999_999, 250_000_000],
        [2_000_000, 125_000_000],
        [9_000_000, 976_562],
        [28_999_999, 1],
        [29_000_000, 0],
      ].map(([heightBlocks, units]) => ({
        name: `height ${heightBlocks}`,
        operation: { heightBlocks: heightBlocks! },
        expect: "accepted",
        post: { units: units! },
      })),
  },
  {
    file: "block-check",
    rule: "block-check",
    about:
      "What can be said of a block without its chain: one coinbase, at the front; the header commits to the whole transactions.",
    cases: () => {
      const good = after([genesis], { transactions: [payment], feesUnits: 100 });
      const first = good.transactions[0]!;
      const holding = (...transactions: Transaction[]): Block => ({
        header: { ...good.header, transactionsHash: transactionsHash(transactions) },
        transactions,
      });
      const checks = (name: string, expect: string, block: Block): CaseDraft => ({
        name,
        operation: { block: blockHex(block) },
        expect,
      });
      return [
        checks("a block", "accepted", good),
        checks("a genesis block", "accepted", genesis),
        checks("no transaction", "no-coinbase", holding()),
        checks("a payment before the coinbase", "no-coinbase", holding(payment, first)),
        checks("two coinbases", "second-coinbase", holding(first, payment, first)),
        checks("a transaction that the header does not commit to", "transactions-hash", {
          ...good,
          transactions: [first, payment, doubleSpend],
        }),
        checks("a signature that the header does not commit to", "transactions-hash", {
          ...good,
          transactions: [first, { ...payment, inputs: [{ ...payment.inputs[0]!, scriptSig: "" }] }],
        }),
        checks("an output of nothing", "output-value", holding(first, { ...payment, outputs: [pays(node, 0)] })),
        { name: "cut off", operation: { block: blockHex(good).slice(0, -2) }, expect: "truncated" },
        { name: "the header alone", operation: { block: headerHex(good.header) }, expect: "truncated" },
        { name: "a byte too many", operation: { block: `${blockHex(good)}00` }, expect: "trailing-bytes" },
      ];
    },
  },
  {
    file: "chain-add",
    rule: "chain-add",
    about:
      "What a block does to a chain: tip, work, next target, and all unspent outputs after it (section 2.3). Blocks are given to the chain in the order of `pre.blocks`.",
    cases: () => [
      next("a block with its reward", "accepted"),
      next("a block with a payment and its fee", "accepted", { transactions: [payment], feesUnits: 100 }),
      next("a coinbase of a unit more than reward and fees", "coinbase-value", {
        transactions: [payment],
        feesUnits: 101,
      }),
      next("a coinbase of a unit less", "coinbase-value", { transactions: [payment], feesUnits: 99 }),
      next("a coinbase of another height", "coinbase-height", { coinbaseHeightBlocks: 2 }),
      next("a double spend in one block", "missing-output", { transactions: [payment, doubleSpend], feesUnits: 100 }),
      next("the same transaction twice", "missing-output", { transactions: [payment, payment], feesUnits: 200 }),
      next("a transaction before what it spends", "missing-output", {
        transactions: [signed(node, [spends(payment)], [pays(thief, 900)]), payment],
        feesUnits: 100,
      }),
      next("a transaction after what it spends", "accepted", {
        transactions: [payment, signed(node, [spends(payment)], [pays(thief, 900)])],
        feesUnits: 100,
      }),
      next("the time of the median before it", "time-too-early", { timestampMs: 1_000_000 }),
      next("a millisecond after the median", "accepted", { timestampMs: 1_000_001 }),
      next("as far ahead as may be", "accepted", { timestampMs: 1_005_000 }, 1_005_000 - minimal.maxFutureMs),
      next("a millisecond too far ahead", "time-too-late", { timestampMs: 1_005_000 }, 1_004_999 - minimal.maxFutureMs),
      next("a block of the size limit", "accepted", sized(0)),
      next("a block a byte larger", "block-too-large", sized(1)),
      adds(
        "a coinbase spent a block too early",
        "immature-coinbase",
        spendingFirstCoinbase(grown(minimal.coinbaseMaturityBlocks - 1)),
        grown(minimal.coinbaseMaturityBlocks - 1),
      ),
      adds(
        "a coinbase spent at its maturity",
        "accepted",
        spendingFirstCoinbase(grown(minimal.coinbaseMaturityBlocks)),
        grown(minimal.coinbaseMaturityBlocks),
      ),
      ...retargetCases(),
      ...halvingCases(),
      ...reorganisationCases(),
    ],
  },
];

/** Wishes for a block that passes the size limit by so many bytes: one output more is 30 bytes, data fills the rest. */
function sized(excessBytes: number): Wishes {
  const emptyBytes = encodeBlock(after([genesis], { outputs: [] })).length;
  const spare = minimal.maxBlockBytes + excessBytes - emptyBytes;
  const count = Math.floor(spare / 30);
  const reward = rewardUnits(1, minimal);
  const outputs = Array.from({ length: count }, (_, i) => pays(miner, i === 0 ? reward - count + 1 : 1));
  return { outputs, data: "00".repeat(spare - 30 * count) };
}

function spendingFirstCoinbase(chain: readonly Block[]): Block {
  const first = chain[1]!.transactions[0]!;
  const spend = signed(miner, [spends(first)], [pays(node, first.outputs[0]!.value)]);
  return after(chain, { transactions: [spend] });
}
