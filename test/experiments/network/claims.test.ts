import { describe, expect, test } from "vitest";
import { endsOf } from "../../../experiments/network/cells.ts";
import { claimC13 } from "../../../experiments/network/claims/c13-redundancy.ts";
import { claimC14 } from "../../../experiments/network/claims/c14-chain-load.ts";
import { type MadeUp, madeUp, madeUpRows } from "../../../experiments/network/sample.ts";

const cellsOf = (change: Partial<MadeUp> = {}) =>
  endsOf(madeUpRows({ ...madeUp, ...change })).filter(({ population }) => population === "honest");

describe("C13", () => {
  test("holds when redundant work is swifter and wasteful, and a scheduler wastes nothing", () => {
    const { verdict, sentence } = claimC13(cellsOf(), "honest");
    expect(verdict).toBe("holds");
    expect(sentence).toContain("takes 0.667 [0.667 to 0.667] times as long as with exclusive acceptance: swifter");
    expect(sentence).toContain("60 [60 to 60] % of all generation tokens");
    // Four runs of twenty paid jobs each.
    expect(sentence).toContain(
      "it is none (seen in 0 of 80 paid jobs, so in under 3.68 %), and a verified output takes 2 [2 to 2] times as long",
    );
  });

  test("fails in part when redundant work is no swifter", () => {
    const waits = { redundant: 3, exclusive: 3, central: 3 };
    expect(claimC13(cellsOf({ waits }), "honest")).toMatchObject({ verdict: "partly" });
  });

  test("fails when nothing is wasted and the scheduler wastes most of all", () => {
    const waits = { redundant: 3, exclusive: 2, central: 3 };
    const vain = { redundant: 0, exclusive: 0, central: 0.5 };
    expect(claimC13(cellsOf({ waits, vain }), "honest")).toMatchObject({ verdict: "fails" });
  });

  test("calls a share that was seen no 0 %, however small, and one that could not be seen unknown", () => {
    const vain = { ...madeUp.vain, central: 0.0004 };
    const { sentence } = claimC13(cellsOf({ vain }), "honest");
    expect(sentence).toMatch(/Under a central scheduler it is 0\.04 \[0\.\d+ to 0\.\d+\] %,/);
    const unpaid = cellsOf().map((cell) =>
      cell.scheduling === "central"
        ? { ...cell, nodes: cell.nodes.map((row) => ({ ...row, paid: 0, vainDecodeTokens: 0, vainPrefillTokens: 0 })) }
        : cell,
    );
    expect(claimC13(unpaid, "honest").sentence).toContain("it is not known, as no job was paid");
  });

  test("is not decided by one run, nor without a scheduler", () => {
    expect(claimC13(cellsOf({ runs: 1 }), "honest").verdict).toBe("not decided");
    const without = cellsOf().filter(({ scheduling }) => scheduling !== "central");
    expect(claimC13(without, "honest").verdict).toBe("not decided");
  });

  test("says how many outputs passed, and who won, where some failed", () => {
    const mixed = endsOf(madeUpRows()).filter(({ population }) => population === "mixed");
    const { sentence } = claimC13(mixed, "mixed");
    // 20 of 40 and 8 of 20 outputs: honest passes 20, truncation 8 of 20; a fifth of the nodes break the protocol.
    expect(sentence).toContain("70 % passed with redundant work and 70 % with exclusive");
    expect(sentence).toContain("the nodes that break the protocol, 20 % of all, won 67 % of the paid jobs");
  });
});

test("C13 calls nothing swift when the outputs that come first fail", () => {
  const rows = madeUpRows().map((row) =>
    row.scheduling === "redundant" && row.kind === "honest" ? { ...row, passed: 0, failed: row.paid } : row,
  );
  const mixed = endsOf(rows).filter(({ population }) => population === "mixed");
  const { verdict, sentence } = claimC13(mixed, "mixed");
  expect(verdict).toBe("partly");
  expect(sentence).toContain("no swift answers");
});

test("C14 says how many jobs full blocks hold, and decides nothing about channels", () => {
  const { verdict, sentence, number, obtained } = claimC14(cellsOf());
  expect([verdict, obtained]).toEqual(["not decided", "modelled"]);
  expect(number!.value).toBeCloseTo(12_000, 6);
  // 500 bytes a settled job; six blocks of a million bytes an hour.
  expect(sentence).toContain("12000 under redundant work (500 bytes of chain a settled job)");
});
