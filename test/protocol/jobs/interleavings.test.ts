/** Jobs, money and chain together: random histories with disputes, thieves and reorganisations. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Block, coinbase, headerHash, transactionsHash } from "../../../src/protocol/chain/block.ts";
import { Chain, type Link } from "../../../src/protocol/chain/chain.ts";
import { workAssumed } from "../../../src/protocol/chain/proof-of-work.ts";
import { rewardUnits } from "../../../src/protocol/chain/reward.ts";
import { JobPool } from "../../../src/protocol/jobs/job-pool.ts";
import type { JobOperation } from "../../../src/protocol/jobs/operations.ts";
import { type Revision, revisions } from "../../../src/protocol/revisions.ts";
import type { Condition } from "../../../src/protocol/spending-condition.ts";
import { finalSequence, signTransaction, type Transaction, transactionId } from "../../../src/protocol/transaction.ts";
import { allocation, genesis, minimal, money } from "../chain/chains.ts";
import { client, miner, node, type Person, pays, spends, thief, unsigned } from "../people.ts";
import { commit, create, createdMs, jobId, nonce, pay, protocol, saltOf } from "./people.ts";

const sign = (by: Person, ...form: Parameters<typeof unsigned>): Transaction =>
  signTransaction(unsigned(...form), [by.secretKey]);
const escrow: Condition = { kind: "escrow", jobId };
const stake: Condition = { kind: "testament", jobId, node: node.keyHash };
const funding = sign(client, [spends(allocation)], [{ value: 400, scriptPubKey: escrow }, pays(client, 590)], {
  jobId,
});
const testament = sign(
  node,
  [spends(allocation, 1, finalSequence)],
  [{ value: 500, scriptPubKey: stake }, pays(node, 90)],
  {
    jobId,
  },
);
const payment = sign(client, [spends(allocation, 0, finalSequence)], [pays(node, 400), pays(client, 590)], { jobId });
const people = [client, node, thief];
const claimsOf = (from: Transaction, value: number) =>
  people.map((who) => sign(who, [spends(from)], [pays(who, value)]));
const escrowClaims = claimsOf(funding, 390);
const stakeClaims = claimsOf(testament, 490);
/** Everybody's attempt at everything; a block takes what fits. */
const attempts = [funding, payment, testament, ...escrowClaims, ...stakeClaims];

/** Holds nothing but its coinbase; `fork` makes it another block than any before. */
function emptyBlock({ hash, heightBlocks }: Link, timestampMs: number, fork: number): Block {
  const data = fork.toString(16).padStart(4, "0");
  const transactions = [coinbase(heightBlocks + 1, [pays(miner, rewardUnits(heightBlocks + 1, minimal))], data)];
  const header = { timestampMs, previousHash: hash, transactionsHash: transactionsHash(transactions), nonce: 0 };
  return { header, transactions };
}

function operationsOf(revision: Revision): JobOperation[] {
  const [by, nodeHash] = [client.keyHash, node.keyHash];
  return [
    create(revision, { client: by, fundingId: transactionId(funding), escrowUnits: 400 }),
    { type: "accept", jobId, node: nodeHash },
    commit(revision, nodeHash, { testamentId: transactionId(testament), stakeUnits: 500 }),
    pay(nodeHash, { transactionId: transactionId(payment) }),
    { type: "deliver", jobId, node: nodeHash },
    { type: "charge-unpaid", jobId, by: nodeHash },
    { type: "charge-no-output", jobId, by },
    {
      type: "charge-invalid-output",
      jobId,
      by,
      claim: {
        inputTokens: [100, 101, 102, 103],
        outputTokens: [104, 105, 106, 107, 2],
        endTokens: [2],
        tokenLimit: 16,
      },
      salt: saltOf(revision),
      nonce,
      evidence: Array.from({ length: 9 }, (_, i): [number, number] => [i, 7]),
    },
    { type: "resolve", jobId },
  ];
}

type Action =
  | { readonly kind: "operation"; readonly number: number; readonly passedMs: number }
  | { readonly kind: "block"; readonly passedMs: number }
  | { readonly kind: "fork"; readonly depth: number };
const actions: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("operation" as const),
      number: fc.nat(8),
      passedMs: fc.constantFrom(0, 0, 1000),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant("block" as const), passedMs: fc.constantFrom(1, 1000, 11_000) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("fork" as const), depth: fc.integer({ min: 1, max: 3 }) }) },
);
/** Most histories start as honest jobs do, or nothing interesting ever happens. */
const histories = fc.tuple(fc.nat(5), fc.array(actions, { minLength: 15, maxLength: 40 }));

describe.each(revisions)("any history under %s", (revision) => {
  const operations = operationsOf(revision);

  function play(started: number, history: readonly Action[]) {
    const pool = new JobPool(protocol(revision));
    const chain = new Chain(genesis, minimal, { follower: pool, workCheck: workAssumed });
    let nowMs = createdMs;
    let forks = 0;
    let settlementsUndone = 0;
    const step = (number: number): void => {
      pool.apply(operations[number]!, { nowMs, heightBlocks: chain.tip.heightBlocks });
    };
    for (let number = 0; number < started; number++) step(number);
    for (const action of history) {
      if (action.kind === "operation") {
        nowMs += action.passedMs;
        step(action.number);
      } else if (action.kind === "block") {
        nowMs += action.passedMs;
        chain.add(chain.assemble(miner.condition, attempts, nowMs), nowMs);
      } else {
        forks += 1;
        const before = pool.get(jobId)?.stage;
        let parent = chain.at(Math.max(0, chain.tip.heightBlocks - action.depth))!;
        for (let i = 0; i <= action.depth; i++) {
          nowMs = Math.max(nowMs, chain.medianTimeMs(parent)) + 1;
          const empty = emptyBlock(parent, nowMs, forks);
          const added = chain.add(empty, nowMs);
          if (!added.ok) throw new Error(added.rejection.message);
          parent = chain.link(headerHash(empty.header))!;
        }
        if (before === "settled" && pool.get(jobId)?.stage === "completed") settlementsUndone += 1;
      }
      check(chain, pool);
    }
    return { pool, settlementsUndone };
  }

  function check(chain: Chain, pool: JobPool): void {
    const height = chain.tip.heightBlocks;
    const minted = Array.from({ length: height }, (_, i) => rewardUnits(i + 1, minimal)).reduce((a, b) => a + b, 0);
    expect(Object.values(money(chain)).reduce((a, b) => a + b, 0)).toBe(1600 + minted);

    const held = Array.from({ length: height }, (_, i) => chain.at(i + 1)!.block).flatMap(
      ({ transactions }) => transactions,
    );
    const takers = (claims: readonly Transaction[]): string[] =>
      people.filter((_, i) => held.includes(claims[i]!)).map(({ keyHash }) => keyHash);
    const [escrowTaken, stakeTaken] = [takers(escrowClaims), takers(stakeClaims)];
    if (escrowTaken.length > 0) expect(escrowTaken).toEqual([pool.rulings.escrowAward(jobId)]);
    if (stakeTaken.length > 0) expect(stakeTaken).toEqual([pool.rulings.stakeAward(jobId, node.keyHash)]);
    expect(held.includes(funding) && held.includes(payment)).toBe(false);
    const stage = pool.get(jobId)?.stage;
    if (held.includes(payment)) expect(stage).toBe("settled");
    if (held.includes(funding)) expect(stage).toBe("discarded");
  }

  test("keeps every coin, pays an escrow and a stake at most once and to whom they are awarded", () => {
    const stages = new Map<string, number>();
    let undone = 0;
    fc.assert(
      fc.property(histories, ([started, history]) => {
        const { pool, settlementsUndone } = play(started, history);
        undone += settlementsUndone;
        const stage = pool.get(jobId)?.stage ?? "unknown";
        stages.set(stage, (stages.get(stage) ?? 0) + 1);
      }),
      { numRuns: 300, seed: 2026 },
    );
    // The histories are worth something only if they reach every end of a job.
    expect([...stages.keys()]).toEqual(
      expect.arrayContaining(["settled", "voided", "discarded", "completed", "disputed"]),
    );
    expect(undone).toBeGreaterThan(0);
  });
});
