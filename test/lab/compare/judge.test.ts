import { describe, expect, test } from "vitest";
import { judge, LEVEL, type MetricPair, tooManyMetrics } from "../../../src/lab/compare/judge.ts";
import { type Stream, Streams } from "../../../src/sim/streams.ts";

const streams = new Streams("judge");

function pair(name: string, a: readonly number[], b: readonly number[], change: Partial<MetricPair> = {}): MetricPair {
  return {
    metric: { name, unit: null, description: name, margin: {} },
    part: "all",
    paired: true,
    a,
    b,
    oneSided: 0,
    margin: 1,
    ...change,
  };
}

const judgeOne = (one: MetricPair) => judge([one], streams)[0]!;
const times = (n: number, of: (i: number) => number) => Array.from({ length: n }, (_, i) => of(i));

describe("one metric", () => {
  const noisy = streams.fresh("noise");
  const base = times(12, () => 100 + noisy.normal(0, 5));

  test("that is identical in every pair is unchanged, and says how much may still differ", () => {
    const { verdict, reason, pChanged, difference } = judgeOne(pair("same", base, base, { margin: 0 }));
    expect([verdict, pChanged, difference]).toEqual(["unchanged", null, 0]);
    expect(reason).toBe("identical in all 12 pairs: at most 22 % of replications differ");
  });

  test("that is moved in every pair is changed", () => {
    const moved = base.map((value) => value + 5 + noisy.normal(0, 0.5));
    const found = judgeOne(pair("moved", base, moved));
    expect(found.verdict).toBe("changed");
    expect(found.pChanged).toBe(2 ** -11);
    expect(found.low!).toBeGreaterThan(4);
    expect(found.high!).toBeLessThan(6);
  });

  test("that is moved by less than the margin is unchanged, and says that it differs", () => {
    const moved = base.map((value) => value + 0.1 + noisy.normal(0, 0.01));
    expect(judgeOne(pair("nudged", base, moved))).toMatchObject({
      verdict: "unchanged",
      reason: "within the margin; differs all the same",
    });
    expect(judgeOne(pair("nudged", base, moved, { margin: 0 })).verdict).toBe("changed");
  });

  test("that scatters across the margin is undecided, and so many replications as it names do decide", () => {
    const scatter = (n: number) => times(n, () => 10 + 2 + noisy.normal(0, 2));
    const judged = (b: number[]) => judgeOne(pair("scattered", Array(b.length).fill(10), b, { margin: 0.5 }));
    const found = judged([13, 10, 15, 11, 14, 9, 13, 11]); // 2 on average, and scattered by 2
    expect(found.verdict).toBe("undecided");
    const needed = found.replicationsNeeded!;
    expect(needed).toBeGreaterThan(8);
    expect(needed).toBeLessThan(15);
    let decided = 0;
    for (let attempt = 0; attempt < 200; attempt++) if (judged(scatter(needed)).verdict === "changed") decided++;
    expect(decided / 200).toBeGreaterThan(0.7); // 80 % are aimed at
  });

  test("with too few replications is undecided, never unchanged, however well they agree", () => {
    const found = judgeOne(pair("few", [1, 2, 3, 4], [1, 2, 3, 4.001]));
    expect(found.verdict).toBe("undecided");
    expect(found.reason).toBe("too few replications for any verdict");
    expect(found.replicationsNeeded).toBe(6);
    expect(judgeOne(pair("one", [1], [2]))).toMatchObject({ verdict: "undecided", low: null, replicationsNeeded: 6 });
    expect(judgeOne(pair("one", [1], [1])).reason).toBe(
      "identical in the one pair: at most 95 % of replications differ",
    );
  });

  test("with one value on each side in every replication needs no test", () => {
    expect(judgeOne(pair("constant", [3, 3, 3], [7, 7, 7]))).toMatchObject({
      verdict: "changed",
      reason: "the same difference in every pair",
    });
    expect(judgeOne(pair("constant", [3, 3, 3], [3.5, 3.5, 3.5])).verdict).toBe("unchanged");
    expect(judgeOne(pair("two of them", [3, 3], [7, 7])).verdict).toBe("undecided");
  });

  test("that follows from settings and seed is changed by any difference", () => {
    const metric = { name: "exact", unit: null, description: "", margin: {}, deterministic: true } as const;
    expect(judgeOne(pair("exact", [1, 2], [1, 3], { metric, margin: 0 })).verdict).toBe("changed");
    expect(judgeOne(pair("exact", [1], [1], { metric, margin: 0 })).reason).toBe(
      "identical, and follows from settings and seed",
    );
  });

  test("that is missing on one side is undecided", () => {
    expect(judgeOne(pair("gone", [], []))).toMatchObject({ verdict: "undecided", meanA: null, difference: null });
  });

  test("of unpaired runs goes by permutation, and may have sides of different sizes", () => {
    const a = times(9, () => noisy.normal());
    const far = times(7, () => 10 + noisy.normal());
    expect(judgeOne(pair("far", a, far, { paired: false })).verdict).toBe("changed");
    expect(judgeOne(pair("near", a, a.slice(0, 7), { paired: false, margin: 9 })).verdict).toBe("unchanged");
    // Sharing no random numbers, equal values prove nothing.
    expect(judgeOne(pair("equal", [1, 1], [1, 1], { paired: false })).verdict).toBe("undecided");
  });
});

/** Twenty metrics that share some of their scatter, as the metrics of one network do. */
function family(draw: Stream, n: number, shift: (metric: number) => number, margin: number): MetricPair[] {
  const common = times(n, () => draw.normal());
  return times(20, (metric) => metric).map((metric) => {
    const a = times(n, () => draw.normal(0, 3));
    const b = a.map((value, i) => value + shift(metric) + 0.7 * common[i]! + draw.normal());
    return pair(`m${metric}`, a, b, { margin });
  });
}

describe("twenty metrics at once", () => {
  const tries = 300;
  const atMost = tries * LEVEL + 3 * Math.sqrt(tries * LEVEL * (1 - LEVEL));

  test("where nothing differs, all of them together give a false alarm in at most a twentieth of the tries", () => {
    const draw = streams.fresh("null");
    let alarms = 0;
    for (let i = 0; i < tries; i++)
      if (
        judge(
          family(draw, 10, () => 0, 0.5),
          streams,
        ).some(({ verdict }) => verdict === "changed")
      )
        alarms++;
    expect(alarms).toBeLessThanOrEqual(atMost);
    expect(alarms).toBeGreaterThan(0);
  });

  test("where all differ by exactly the margin, any is called unchanged in at most a twentieth", () => {
    const draw = streams.fresh("margin");
    let wrong = 0;
    for (let i = 0; i < tries; i++)
      if (
        judge(
          family(draw, 10, () => 2, 2),
          streams,
        ).some(({ verdict }) => verdict === "unchanged")
      )
        wrong++;
    expect(wrong).toBeLessThanOrEqual(atMost);
  });

  test("what really differs is found, and only that", () => {
    const draw = streams.fresh("power");
    const found = judge(
      family(draw, 16, (metric) => (metric < 3 ? 6 : 0), 4),
      streams,
    );
    const of = (wanted: string) => found.filter(({ verdict }) => verdict === wanted).map(({ name }) => name);
    expect(of("changed")).toEqual(["m0", "m1", "m2"]);
    expect(of("unchanged").length).toBe(17);
  });
});

test("too many tests at once can never be decided, and no number of replications is promised", () => {
  const scattered = (name: string) =>
    pair(
      name,
      times(18, (i) => i),
      times(18, (i) => i + (i % 2 ? 1 : -2)),
      { margin: 0.1 },
    );
  const judged = judge(
    times(600, (i) => i).map((i) => scattered(String(i))),
    new Streams("1"),
  );
  for (const { verdict, reason, replicationsNeeded } of judged)
    expect([verdict, reason, replicationsNeeded]).toEqual(["undecided", tooManyMetrics, null]);
});
