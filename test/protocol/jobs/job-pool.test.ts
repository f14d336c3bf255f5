import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Chain } from "../../../src/protocol/chain/chain.ts";
import { JobPool, type JobUndo } from "../../../src/protocol/jobs/job-pool.ts";
import { isOver, type JobRecord } from "../../../src/protocol/jobs/job-record.ts";
import type { JobOperation } from "../../../src/protocol/jobs/operations.ts";
import { unwrap } from "../../../src/protocol/result.ts";
import { type Revision, revisions } from "../../../src/protocol/revisions.ts";
import type { Condition } from "../../../src/protocol/spending-condition.ts";
import { finalSequence, signTransaction, type Transaction, transactionId } from "../../../src/protocol/transaction.ts";
import { allocation, genesis, grow, minimal, money, nextBlock, put } from "../chain/chains.ts";
import { client as clara, node as nora, pays, spends, thief, unsigned } from "../people.ts";
import {
  anna,
  bert,
  chargeInvalid,
  client,
  commit,
  create,
  createdMs,
  jobId,
  lies,
  pay,
  preset,
  protocol,
  truth,
} from "./people.ts";

const otherJob = "20".repeat(32);

/** Any operation on one of two jobs, sensible or not. */
const operations = (revision: Revision): fc.Arbitrary<JobOperation> => {
  const ids = fc.constantFrom(jobId, otherJob);
  const nodes = fc.constantFrom(anna, bert);
  const anybody = fc.constantFrom(anna, bert, client);
  const sequences = fc.constantFrom(1, 5, 6, finalSequence);
  const evidence = fc.constantFrom(truth, lies);
  return fc.oneof(
    ids.map((id) => create(revision, { jobId: id })),
    fc.record({ type: fc.constant("accept" as const), jobId: ids, node: nodes }),
    fc.tuple(ids, nodes).map(([id, node]) => commit(revision, node, { jobId: id })),
    fc.tuple(ids, nodes, sequences).map(([id, node, sequence]) => pay(node, { jobId: id, sequence })),
    fc.record({ type: fc.constant("deliver" as const), jobId: ids, node: nodes }),
    fc.record({ type: fc.constant("charge-unpaid" as const), jobId: ids, by: anybody }),
    fc.record({ type: fc.constant("charge-no-output" as const), jobId: ids, by: anybody }),
    evidence.map((said) => chargeInvalid(revision, said)),
    fc.record({ type: fc.constant("retest" as const), jobId: ids, evidence }),
    fc.record({ type: fc.constantFrom("resolve" as const, "settle" as const, "discard" as const), jobId: ids }),
  );
};

/** Operations with the time that passes before each, in milliseconds, and blocks. */
const histories = (revision: Revision) =>
  fc.array(fc.tuple(operations(revision), fc.constantFrom(0, 0, 0, 100, 1000, 10_000), fc.constantFrom(0, 0, 1, 3)), {
    maxLength: 60,
  });

/** Every coin of a job, by who has it: locked while the job is open, else awarded. */
function holdings(
  { ruling, client, escrowUnits, commitments }: JobRecord,
  pool: JobPool,
  id: string,
): Map<string, number> {
  const held = new Map<string, number>();
  const give = (to: string, units: number) => held.set(to, (held.get(to) ?? 0) + units);
  expect(pool.rulings.escrowAward(id)).toBe(ruling?.escrowTo);
  give(ruling?.escrowTo ?? `escrow of ${client}`, escrowUnits);
  for (const { node, stakeUnits } of commitments)
    give(pool.rulings.stakeAward(id, node) ?? `stake of ${node}`, stakeUnits);
  return held;
}

describe.each(revisions)("a job pool under %s, whatever happens in whatever order", (revision) => {
  test("conserves coins, rules once, changes nothing when it refuses, and can be taken back to the start", () => {
    fc.assert(
      fc.property(histories(revision), (history) => {
        const pool = new JobPool(protocol(revision));
        const snapshots: string[] = [];
        const undos: JobUndo[] = [];
        const depositedUnits = new Map<string, number>();
        let moment = { nowMs: createdMs, heightBlocks: 50 };
        for (const [operation, passedMs, blocks] of history) {
          moment = { nowMs: moment.nowMs + passedMs, heightBlocks: moment.heightBlocks + blocks };
          const id = operation.jobId;
          const snapshot = JSON.stringify([...pool.records()]);
          const before = pool.get(id);
          const result = pool.apply(operation, moment);
          if (!result.ok) {
            expect(JSON.stringify([...pool.records()])).toBe(snapshot);
            continue;
          }
          if (operation.type === "create") depositedUnits.set(id, operation.escrowUnits);
          if (operation.type === "commit") depositedUnits.set(id, depositedUnits.get(id)! + operation.stakeUnits);
          snapshots.push(snapshot);
          undos.push(result.value);
          // A job that was over takes no operation, so its ruling can never change.
          expect(before !== undefined && isOver(before)).toBe(false);
          const after = pool.get(id)!;
          expect(isOver(after)).toBe(after.ruling !== null);
          expect(after.stage === "disputed").toBe(after.dispute !== null);
          const held = holdings(after, pool, id);
          expect([...held.values()].reduce((sum, units) => sum + units, 0)).toBe(depositedUnits.get(id));
          if (after.ruling !== null) for (const who of held.keys()) expect([client, anna, bert]).toContain(who);
        }
        for (const undo of undos.reverse()) {
          pool.undo(undo);
          expect(JSON.stringify([...pool.records()])).toBe(snapshots.pop());
        }
        expect(pool.size).toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  test("does to each job what it would do to that job alone", () => {
    fc.assert(
      fc.property(histories(revision), (history) => {
        const moments = history.map(([operation, nowMs, heightBlocks]) => ({
          operation,
          moment: { nowMs: createdMs + nowMs, heightBlocks: 50 + heightBlocks },
        }));
        const together = new JobPool(protocol(revision));
        const alone = new JobPool(protocol(revision));
        for (const { operation, moment } of moments) together.apply(operation, moment);
        for (const { operation, moment } of moments) if (operation.jobId === jobId) alone.apply(operation, moment);
        expect(alone.get(jobId)).toEqual(together.get(jobId));
      }),
      { numRuns: 100 },
    );
  });
});

describe("jobs on the chain", () => {
  const escrow: Condition = { kind: "escrow", jobId };
  const testamentOf: Condition = { kind: "testament", jobId, node: nora.keyHash };
  const sign = (by: typeof clara, ...form: Parameters<typeof unsigned>): Transaction =>
    signTransaction(unsigned(...form), [by.secretKey]);
  // The client has 1000 units, the node 600; the job is worth 400, the stake 500, every fee is 10.
  const funding = sign(clara, [spends(allocation)], [{ value: 400, scriptPubKey: escrow }, pays(clara, 590)], {
    jobId,
  });
  const testament = sign(
    nora,
    [spends(allocation, 1, finalSequence)],
    [{ value: 500, scriptPubKey: testamentOf }, pays(nora, 90)],
    { jobId },
  );
  const payment = sign(clara, [spends(allocation, 0, finalSequence)], [pays(nora, 400), pays(clara, 590)], { jobId });
  const claims = (by: typeof clara): Transaction => sign(by, [spends(testament)], [pays(by, 490)]);

  const steps: Record<string, JobOperation> = {
    create: create("2026.1", { client: clara.keyHash, fundingId: transactionId(funding), escrowUnits: 400 }),
    accept: { type: "accept", jobId, node: nora.keyHash },
    commit: commit("2026.1", nora.keyHash, { testamentId: transactionId(testament), stakeUnits: 500 }),
    pay: pay(nora.keyHash, { transactionId: transactionId(payment) }),
    charge: { type: "charge-no-output", jobId, by: clara.keyHash },
    resolve: { type: "resolve", jobId },
  };
  /** A chain that the pool follows, after these steps, with the testament in block 1. */
  function started(...names: (keyof typeof steps)[]) {
    const pool = new JobPool(protocol("2026.1"));
    const chain = new Chain(genesis, minimal, { follower: pool });
    for (const name of names) unwrap(pool.apply(steps[name]!, { nowMs: createdMs, heightBlocks: 0 }));
    return { pool, chain };
  }
  const committed = ["create", "accept", "commit"] as const;
  const withFee = (...transactions: Transaction[]) => ({ transactions, feesUnits: 10 * transactions.length });
  let attempts = 0;
  /** Why a new block with these transactions is refused; each attempt is a block of its own. */
  const refused = (chain: Chain, ...transactions: Transaction[]): string => {
    attempts += 1;
    const data = attempts.toString(16).padStart(4, "0");
    const added = chain.add(nextBlock(chain, { ...withFee(...transactions), data }), 1e9);
    return added.ok ? "accepted" : added.rejection.code;
  };
  const state = (chain: Chain, pool: JobPool) => JSON.stringify([money(chain), [...pool.records()]]);

  test("the payment enters a block when the ten minutes are over, and the node takes its stake back", () => {
    const { pool, chain } = started(...committed, "pay");
    put(chain, nextBlock(chain, withFee(testament)));
    expect(refused(chain, payment)).toBe("too-early");
    grow(chain, 8);
    expect(chain.tip.block.header.timestampMs).toBe(createdMs + preset.blockDelayMs - 1000);
    expect(refused(chain, claims(nora))).toBe("no-ruling");
    put(chain, nextBlock(chain, withFee(payment)));
    expect(pool.get(jobId)!.stage).toBe("settled");
    expect(refused(chain, claims(clara))).toBe("wrong-key");
    put(chain, nextBlock(chain, withFee(claims(nora))));
    expect(money(chain)).toMatchObject({
      [`${transactionId(payment)}:0`]: 400,
      [`${transactionId(claims(nora))}:0`]: 490,
    });
  });

  test("a reorganisation takes the settlement back, and the same blocks again give the same state", () => {
    const { pool, chain } = started(...committed, "pay");
    put(chain, nextBlock(chain, withFee(testament)));
    const [fork] = grow(chain, 8).slice(-1);
    const before = state(chain, pool);
    const settling = put(chain, nextBlock(chain, withFee(payment)));
    const claiming = put(chain, nextBlock(chain, withFee(claims(nora))));
    const settled = state(chain, pool);

    grow(chain, 3, { parent: fork!, data: "0b" });
    expect(pool.get(jobId)!.stage).toBe("completed");
    expect(pool.rulings.escrowAward(jobId)).toBeUndefined();
    expect(refused(chain, claims(nora))).toBe("no-ruling");
    expect(JSON.stringify([...pool.records()])).toBe(JSON.stringify(JSON.parse(before)[1]));

    grow(chain, 2, { parent: claiming, data: "0c" });
    expect(chain.at(settling.heightBlocks)).toBe(settling);
    expect(JSON.stringify([...pool.records()])).toBe(JSON.stringify(JSON.parse(settled)[1]));
  });

  test("a node slashed for withholding loses its stake to the client, whose payment no block may hold", () => {
    const { pool, chain } = started(...committed, "pay", "charge");
    put(chain, nextBlock(chain, withFee(testament)));
    grow(chain, 9);
    expect(refused(chain, payment)).toBe("job-disputed");
    unwrap(pool.apply(steps["resolve"]!, { nowMs: createdMs + preset.counterProofWindowMs, heightBlocks: 11 }));
    expect(refused(chain, payment)).toBe("job-over");
    expect(refused(chain, claims(nora))).toBe("wrong-key");
    put(chain, nextBlock(chain, withFee(claims(clara))));
    expect(refused(chain, claims(clara))).toBe("missing-output");
  });

  test("an unpaid job's funding may stand in a block above the discard height: fee to the miner, escrow back to the client", () => {
    const { pool, chain } = started(...committed);
    grow(chain, 3);
    expect(refused(chain, funding)).toBe("too-early");
    grow(chain, 1);
    put(chain, nextBlock(chain, withFee(funding)));
    expect(pool.get(jobId)!.stage).toBe("discarded");
    const takesBack = (by: typeof clara) => sign(by, [spends(funding)], [pays(by, 390)]);
    expect(refused(chain, takesBack(thief))).toBe("wrong-key");
    put(chain, nextBlock(chain, withFee(takesBack(clara))));
  });

  test("an unknown job, and a node without a stake in it, are awarded nothing", () => {
    const { pool } = started(...committed, "pay", "charge");
    unwrap(pool.apply(steps["resolve"]!, { nowMs: createdMs + preset.counterProofWindowMs, heightBlocks: 1 }));
    expect(pool.rulings.stakeAward(jobId, nora.keyHash)).toBe(clara.keyHash);
    expect(pool.rulings.stakeAward(jobId, thief.keyHash)).toBeUndefined();
    expect(pool.rulings.escrowAward(otherJob)).toBeUndefined();
    expect(pool.rulings.stakeAward(otherJob, nora.keyHash)).toBeUndefined();
  });

  test("a paid job's first transaction may stand in no block", () => {
    const { pool } = started(...committed, "pay");
    const admitted = pool.admits(funding, 1000, createdMs + preset.blockDelayMs);
    expect(admitted.ok ? "" : admitted.rejection.code).toBe("not-the-jobs");
    expect(admitted.ok ? "" : admitted.rejection.message).toContain("neither testament, payment nor funding");
  });

  test("what is none of the job's transactions enters no block in its name", () => {
    const { pool, chain } = started("create", "accept");
    const stranger = sign(clara, [spends(allocation, 0)], [pays(thief, 990)], { jobId });
    const unknown = sign(clara, [spends(allocation, 0)], [pays(thief, 990)], { jobId: otherJob });
    expect(refused(chain, stranger)).toBe("not-the-jobs");
    expect(refused(chain, unknown)).toBe("job-unknown");
    expect(refused(chain, testament)).toBe("not-the-jobs");
    unwrap(pool.apply(steps["commit"]!, { nowMs: createdMs, heightBlocks: 0 }));
    expect(refused(chain, testament)).toBe("accepted");
    expect(pool.admits(unsigned([], []), 1, 0)).toEqual({ ok: true, value: undefined });
  });

  test("connecting a block that was never admitted is an error, not a silent nothing", () => {
    const { pool, chain } = started(...committed, "pay");
    const block = nextBlock(chain, withFee(payment));
    expect(() => pool.connect(block, 1)).toThrow("too-early");
  });
});
