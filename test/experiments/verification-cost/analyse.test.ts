import { describe, expect, test } from "vitest";
import { analyseVerificationCost } from "../../../experiments/verification-cost/analyse.ts";
import { largestGain } from "../../../experiments/verification-cost/figures/time-by-claims.ts";
import { machineLimits } from "../../../experiments/verification-cost/limits-summary.ts";
import { costRowTable } from "../../../experiments/verification-cost/rows.ts";
import { cyclingDraws, large, madeUpCosts, small } from "../../../experiments/verification-cost/sample.ts";
import { summarizeCost } from "../../../experiments/verification-cost/summary.ts";
import { drawFigure, rasterize } from "../../../src/lab/charts/figure.ts";
import { fromCsv, toCsv } from "../../../src/lab/results/table.ts";

const rows = madeUpCosts([small, large]);
const report = analyseVerificationCost(rows, "1");

describe("the summary", () => {
  const summary = summarizeCost(rows, cyclingDraws);

  test("holds one row per model and numerics, and none for the models that only measure the machine", () => {
    expect(summary.map(({ model, threads }) => `${model}/${threads}`)).toEqual(["small/1", "small/2", "large/1"]);
  });

  test("generation is the mean step over the output's depths, times its length; the ratio is over one-pass verification", () => {
    expect(summary[0]!.decodeMsPerToken).toBeCloseTo(1.1, 12);
    expect(summary[0]!.generateMs).toBeCloseTo(1100, 9);
    expect(summary[0]!.ratio).toBeCloseTo(1100 / 310, 12);
    expect(summary[0]!.ratioWithinNumerics).toBeCloseTo(1100 / 310, 12);
    expect(summary[0]!.ratioLow).toBeLessThanOrEqual(summary[0]!.ratio);
    expect(summary[0]!.ratioHigh).toBeGreaterThanOrEqual(summary[0]!.ratio);
    expect(summary[0]!.verifyOverPrefill).toBeCloseTo(310 / 300, 12);
  });

  test("slow numerics do not make their own verification look cheap: every ratio is over the fastest generation", () => {
    const [fast, slow] = summary;
    expect(slow!.generateMs).toBeCloseTo(1.2 * fast!.generateMs, 9);
    expect(slow!.ratio).toBeCloseTo(1100 / (310 * 1.2 * 1.1), 12);
    expect(slow!.ratioWithinNumerics).toBeCloseTo(1.2 * slow!.ratio, 12);
  });

  test("shares are of the limits of the same format and threads, and a limit is the fastest repeat", () => {
    expect(machineLimits(rows)[0]).toEqual({
      weightFormat: "F16",
      threads: 1,
      gigaOperationsPerSecond: 100,
      gigabytesPerSecond: 10,
      callMs: 0.2,
    });
    const [first] = summary;
    expect(first!.prefillGigaOperationsPerSecond).toBeCloseTo(1e10 / 300 / 1e6, 12);
    expect(first!.matrixShare).toBeCloseTo(1 / 3, 12);
    expect(first!.attentionShare).toBeCloseTo(0.1, 12);
    expect(first!.decodeGigabytesPerSecond).toBeCloseTo(5e6 / 1.1 / 1e6, 12);
    expect(first!.streamShare).toBeCloseTo(5 / 1.1 / 10, 12);
    expect(first!.callShare).toBeCloseTo(0.2 / 1.1, 12);
    // 1000 steps of 5 MB at 10 GB/s against 10 GFLOP at 100 GFLOP/s.
    expect(first!.ratioAtLimits).toBeCloseTo(500 / 100, 12);
  });

  test("a repeat that an interruption cut short counts for nothing", () => {
    const cut = rows.filter(
      ({ measure, repeat, model }) => !(model === "large" && measure === "verify" && repeat === 6),
    );
    expect(summarizeCost(cut, cyclingDraws).find(({ model }) => model === "large")!.repeats).toBe(6);
  });
});

describe("the verdicts", () => {
  test("hold the cheapest numerics of each model against the published 11", () => {
    expect(report.verdicts.map(({ claim, subject, verdict }) => [claim, subject, verdict])).toEqual([
      ["C3", "small, cheapest of 2 numerics", "fails"],
      ["C3", "large, cheapest of 1 numerics", "holds"],
    ]);
  });

  test("say why in numbers", () => {
    expect(report.verdicts[0]!.sentence).toMatch(
      /plain, KV F16, 1 thread.*1100 ms\) takes 3\.55 \[.*\] times as long .*plain, KV F16, 1 thread.*310 ms/,
    );
    expect(report.verdicts[0]!.sentence).toContain("A generation step takes 1.1 ms");
    expect(report.verdicts[0]!.sentence).toContain("would take 0.5 ms");
    expect(report.verdicts[0]!.sentence).toContain("Decoding is not bound by reading weights");
    expect(report.verdicts[0]!.sentence).toContain("33.3 % of the 100 GFLOP/s");
    expect(report.verdicts[0]!.sentence).toContain("up to 1.43 times cheaper (4 in a pass)");
  });

  test("warn where the cheapest verifier rounds otherwise than the fastest generator", () => {
    expect(report.verdicts[0]!.sentence).not.toContain("round differently");
    const flash = { flashAttention: true, kvCacheType: "F16", threads: 1 } as const;
    const split = madeUpCosts([{ ...small, numerics: [small.numerics[0]!, flash] }]).map((row) =>
      row.flashAttention && row.measure === "verify" ? { ...row, wallMs: row.wallMs / 2 } : row,
    );
    expect(analyseVerificationCost(split, "1").verdicts[0]!.sentence).toMatch(
      /fastest generation .*\(plain, .*cheapest verification in one pass \(flash, .*round differently/,
    );
  });

  test("where decoding streams, they say so", () => {
    const streaming = analyseVerificationCost(madeUpCosts([{ ...small, decodeMs: [0.6, 0.6, 0.6] }]), "1");
    expect(streaming.verdicts[0]!.sentence).toContain("Decoding is mostly reading weights");
  });
});

test("the gain of sharing a pass is per claim, against a pass of one's own", () => {
  expect(largestGain(rows, "small")).toMatchObject({ series: "25 tokens", claims: 4 });
  expect(largestGain(rows, "small")!.gain).toBeCloseTo(10 / 7, 12);
  expect(largestGain(rows, "small")!.certain).toBe(true);
  const noisy = rows.map((row) => (row.claims > 1 && row.repeat === 0 ? { ...row, wallMs: 10 * row.wallMs } : row));
  expect(largestGain(noisy, "small")!.certain).toBe(false); // of seven repeats the interval is the whole range
  const alone = rows.filter(({ claims }) => claims === 1);
  expect(largestGain(alone, "small")).toBeNull();
  expect(analyseVerificationCost(alone, "1").figures.map(({ name }) => name)).not.toContain("time-by-claims");
  expect(largestGain(rows, "unheard of")).toBeNull();
});

test("rows written and read again give the same outcome", () => {
  const again = fromCsv(toCsv(costRowTable.table(rows)), costRowTable.table([]));
  expect(analyseVerificationCost(again, "1").verdicts).toEqual(report.verdicts);
});

describe.each(report.figures.map((figure) => [figure.name, figure] as const))("figure %s", (_, figure) => {
  test.each([640, 360])("compiles at %i px without a warning, into a picture that is not wider", async (width) => {
    const { svg, warnings } = await drawFigure(figure, width);
    expect(warnings).toEqual([]);
    expect(Number(/width="([\d.]+)"/.exec(svg)![1])).toBeLessThanOrEqual(width + 24);
    expect(rasterize(svg).length).toBeGreaterThan(10_000);
  });

  test("names its models and is drawn twice with the same bytes", async () => {
    const { svg } = await drawFigure(figure);
    for (const name of ["small", "large"]) expect(svg).toContain(name);
    expect((await drawFigure(figure)).svg).toBe(svg);
  });
});
