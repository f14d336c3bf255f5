import { describe, expect, test } from "vitest";
import { analyseFalseReject } from "../../../experiments/attack/false-rejects/analyse.ts";
import { summarizeVariations } from "../../../experiments/attack/false-rejects/variations.ts";
import { attackRowsOf, attackRowsTable } from "../../../experiments/attack/rows.ts";
import { madeUpRow, madeUpRows } from "../../../experiments/attack/sample.ts";
import { summarizeAcceptance, summarizeCost } from "../../../experiments/attack/summary.ts";
import { acceptanceOf, thresholdsOf } from "../../../experiments/attack/thresholds.ts";
import { analyseDetection } from "../../../experiments/detection/analyse.ts";
import { summarizeDetection } from "../../../experiments/detection/summary.ts";
import { analyseFalseAccept } from "../../../experiments/false-accept/analyse.ts";
import { drawFigure } from "../../../src/lab/charts/figure.ts";
import type { ExperimentReport } from "../../../src/lab/results/experiment-report.ts";
import { toCsv } from "../../../src/lab/results/table.ts";
import { Streams } from "../../../src/sim/streams.ts";

const streams = () => new Streams("attack");

describe("rows", () => {
  test("come back from their CSV as they were, schemes in columns of their own", () => {
    const csv = toCsv(attackRowsTable(madeUpRows));
    expect(csv).toContain(",P(rastic blog k=3),");
    expect(csv).toContain(",score(token-difr clip=0.5),");
    expect(attackRowsOf(csv)).toEqual(madeUpRows);
  });

  test("a scheme that could not judge is an empty cell", () => {
    const row = madeUpRow({ strategy: "honest", prompt: 1 });
    const blind = { ...row, scores: { ...row.scores, "log-rank both": null } };
    expect(attackRowsOf(toCsv(attackRowsTable([blind])))[0]!.scores["log-rank both"]).toBe(null);
  });
});

describe("thresholds", () => {
  test("come from calibration prompts alone: other evaluated claims do not move them", () => {
    const before = thresholdsOf(madeUpRows);
    const wild = madeUpRows.map((row) =>
      row.split === "evaluation" ? { ...row, scores: { "token-difr clip=0.5": 99 } } : row,
    );
    expect(thresholdsOf(wild)).toEqual(before);
    const difr = before.get("temperature 0.7")!.get("token-difr clip=0.5")!;
    expect(difr).toMatchObject({ low: null, high: 1.1, honestClaims: 12 });
    expect(difr.falseRejectShare).toBeCloseTo(1 / 13, 12); // twelve claims can promise no less
  });

  test("a claim whose prompt has set the threshold is not judged", () => {
    const leak = madeUpRow({ strategy: "lazy, draft", prompt: 103 });
    expect(() => acceptanceOf(leak, thresholdsOf(madeUpRows))).toThrow("threshold-saw-this-prompt");
  });

  test("a claim that its own tokens show false fails however good its score", () => {
    const cut = madeUpRow({ strategy: "truncation", prompt: 1, falseOnItsFace: true, score: 0 });
    expect(acceptanceOf(cut, thresholdsOf(madeUpRows))["token-difr clip=0.5"]).toBe(0);
    expect(acceptanceOf({ ...cut, falseOnItsFace: false }, thresholdsOf(madeUpRows))["token-difr clip=0.5"]).toBe(1);
  });
});

describe("summaries", () => {
  test("never accepted is bounded, not nothing", () => {
    const own = summarizeAcceptance(madeUpRows, streams()).find(
      ({ strategy, scheme }) => strategy === "truncation" && scheme === "rastic blog k=1",
    )!;
    expect(own).toMatchObject({ accepted: 0, low: 0, nothingAccepted: true, prompts: 12 });
    expect(own.high).toBeCloseTo(1 - 0.025 ** (1 / 12), 10);
  });

  test("a cheat that costs what honesty costs is pointless", () => {
    const costs = Object.fromEntries(summarizeCost(madeUpRows).map(({ strategy, pointless }) => [strategy, pointless]));
    expect(costs).toMatchObject({ honest: null, "lazy, draft": false, "one token changed": true });
  });

  test("honest flips are counted, and after none the bounds are there", () => {
    const [plain, flash] = summarizeVariations(madeUpRows, streams());
    expect(plain).toMatchObject({
      strategy: "honest",
      flips: 0,
      differing: 0,
      flipsPerThousandLow: 0,
      largestMargin: null,
    });
    expect(plain!.promptsBound).toBeCloseTo(1 - 0.05 ** (1 / 12), 10);
    expect(plain!.flipsPerThousandHigh).toBeGreaterThan(4);
    expect(flash).toMatchObject({
      flips: 3,
      differing: 3,
      differingShare: 0.25,
      largestMargin: 0.006,
      promptsBound: null,
    });
  });

  test("a score that honest work never reaches has area 1, and full recomputation reads everything", () => {
    const summary = summarizeDetection(madeUpRows, streams());
    const of = (strategy: string, scheme: string) =>
      summary.find((each) => each.strategy === strategy && each.scheme === scheme)!;
    expect(of("lazy, draft", "token-difr clip=0.5")).toMatchObject({ area: 1, partialArea: 1, detected: 1 });
    expect(of("lazy, draft", "full-recomputation").prefillTokens).toBeCloseTo(40 + 64 - 1, 10);
    // Accepted with 0.3 on average: 1 - 0.7^n reaches 95 % ... after ln(0.05) / ln(0.3) verdicts.
    const drawn = of("lazy, draft", "rastic blog k=1");
    expect(drawn.detected).toBeCloseTo(0.7, 10);
    expect(drawn.tokensToCatch! / drawn.prefillTokens).toBeCloseTo(Math.log(0.05) / Math.log(0.3), 6);
  });
});

describe("outcomes", () => {
  const outcomes: readonly (readonly [string, ExperimentReport])[] = [
    ["false-accept", analyseFalseAccept(madeUpRows, "1")],
    [
      "false-reject",
      analyseFalseReject(
        madeUpRows.filter(({ kind }) => kind !== "cheat"),
        "1",
      ),
    ],
    ["detection", analyseDetection(madeUpRows, "1")],
  ];

  test.each(outcomes)("%s: figures draw without complaint, wide and narrow", async (_, { figures }) => {
    expect(figures.length).toBeGreaterThan(2);
    for (const figure of figures)
      for (const width of [640, 340])
        expect([figure.name, (await drawFigure(figure, width)).warnings]).toEqual([figure.name, []]);
  });

  test("the matrix shows the published figure, and what cannot be told from nothing as a bound", async () => {
    const [matrix] = outcomes[0]![1].figures;
    const { svg } = await drawFigure(matrix!);
    expect(svg).toContain("7.9e-15");
    expect(svg).toContain("&lt; 0.26");
    expect(svg).toContain("one token changed †");
  });

  test.each(outcomes)("%s: the same rows and seed give the same bytes", async (kind, report) => {
    const again = {
      "false-accept": analyseFalseAccept,
      detection: analyseDetection,
      "false-reject": analyseFalseReject,
    }[kind]!;
    const rows = kind === "false-reject" ? madeUpRows.filter((row) => row.kind !== "cheat") : madeUpRows;
    expect(again(rows, "1").tables.map(toCsv)).toEqual(report.tables.map(toCsv));
  });
});

describe("verdicts", () => {
  const verdicts = Object.fromEntries(analyseFalseAccept(madeUpRows, "1").verdicts.map((each) => [each.claim, each]));

  test("C2: a cheat that passes with probability 0.8 refutes 7.78e-15, and one that never passed is named with its bound", () => {
    expect(verdicts["C2"]).toMatchObject({ verdict: "fails", number: { value: 1 - 3 / 64 } });
    expect(verdicts["C2"]!.sentence).toContain("Never accepted: truncation (under 0.265)");
  });

  test("C8: filler that passes on any input, and is not the honest text, is wrong on both counts", () => {
    expect(verdicts["C8"]!.verdict).toBe("fails");
    expect(verdicts["C8"]!.sentence).toContain("25 [25 to 25] % of its tokens are the honest output's");
  });

  test("C9: a quarter of the tokens behind a change broken is not every token", () => {
    expect(verdicts["C9"]).toMatchObject({ verdict: "fails" });
    expect(verdicts["C9"]!.number!.value).toBeCloseTo(25, 10);
  });

  test("C10: detected with exactly 3 in 64 holds", () => {
    expect(verdicts["C10"]).toMatchObject({ verdict: "holds" });
    expect(verdicts["C10"]!.sentence).toContain("1 [1 to 1] times 3/N");
  });

  test("C11: three of twelve honest outputs that differ refute determinism; the plain node is bounded", () => {
    const [c11] = analyseFalseReject(
      madeUpRows.filter(({ kind }) => kind !== "cheat"),
      "1",
    ).verdicts;
    expect(c11).toMatchObject({ claim: "C11", verdict: "fails" });
    expect(c11!.sentence).toContain("3 of 12 honest outputs");
    expect(c11!.sentence).toContain("No difference at all: honest (under 22.1 % of prompts");
  });
});
