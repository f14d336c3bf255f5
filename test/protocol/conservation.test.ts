/**
 * Whatever happens, in whatever order - payments, updates, locks, claims by the right and the wrong people, blocks on the tip
 * and on old blocks - no coin is made or lost, and what waits in the pool can be mined.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Block, coinbase, genesisBlock, headerHash, transactionsHash } from "../../src/protocol/chain/block.ts";
import { Chain, type Follower } from "../../src/protocol/chain/chain.ts";
import { workAssumed } from "../../src/protocol/chain/proof-of-work.ts";
import { rewardUnits } from "../../src/protocol/chain/reward.ts";
import { ok } from "../../src/protocol/result.ts";
import type { Condition, Rulings } from "../../src/protocol/spending-condition.ts";
import {
  type Outpoint,
  type Output,
  outpointKey,
  signTransaction,
  type Transaction,
  transactionId,
  unlockings,
} from "../../src/protocol/transaction.ts";
import { TransactionPool } from "../../src/protocol/transaction-pool.ts";
import { lateMs, minimal, money } from "./chain/chains.ts";
import { type Person, pays, person, unsigned } from "./people.ts";

const people = [person(11), person(12), person(13)] as const;
const jobs = ["a1", "a2"].map((byte) => byte.repeat(32));
const parameters = { ...minimal, maxBlockBytes: 100_000, minFeeUnits: 0, minOutputUnits: 1 };
const allocations = people.flatMap((who) => [pays(who, 1000), pays(who, 500)]);
const allocatedUnits = allocations.reduce((sum, { value }) => sum + value, 0);

/** Rulings that stand in the coinbases: two bytes, which job and whom it is awarded to. The first one for a job holds. */
class RulingsInBlocks implements Follower {
  readonly #awards = new Map<string, { to: Person; heightBlocks: number }>();
  readonly rulings: Rulings = {
    escrowAward: (jobId) => this.#awards.get(jobId)?.to.keyHash,
    stakeAward: (jobId) => this.#awards.get(jobId)?.to.keyHash,
  };

  admits() {
    return ok(undefined);
  }
  connect({ transactions }: Block, heightBlocks: number) {
    const ruling = transactions[0]!.inputs[0]!.scriptSig.slice(0, 4);
    if (!ruling.startsWith("0")) return;
    const jobId = jobs[Number(ruling[1]) % 2]!;
    if (!this.#awards.has(jobId)) this.#awards.set(jobId, { to: people[Number(ruling[3]) % 3]!, heightBlocks });
  }
  disconnect(_: Block, heightBlocks: number) {
    for (const [jobId, award] of this.#awards) if (award.heightBlocks === heightBlocks) this.#awards.delete(jobId);
  }
}

interface World {
  readonly chain: Chain;
  readonly pool: TransactionPool;
  /** Everything that could ever be spent, spent or not, in any branch. */
  readonly outputs: { point: Outpoint; output: Output }[];
}

/** How often what the property is about took place, over all runs. */
const happened = { claims: 0, updates: 0, paymentsUndone: 0 };

function newWorld(): World {
  const genesis = genesisBlock(1_000_000, allocations);
  const chain = new Chain(genesis, parameters, { follower: new RulingsInBlocks(), workCheck: workAssumed });
  const world: World = { chain, pool: new TransactionPool(chain.outputs, parameters), outputs: [] };
  note(world, genesis.transactions[0]!);
  return world;
}

function note(world: World, transaction: Transaction): void {
  for (const [outputIndex, output] of transaction.outputs.entries())
    world.outputs.push({ point: { transactionId: transactionId(transaction), outputIndex }, output });
}

type Step =
  | { kind: "spend"; which: number; by: number; lock: number; job: number; feeUnits: number; sequence: number }
  | { kind: "mine"; data: string }
  | { kind: "fork"; below: number; data: string; blocks: number };

const small = fc.nat({ max: 5 });
const data = fc.tuple(fc.nat({ max: 1 }), fc.nat({ max: 1 }), fc.nat({ max: 2 }), fc.nat({ max: 255 }));
const dataHex = data.map(([first, job, whom, rest]) => `${first}${job}0${whom}${rest.toString(16).padStart(2, "0")}`);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("spend" as const),
      which: fc.nat({ max: 1000 }),
      by: fc.nat({ max: 2 }),
      lock: fc.nat({ max: 5 }),
      job: fc.nat({ max: 1 }),
      feeUnits: small,
      sequence: small,
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("mine" as const), data: dataHex }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("fork" as const),
      below: fc.nat({ max: 4 }),
      data: dataHex,
      blocks: fc.integer({ min: 1, max: 4 }),
    }),
  },
);

function run(world: World, asked: Step): void {
  if (asked.kind === "spend") spend(world, asked);
  else if (asked.kind === "mine") mineWaiting(world, asked.data);
  else fork(world, asked);
}

/** Spends some output to somebody or into a lock: by its owner where it has one, by anybody where a ruling decides. */
function spend(world: World, asked: Step & { kind: "spend" }): void {
  const { chain, pool, outputs } = world;
  // A third of the time a lock, a third one of the newest outputs, so that waiting payments are spent on.
  const locks = outputs.filter(({ output }) => output.scriptPubKey.kind !== "address");
  const choices = [outputs, outputs.slice(-6), locks.length > 0 ? locks : outputs][asked.which % 3]!;
  const { point, output } = choices[Math.floor(asked.which / 3) % choices.length]!;
  const to = output.scriptPubKey;
  const owner = people.find(({ keyHash }) => to.kind === "address" && to.keyHash === keyHash);
  const receiver = people[asked.by]!;
  const jobId = jobs[asked.job]!;
  const lock: Condition =
    asked.lock === 0 ? { kind: "escrow", jobId } : { kind: "testament", jobId, node: receiver.keyHash };
  const scriptPubKey = asked.lock < 2 ? lock : receiver.condition;
  const transaction = signTransaction(
    unsigned(
      [{ ...point, scriptSig: "", sequence: asked.sequence }],
      [{ value: Math.max(1, output.value - asked.feeUnits), scriptPubKey }],
      { jobId },
    ),
    [(owner ?? receiver).secretKey],
  );
  const added = pool.add(transaction, chain.spendContext());
  if (!added.ok) return;
  happened.updates += added.value.length;
  note(world, transaction);
}

function mineWaiting(world: World, data: string): void {
  const { chain, pool } = world;
  const waiting = [...pool.transactions()].map((entry) => entry.transaction);
  const block = chain.assemble(people[0].condition, waiting, chain.medianTimeMs(chain.tip) + 1000, data);
  expect(block.transactions.slice(1)).toEqual(waiting);
  take(world, block);
}

/** Empty blocks, one on the other, on an old block. */
function fork(world: World, { below, blocks, data }: Step & { kind: "fork" }): void {
  const { chain } = world;
  let parent = chain.at(Math.max(0, chain.tip.heightBlocks - below))!;
  for (let nonce = 0; nonce < blocks; nonce++) {
    const heightBlocks = parent.heightBlocks + 1;
    const transactions = [coinbase(heightBlocks, [pays(people[1], rewardUnits(heightBlocks, parameters))], data)];
    const timestampMs = chain.medianTimeMs(parent) + 1000;
    const header = { timestampMs, previousHash: parent.hash, transactionsHash: transactionsHash(transactions), nonce };
    take(world, { header, transactions });
    parent = chain.link(headerHash(header))!;
  }
}

function take(world: World, block: Block): void {
  const { chain, pool } = world;
  const change = chain.add(block, lateMs);
  if (!change.ok) {
    // A fork like one before it; nothing else may be refused here.
    expect(change.rejection.code).toBe("known-block");
    return;
  }
  for (const transaction of block.transactions) note(world, transaction);
  const [undone, done] = [change.value.undone, change.value.done].map((blocks) =>
    blocks.flatMap((one) => one.transactions),
  );
  happened.paymentsUndone += undone!.length - change.value.undone.length;
  pool.follow(undone!, done!, chain.spendContext());
}

function totalUnits(chain: Chain): number {
  return Object.values(money(chain)).reduce((sum, value) => sum + value, 0);
}

function issuedUnits(heightBlocks: number): number {
  let units = allocatedUnits;
  for (let height = 1; height <= heightBlocks; height++) units += rewardUnits(height, parameters);
  return units;
}

/** Builds the chain again from its blocks, and looks at every lock that is spent on the way. */
function rebuilt(chain: Chain): Chain {
  const again = new Chain(chain.at(0)!.block, parameters, { follower: new RulingsInBlocks(), workCheck: workAssumed });
  const spent = new Set<string>();
  for (let height = 1; height <= chain.tip.heightBlocks; height++) {
    const { block } = chain.at(height)!;
    const { rulings } = again.spendContext();
    for (const transaction of block.transactions.slice(1)) {
      for (const [i, input] of transaction.inputs.entries()) {
        expect(spent.has(outpointKey(input))).toBe(false);
        spent.add(outpointKey(input));
        const lock = again.outputs.get(input)?.output.scriptPubKey;
        if (lock === undefined || lock.kind === "address") continue;
        happened.claims++;
        expect(rulings.escrowAward(lock.jobId)).toBe(unlockings(transaction)[i]!.keyHash);
      }
    }
    expect(again.add(block, lateMs).ok).toBe(true);
  }
  return again;
}

test("coins are conserved, escrows end once, and a chain built anew from its blocks is the same", () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 10, maxLength: 50 }), (steps) => {
      const world = newWorld();
      const { chain, pool } = world;
      for (const asked of steps) {
        run(world, asked);
        expect(totalUnits(chain)).toBe(issuedUnits(chain.tip.heightBlocks));
      }
      const again = rebuilt(chain);
      expect(money(again)).toEqual(money(chain));
      expect(again.tip.hash).toBe(chain.tip.hash);
      const waiting = [...pool.transactions()].map((entry) => entry.transaction);
      expect(again.assemble(people[2].condition, waiting, 9e8).transactions.slice(1)).toEqual(waiting);
    }),
    { numRuns: 150, seed: 3 },
  );
  expect(happened.claims).toBeGreaterThan(20);
  expect(happened.updates).toBeGreaterThan(20);
  expect(happened.paymentsUndone).toBeGreaterThan(20);
});
