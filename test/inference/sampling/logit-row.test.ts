/** The WebAssembly passes against plain loops over the same row. */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileRowKernels, rowKernelsModule } from "../../../scripts/wasm/compile.ts";
import { gumbelNoise } from "../../../src/inference/sampling/gumbel.ts";
import { LogitRow } from "../../../src/inference/sampling/logit-row.ts";
import { positionKey } from "../../../src/inference/sampling/position-key.ts";

function loaded(logits: readonly number[]): LogitRow {
  const row = new LogitRow(logits.length);
  row.load(Float32Array.from(logits));
  return row;
}

const byLogit = (row: LogitRow) =>
  Array.from(row.logits, (logit, token) => ({ token, logit })).sort((a, b) => b.logit - a.logit || a.token - b.token);

/** Rows of all lengths, with ties, far outliers, and tokens that nothing can bring up. */
const rows = fc
  .array(
    fc.oneof(
      { weight: 8, arbitrary: fc.double({ min: -30, max: 30, noNaN: true }) },
      { weight: 1, arbitrary: fc.constantFrom(5, 0, -0, -200) },
      { weight: 1, arbitrary: fc.constant(Number.NEGATIVE_INFINITY) },
    ),
    { minLength: 1, maxLength: 70 },
  )
  .filter((row) => row.some(Number.isFinite));

describe("a row of logits", () => {
  test("the module that is loaded is made of the text beside it", async () => {
    const source = readFileSync("src/inference/sampling/row-kernels.wat", "utf8");
    const module = readFileSync("src/inference/sampling/row-kernels-wasm.ts", "utf8");
    expect(rowKernelsModule(await compileRowKernels(source))).toBe(module);
  });

  test("top token, order, rank, log-sum-exp and entropy are those of plain loops", () => {
    fc.assert(
      fc.property(rows, fc.nat(80), (logits, count) => {
        const row = loaded(logits);
        const sorted = byLogit(row);
        expect(row.topToken).toBe(sorted[0]!.token);
        expect(row.greatest === sorted[0]!.logit).toBe(true);
        expect(row.top(count)).toEqual(sorted.slice(0, count));
        const bound = sorted[Math.min(count, sorted.length - 1)]!.logit;
        expect(row.downTo(bound)).toEqual(sorted.filter(({ logit }) => logit >= bound));
        for (const { token, logit } of sorted)
          expect(row.rank(token)).toBe(1 + sorted.filter((other) => other.logit > logit).length);
        const weights = sorted.map(({ logit }) => Math.exp(logit - row.greatest));
        const total = weights.reduce((a, b) => a + b);
        expect(Math.abs(row.logSumExp - (row.greatest + Math.log(total)))).toBeLessThan(3e-7);
        expect(row.totalWeight(1)).toBeCloseTo(total, 5);
        const warmer = sorted.reduce((sum, { logit }) => sum + Math.exp((logit - row.greatest) / 1.7), 0);
        expect(Math.abs(row.totalWeight(1.7) / warmer - 1)).toBeLessThan(1e-6);
        const entropy = weights.reduce(
          (sum, weight) => (weight === 0 ? sum : sum - (weight / total) * Math.log(weight / total)),
          0,
        );
        expect(Math.abs(row.entropyNats - entropy)).toBeLessThan(3e-6);
      }),
    );
  });

  test("the best scores are those of working out every token's noise", () => {
    fc.assert(
      fc.property(
        rows,
        fc.constantFrom(0.001, 0.2, 0.7, 1, 1.5, 1000),
        fc.integer({ min: 1, max: 5 }),
        fc.nat(),
        (logits, temperature, count, seed) => {
          const row = loaded(logits);
          const key = positionKey(seed, 3);
          const expected = Array.from(row.logits, (logit, token) => ({
            token,
            logit,
            score: logit / temperature + gumbelNoise(key, token),
          })).sort((a, b) => b.score - a.score || a.token - b.token);
          const found = row.bestScores(count, temperature, key);
          // Tokens without a score are no candidates.
          const finite = expected.filter(({ score }) => score > Number.NEGATIVE_INFINITY).slice(0, count);
          expect(found.slice(0, finite.length)).toEqual(finite);
        },
      ),
      { numRuns: 500 },
    );
  });

  test("over a large and flat vocabulary, too, where noise decides", () => {
    const size = 30_001;
    const row = new LogitRow(size);
    for (let seed = 0; seed < 40; seed++) {
      row.load(Float32Array.from({ length: size }, (_, i) => Math.sin(i * (seed + 1)) * (seed % 4)));
      const key = positionKey(seed, 0);
      let winner = -1;
      let best = Number.NEGATIVE_INFINITY;
      for (let token = 0; token < size; token++) {
        const score = row.logits[token]! / 0.9 + gumbelNoise(key, token);
        if (score > best) [winner, best] = [token, score];
      }
      expect(row.bestScores(1, 0.9, key)).toEqual([{ token: winner, logit: row.logits[winner], score: best }]);
    }
  });

  test("its searches do not depend on what was searched for before", () => {
    const logits = Array.from({ length: 5000 }, (_, i) => 20 * Math.sin(i * i));
    const row = loaded(logits);
    const alone = [40, 1, 3000, 5000, 2].map((count) => loaded(logits).top(count));
    expect([40, 1, 3000, 5000, 2].map((count) => row.top(count))).toEqual(alone);
  });

  test.each([
    ["NaN", [1, Number.NaN, 2], /not numbers \(NaN\)/],
    ["an infinite logit", [1, Number.POSITIVE_INFINITY], /infinite/],
    ["no logit at all", [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY], /infinite/],
  ])("%s is refused", (_, logits, message) => {
    expect(() => loaded(logits)).toThrow(message);
    expect(() => loaded(logits)).toThrow(expect.objectContaining({ code: "bad-logits" }));
  });
});
