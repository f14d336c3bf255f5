/** Jobs taken through their lives in a pool that holds 1,000 or 100,000 others: no operation may look at them. */
import { expect, test } from "vitest";
import { JobPool } from "../../src/protocol/jobs/job-pool.ts";
import type { JobOperation } from "../../src/protocol/jobs/operations.ts";
import { parameters } from "../../src/protocol/parameters.ts";
import { ruleSet } from "../../src/protocol/revisions.ts";
import { finalSequence } from "../../src/protocol/transaction.ts";
import { interleaved } from "./interleaved.ts";

const id = (number: number): string => number.toString(16).padStart(64, "0");
const client = "c0".repeat(20);
const nodes = ["a1", "a2", "a3"].map((byte) => byte.repeat(20));
const given = { rules: ruleSet("2026.1"), parameters: parameters("full") };

/** Three nodes accept, two commit, one is paid and delivers; settled unless it is to stay in the pool. */
function lifeOf(number: number, settles: boolean): JobOperation[] {
  const jobId = id(number);
  const [first, second] = nodes as [string, string, string];
  const commit = (node: string): JobOperation => ({
    type: "commit",
    jobId,
    node,
    commitmentHash: jobId,
    rewardTo: node,
    testamentId: jobId,
    stakeUnits: 1000,
  });
  const life: JobOperation[] = [
    {
      type: "create",
      jobId,
      client,
      tokenLimit: 100,
      timestampMs: 0,
      timelockMs: 0,
      nonceHash: jobId,
      fundingId: jobId,
      escrowUnits: 1000,
      retentionBlocks: 144,
    },
    ...nodes.map((node): JobOperation => ({ type: "accept", jobId, node })),
    commit(first),
    commit(second),
    { type: "pay", jobId, node: first, transactionId: jobId, sequence: finalSequence },
    { type: "deliver", jobId, node: first },
  ];
  return settles ? [...life, { type: "settle", jobId }] : life;
}

function poolOf(jobs: number): JobPool {
  const pool = new JobPool(given);
  for (let i = 0; i < jobs; i++)
    for (const operation of lifeOf(1_000_000 + i, false)) pool.apply(operation, { nowMs: 0, heightBlocks: 0 });
  return pool;
}

test("operations per second do not depend on how many jobs the pool holds", () => {
  const lives = Array.from({ length: 2000 }, (_, i) => lifeOf(i, true)).flat();
  /** Runs all lives through the pool and takes them back; the number of operations it accepted. */
  const run = (pool: JobPool): number => {
    const undos = lives.flatMap((operation) => {
      const nowMs = operation.type === "settle" ? given.parameters.blockDelayMs : 0;
      const applied = pool.apply(operation, { nowMs, heightBlocks: 1 });
      return applied.ok ? [applied.value] : [];
    });
    for (const undo of undos.toReversed()) pool.undo(undo);
    return undos.length;
  };
  const [large, small] = [poolOf(100_000), poolOf(1000)];
  const measured = interleaved(
    15,
    lives.length,
    () => run(large),
    () => run(small),
  );
  console.log(
    `pool operations, each applied and undone: ${Math.round(measured.ours).toLocaleString("en")}/s with 100,000 jobs in the pool; ratio to 1,000 jobs ${measured.ratio.toFixed(3)}`,
  );
  expect(large.size).toBe(100_000);
  expect(run(large)).toBe(lives.length);
  expect(measured.ratio).toBeGreaterThanOrEqual(0.5);
});
