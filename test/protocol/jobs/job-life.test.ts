import { describe, expect, test } from "vitest";
import { JobPool } from "../../../src/protocol/jobs/job-pool.ts";
import type { JobOperation } from "../../../src/protocol/jobs/operations.ts";
import { unwrap } from "../../../src/protocol/result.ts";
import { revisions } from "../../../src/protocol/revisions.ts";
import {
  anna,
  bert,
  chargeInvalid,
  client,
  codeOf,
  commit,
  create,
  createdMs,
  earliestMs,
  jobId,
  lies,
  outputTokens,
  pay,
  poolAfter,
  preset,
  protocol,
  saltOf,
  truth,
} from "./people.ts";

/** Who gets what once the job is over: escrow, Anna's stake, Bert's stake. */
const ends = ({ rulings }: JobPool) => ({
  escrow: rulings.escrowAward(jobId),
  anna: rulings.stakeAward(jobId, anna),
  bert: rulings.stakeAward(jobId, bert),
});
const open = { escrow: undefined, anna: undefined, bert: undefined };
const stageOf = (pool: JobPool) => pool.get(jobId)?.stage;
const simple = (type: "resolve" | "settle" | "discard"): JobOperation => ({ type, jobId });
const windowEndMs = createdMs + preset.counterProofWindowMs;

describe.each(revisions)("a job under %s", (revision) => {
  const committed: [JobOperation][] = [
    [create(revision)],
    [{ type: "accept", jobId, node: anna }],
    [{ type: "accept", jobId, node: bert }],
    [commit(revision, anna)],
    [commit(revision, bert)],
  ];
  const paid: [JobOperation][] = [...committed, [pay(anna)]];

  test("goes from created to settled; the paid node gets the escrow, everybody their stake", () => {
    const pool = poolAfter(revision);
    const stages = [...paid, [{ type: "deliver", jobId, node: anna } as JobOperation]].map(([operation]) => {
      unwrap(pool.apply(operation!, { nowMs: createdMs, heightBlocks: 50 }));
      expect(ends(pool)).toEqual(open);
      return stageOf(pool);
    });
    expect(stages).toEqual(["created", "accepted", "accepted", "completed", "completed", "completed", "completed"]);
    unwrap(pool.apply(simple("settle"), { nowMs: earliestMs, heightBlocks: 60 }));
    expect(stageOf(pool)).toBe("settled");
    expect(ends(pool)).toEqual({ escrow: anna, anna, bert });
  });

  test("unpaid, charged and not answered: the client keeps its coins, nobody is slashed", () => {
    const pool = poolAfter(
      revision,
      ...committed,
      [{ type: "charge-unpaid", jobId, by: anna }],
      [simple("resolve"), windowEndMs],
    );
    expect(stageOf(pool)).toBe("voided");
    expect(ends(pool)).toEqual({ escrow: client, anna, bert });
  });

  test("withheld after payment, charged and not answered: escrow and stake to the client, the other node's stake returns", () => {
    const pool = poolAfter(
      revision,
      ...paid,
      [{ type: "charge-no-output", jobId, by: client }],
      [simple("resolve"), windowEndMs],
    );
    expect(stageOf(pool)).toBe("voided");
    expect(ends(pool)).toEqual({ escrow: client, anna: client, bert });
  });

  test("withheld, then shown in time: the charge is dismissed and the job settles", () => {
    const answer: JobOperation =
      revision === "2023.1"
        ? { type: "deliver", jobId, node: anna }
        : { type: "open", jobId, outputTokens, salt: saltOf(revision) };
    const pool = poolAfter(
      revision,
      ...paid,
      [{ type: "charge-no-output", jobId, by: client }],
      [answer],
      [simple("settle"), earliestMs],
    );
    expect(ends(pool)).toEqual({ escrow: anna, anna, bert });
  });

  test("a node that delivers noise: 2023.1 lets it off, 2026.1 slashes it", () => {
    const noise: [JobOperation] = [{ type: "deliver", jobId, node: anna }];
    const pool = poolAfter(revision, ...paid, [{ type: "charge-no-output", jobId, by: client }], noise);
    const resolved = pool.apply(simple("resolve"), { nowMs: windowEndMs, heightBlocks: 50 });
    expect(codeOf(resolved)).toBe(revision === "2023.1" ? "no-dispute" : "accepted");
    expect(pool.rulings.stakeAward(jobId, anna)).toBe(revision === "2023.1" ? undefined : client);
  });

  test.each([
    ["the re-test agrees with the accuser", { type: "retest", jobId, evidence: lies } as JobOperation, createdMs],
    ["nobody re-tests", simple("resolve"), windowEndMs],
  ])("invalid output: slashed when %s", (_, end, nowMs) => {
    const pool = poolAfter(revision, ...paid, [chargeInvalid(revision)], [end, nowMs]);
    expect(ends(pool)).toEqual({ escrow: client, anna: client, bert });
  });

  test("a dishonest accuser: the re-test dismisses the charge, and it cannot be brought again", () => {
    const pool = poolAfter(revision, ...paid, [chargeInvalid(revision)], [{ type: "retest", jobId, evidence: truth }]);
    expect(ends(pool)).toEqual(open);
    const again = pool.apply(chargeInvalid(revision), { nowMs: createdMs, heightBlocks: 50 });
    expect(codeOf(again)).toBe("charge-dismissed");
    unwrap(pool.apply(simple("settle"), { nowMs: earliestMs, heightBlocks: 60 }));
    expect(ends(pool)).toEqual({ escrow: anna, anna, bert });
  });

  test("a client that has its output and redirects the payment: 2023.1 lets it, 2026.1 does not", () => {
    const first = revision === "2023.1" ? { sequence: 5 } : {};
    const pool = poolAfter(revision, ...committed, [pay(anna, first)], [{ type: "deliver", jobId, node: anna }]);
    const redirected = pool.apply(pay(bert, { transactionId: "f2".repeat(32) }), {
      nowMs: createdMs,
      heightBlocks: 50,
    });
    expect(codeOf(redirected)).toBe(revision === "2023.1" ? "accepted" : "sequence-not-higher");
    unwrap(pool.apply(simple("settle"), { nowMs: earliestMs, heightBlocks: 60 }));
    expect(ends(pool).escrow).toBe(revision === "2023.1" ? bert : anna);
  });

  test("an unwanted job is discarded above the miner's height, and everybody keeps what they had", () => {
    const pool = poolAfter(revision, ...committed);
    expect(codeOf(pool.apply(simple("discard"), { nowMs: createdMs, heightBlocks: 54 }))).toBe("too-early");
    unwrap(pool.apply(simple("discard"), { nowMs: createdMs, heightBlocks: 55 }));
    expect(ends(pool)).toEqual({ escrow: client, anna, bert });
  });
});

describe("variants that the sources leave open", () => {
  test("exclusive acceptance, as the prototype had it, takes one node only", () => {
    const { rules, parameters } = protocol("2023.1");
    const exclusive = new JobPool({ rules: { ...rules, acceptance: "exclusive" }, parameters });
    const moment = { nowMs: createdMs, heightBlocks: 50 };
    unwrap(exclusive.apply(create("2023.1"), moment));
    unwrap(exclusive.apply({ type: "accept", jobId, node: anna }, moment));
    expect(codeOf(exclusive.apply({ type: "accept", jobId, node: bert }, moment))).toBe("job-taken");
    expect(codeOf(exclusive.apply({ type: "accept", jobId, node: anna }, moment))).toBe("acceptance-known");
  });

  test.each([
    // Three halves of 1001 are 1501.5; nearly all coins there are, where a product with 1500 would no longer be exact.
    [1500, 1001, 1502],
    [1500, 1000, 1500],
    [1001, 999_999_999_999_999, 1_000_999_999_999_999],
    [1, 1, 1],
  ])("a stake of %i thousandths of %i units is at least %i units", (minStakePerMille, escrowUnits, least) => {
    const { rules, parameters } = protocol("2026.1");
    const pool = new JobPool({ rules, parameters: { ...parameters, minStakePerMille } });
    const moment = { nowMs: createdMs, heightBlocks: 50 };
    unwrap(pool.apply(create("2026.1", { escrowUnits }), moment));
    unwrap(pool.apply({ type: "accept", jobId, node: anna }, moment));
    expect(codeOf(pool.apply(commit("2026.1", anna, { stakeUnits: least - 1 }), moment))).toBe("stake-too-low");
    unwrap(pool.apply(commit("2026.1", anna, { stakeUnits: least }), moment));
  });

  test("more integrity indices can be asked of a dispute's proof", () => {
    const { rules, parameters } = protocol("2026.1");
    const pool = poolAfter(
      "2026.1",
      [create("2026.1")],
      [{ type: "accept", jobId, node: anna }],
      [commit("2026.1", anna)],
      [pay(anna)],
    );
    const strict = new JobPool({ rules, parameters: { ...parameters, checkBudget: 5 } }, pool.records());
    unwrap(strict.apply(chargeInvalid("2026.1"), { nowMs: createdMs, heightBlocks: 50 }));
    expect(
      strict
        .get(jobId)!
        .dispute!.checks.map(({ kind }) => kind[0])
        .join(""),
    ).toBe("ciiiiit");
  });
});
