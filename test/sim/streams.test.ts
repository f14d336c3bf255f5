import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Streams } from "../../src/sim/streams.ts";

const draws = (streams: Streams, path: string, count = 20) => {
  const stream = streams.fresh(path);
  return Array.from({ length: count }, () => stream.uniform());
};

describe("named streams", () => {
  // Computed by an independent Python implementation of Baagøe's Alea over hashlib's SHA-256.
  test("draws are the golden ones, to the last bit", () => {
    const golden = [
      {
        seed: "camelid",
        run: 0,
        path: "node/17/strategy",
        uniforms: [0.8420253121372717, 0.7145158795132548, 0.4530983234940207],
      },
      {
        seed: "camelid",
        run: 1,
        path: "node/17/strategy",
        uniforms: [0.5145750402202971, 0.34483225136593587, 0.4805723343941726],
      },
      { seed: "Grüße", run: 0, path: "a", uniforms: [0.39990824105376954, 0.8170042952228073, 0.2266474471071459] },
    ];
    for (const { seed, run, path, uniforms } of golden)
      expect(draws(new Streams(seed, run), path, 3)).toEqual(uniforms);

    const dice = new Streams("camelid").of("node/17/strategy");
    expect(Array.from({ length: 8 }, () => dice.below(6))).toEqual([0, 5, 3, 2, 1, 0, 5, 0]);

    const waits = new Streams("camelid").of("node/17/strategy");
    expect(waits.exponential(3)).toBeCloseTo(5.535961386568679, 14);
    expect(waits.normal()).toBeCloseTo(-1.5151368813285575, 14);
  });

  test("two replications of one experiment differ, and so do two seeds", () => {
    const first = draws(new Streams("camelid", 0), "node/17/strategy");
    expect(draws(new Streams("camelid", 1), "node/17/strategy")).not.toEqual(first);
    expect(draws(new Streams("camelid2", 0), "node/17/strategy")).not.toEqual(first);
    expect(draws(new Streams("camelid", 0), "node/17/strategy")).toEqual(first);
  });

  test("a name cannot be spelled by another seed, run and path", () => {
    expect(draws(new Streams("a", 11), "b")).not.toEqual(draws(new Streams("a1", 1), "b"));
    expect(draws(new Streams("a", 1), "1b")).not.toEqual(draws(new Streams("a", 11), "b"));
  });

  test("drawing from one stream shifts no other", () => {
    const quiet = new Streams("camelid");
    const noisy = new Streams("camelid");
    for (let i = 0; i < 1000; i++) noisy.of("node/18/strategy").uniform();
    expect(noisy.of("node/17/strategy").uniform()).toBe(quiet.of("node/17/strategy").uniform());
  });

  test("a name is one stream: who asks again goes on where the first stopped", () => {
    const streams = new Streams("camelid");
    const [first, second] = draws(new Streams("camelid"), "miner", 2);
    expect(streams.of("miner").uniform()).toBe(first);
    expect(streams.of("miner").uniform()).toBe(second);
    expect(streams.fresh("miner").uniform()).toBe(first);
  });
});

describe("distributions", () => {
  test("integers below n reach both ends and stay inside", () => {
    const bound = fc.oneof(fc.integer({ min: 1, max: 2 ** 32 }), fc.integer({ min: 1, max: 2 ** 53 - 1 }));
    fc.assert(
      fc.property(bound, fc.string(), (n, seed) => {
        const value = new Streams(seed).fresh("below").below(n);
        return Number.isInteger(value) && value >= 0 && value < n;
      }),
    );
    const stream = new Streams("ends").of("below");
    expect(new Set(Array.from({ length: 200 }, () => stream.below(5)))).toEqual(new Set([0, 1, 2, 3, 4]));
  });

  test("integers below n are unbiased where a bare modulo is far off", () => {
    // A modulo without rejection gives the lower third of [0, 3/4 of the range) half of the draws.
    const stream = new Streams("bias").of("below");
    const count = 30_000;
    for (const range of [2 ** 32, 2 ** 53]) {
      let low = 0;
      for (let i = 0; i < count; i++) if (stream.below((range / 4) * 3) < range / 4) low++;
      expect(Math.abs(low / count - 1 / 3)).toBeLessThan(4 * Math.sqrt(2 / 9 / count));
    }
  });

  test("exponential and normal have the moments they should, within four standard errors", () => {
    const count = 40_000;
    const stream = new Streams("moments").of("draws");
    const exponential = Array.from({ length: count }, () => stream.exponential(10));
    const normal = Array.from({ length: count }, () => stream.normal(5, 2));
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / count;
    expect(Math.abs(mean(exponential) - 10)).toBeLessThan((4 * 10) / Math.sqrt(count));
    expect(Math.abs(mean(normal) - 5)).toBeLessThan((4 * 2) / Math.sqrt(count));
    // The variance of (x - mean)^2 is 2 sd^4 for a normal.
    expect(Math.abs(mean(normal.map((value) => (value - 5) ** 2)) - 4)).toBeLessThan(
      (4 * Math.SQRT2 * 4) / Math.sqrt(count),
    );
  });

  test("a shuffle keeps the items and makes every order equally likely", () => {
    const stream = new Streams("cards").of("deck");
    const orders = new Map<string, number>();
    for (let i = 0; i < 6000; i++) {
      const order = stream.shuffle(["a", "b", "c"]).join("");
      orders.set(order, (orders.get(order) ?? 0) + 1);
    }
    expect([...orders.keys()].sort()).toEqual(["abc", "acb", "bac", "bca", "cab", "cba"]);
    // Chi-squared with 5 degrees of freedom: 20.5 is exceeded once in a thousand seeds; this seed is fixed.
    const chiSquared = [...orders.values()].reduce((sum, seen) => sum + (seen - 1000) ** 2 / 1000, 0);
    expect(chiSquared).toBeLessThan(20.5);
  });

  test("chance and pick", () => {
    const stream = new Streams("coin").of("flips");
    expect(stream.chance(0)).toBe(false);
    expect(stream.chance(1)).toBe(true);
    expect(stream.pick(["only"])).toBe("only");
  });

  test("bad arguments are named", () => {
    const stream = new Streams("s").of("x");
    expect(() => new Streams("s", -1)).toThrow("run number: expected an integer from 0, got -1");
    expect(() => new Streams("s").of("")).toThrow("stream name");
    expect(() => stream.below(0)).toThrow("below: expected an integer from 1 to 2^53, got 0");
    expect(() => stream.below(1.5)).toThrow("below");
    expect(() => stream.chance(1.1)).toThrow("chance: expected 0 to 1, got 1.1");
    expect(() => stream.exponential(Number.NaN)).toThrow("exponential: expected a positive mean, got NaN");
    expect(() => stream.normal(0, -1)).toThrow("normal");
    expect(() => stream.pick([])).toThrow("pick: expected at least one item");
  });
});
