import { describe, expect, test } from "vitest";
import { publishedClaims } from "../../../src/lab/claims/texts.ts";
import type { Verdict } from "../../../src/lab/claims/verdict.ts";
import { claimRows, claimsTable, type JudgedClaim, numberInWords } from "../../../src/lab/overview/claims-table.ts";
import { fromCsv, toCsv } from "../../../src/lab/results/table.ts";

function judged(verdict: Verdict, more: Partial<JudgedClaim> = {}): JudgedClaim {
  const where = { experiment: "e", run: "../../e/1", machine: null, figure: null };
  return { claim: "C3", subject: "a model", verdict, sentence: "So it is.", ...where, ...more };
}

const rowOf = (...verdicts: Verdict[]) =>
  claimRows(verdicts.map((verdict) => judged(verdict))).find(({ claim }) => claim === "C3")!;

describe("the table of claims", () => {
  test("has every published claim once, in order, tested or not", () => {
    const rows = claimRows([judged("holds")]);
    expect(rows.map(({ claim }) => claim)).toEqual(Object.keys(publishedClaims));
    expect(rows.filter(({ status }) => status !== "not yet tested").map(({ claim }) => claim)).toEqual(["C3"]);
  });

  test("goes on with what was judged without a number of ours", () => {
    const rows = claimRows([judged("holds", { claim: "no free computation" })]);
    expect(rows.at(-1)).toMatchObject({ claim: "no free computation", status: "confirmed", source: "§2.5.3" });
  });

  test.each<[string, Verdict[]]>([
    ["confirmed", ["holds"]],
    ["refuted", ["fails", "fails"]],
    ["partly", ["partly"]],
    ["partly", ["holds", "fails"]],
    ["partly", ["partly", "holds"]],
    ["undecided", ["not decided", "not decided"]],
    // One that decided nothing says nothing against the others.
    ["confirmed", ["not decided", "holds"]],
    ["refuted", ["fails", "not decided"]],
  ])("is %s after %j", (status, verdicts) => {
    expect(rowOf(...verdicts).status).toBe(status);
  });

  test("takes its number from a verdict that says what the status says", () => {
    const number = (value: number) => ({ what: "ratio", value, low: value / 2, high: value * 2 });
    const [row] = claimRows([
      judged("not decided", { number: number(1) }),
      judged("fails", { subject: "without a number" }),
      judged("fails", { number: number(5.2468) }),
      judged("fails", { number: number(7) }),
    ]).filter(({ claim }) => claim === "C3");
    expect(row!.leading!.number!.value).toBe(5.2468);
    expect(numberInWords(row!)).toBe("5.25 [2.62 to 10.5]");
  });

  test("prints exact numbers without an interval, tiny ones with an exponent, large ones with commas", () => {
    const words = (value: number) =>
      numberInWords({
        ...rowOf("holds"),
        leading: judged("holds", { number: { what: "", value, low: null, high: null } }),
      });
    expect([7.926e-12, 0, 0.5, 12_345.6].map(words)).toEqual(["7.93e-12", "0", "0.5", "12,346"]);
    expect(numberInWords(rowOf("holds"))).toBe("");
  });

  test("is a file that reads back", () => {
    const number = { what: "ratio", value: 2, low: 1, high: 3 };
    const table = claimsTable(claimRows([judged("fails", { number, obtained: "measured", figure: "figures/f" })]));
    const rows = fromCsv<Record<string, unknown>>(toCsv(table), table as never);
    expect(rows).toHaveLength(19);
    expect(rows[2]).toMatchObject({
      claim: "C3",
      status: "refuted",
      verdicts: 1,
      number: 2,
      low: 1,
      high: 3,
      run: "../../e/1",
      figure: "figures/f",
    });
    expect(rows[4]).toMatchObject({ claim: "C5", status: "not yet tested", verdicts: 0, number: null });
  });
});

describe("the strongest evidence at hand stands for a claim", () => {
  const reference = { reference: "full preset, 2026-11-24", run: "../../reference/e/1" };
  const c3 = (own: readonly JudgedClaim[], kept: readonly JudgedClaim[]) =>
    claimRows(own, [], kept).find(({ claim }) => claim === "C3")!;

  test("a reference run that decided leads over a run that did not, which stands beside it", () => {
    const row = c3([judged("not decided")], [judged("fails", reference)]);
    expect(row).toMatchObject({ status: "refuted", leading: reference, here: { status: "undecided" } });
    expect(row.judged.map(({ verdict }) => verdict)).toEqual(["fails", "not decided"]);
  });

  test("so it does where the claim was not tested, or came out otherwise", () => {
    expect(c3([], [judged("fails", reference)])).toMatchObject({
      status: "refuted",
      here: { status: "not yet tested", leading: undefined },
    });
    expect(c3([judged("holds")], [judged("fails", reference)])).toMatchObject({
      status: "refuted",
      here: { status: "confirmed" },
    });
  });

  test("where both say the same, or the reference run says nothing, the run made here leads alone", () => {
    for (const kept of ["fails", "not decided"] as const) {
      const row = c3([judged("fails")], [judged(kept, reference)]);
      expect(row.leading!.reference).toBeUndefined();
      expect([row.status, row.here, row.judged.length]).toEqual(["refuted", undefined, 1]);
    }
  });

  test("what another machine measured does not overrule what this one decided", () => {
    const elsewhere = judged("holds", { ...reference, machine: "another CPU" });
    expect(c3([judged("fails")], [elsewhere])).toMatchObject({ status: "refuted" });
    expect(c3([judged("not decided")], [elsewhere])).toMatchObject({ status: "confirmed" });
  });

  test("the file of claims names the reference run and says what came out here", () => {
    const table = claimsTable(claimRows([judged("not decided")], [], [judged("fails", reference)]));
    expect(table.rows[2]).toMatchObject({
      claim: "C3",
      status: "refuted",
      statusHere: "undecided",
      reference: reference.reference,
    });
  });
});
