import { describe, expect, test } from "vitest";
import { gumbelNoise, gumbelWinner, truncate } from "../../../src/inference/sampling/gumbel.ts";
import { positionKey } from "../../../src/inference/sampling/position-key.ts";

describe("position keys", () => {
  test("are the same on every machine", () => {
    expect([...positionKey(42, 7)]).toEqual([...positionKey(42, 7)]);
    expect([...positionKey(0, 0)].map((word) => word.toString(16))).toMatchInlineSnapshot(`
      [
        "7718d42",
        "948e41a5",
        "a70464e0",
        "ff049d5a",
      ]
    `);
    expect([...positionKey(2 ** 53 - 1, 4095)].map((word) => word.toString(16))).toMatchInlineSnapshot(`
      [
        "ae609a9",
        "e2d815e2",
        "56c9e186",
        "711b3747",
      ]
    `);
  });

  test("differ with the seed, with the position, and inside the input", () => {
    const keys = [
      positionKey(1, 0),
      positionKey(2, 0),
      positionKey(1, 1),
      positionKey(1, -1),
      positionKey(2 ** 32 + 1, 0),
    ];
    expect(new Set(keys.map(String)).size).toBe(keys.length);
  });
});

describe("Gumbel noise", () => {
  test("has the standard Gumbel distribution (Kolmogorov-Smirnov over 20,000 tokens, fixed keys)", () => {
    for (const seed of [1, 2, 3]) {
      const n = 20_000;
      const key = positionKey(seed, 5);
      const sorted = Array.from({ length: n }, (_, token) => Math.exp(-Math.exp(-gumbelNoise(key, token)))).sort(
        (a, b) => a - b,
      );
      const distance = Math.max(...sorted.map((u, i) => Math.max(Math.abs(u - i / n), Math.abs(u - (i + 1) / n))));
      expect(distance).toBeLessThan(1.95 / Math.sqrt(n)); // the 0.1 % point
    }
  });

  test("picks tokens as often as softmax(logit / T) says (chi-square over 50,000 positions)", () => {
    const logits = [2, 1.5, 0, -1, -3].map((logit, token) => ({ token, logit }));
    const temperature = 0.7;
    const draws = 50_000;
    const counts = logits.map(() => 0);
    for (let i = 0; i < draws; i++) counts[gumbelWinner(logits, temperature, positionKey(9, i)).token]!++;
    const weights = logits.map(({ logit }) => Math.exp(logit / temperature));
    const total = weights.reduce((a, b) => a + b);
    const chiSquare = weights.reduce(
      (sum, w, i) => sum + (counts[i]! - (draws * w) / total) ** 2 / ((draws * w) / total),
      0,
    );
    expect(chiSquare).toBeLessThan(18.47); // 0.1 % point, 4 degrees of freedom
  });

  test("neighbouring positions and seeds are uncorrelated", () => {
    const n = 4000;
    const correlation = (a: Uint32Array, b: Uint32Array): number => {
      const u = (key: Uint32Array, token: number) => Math.exp(-Math.exp(-gumbelNoise(key, token))) - 0.5;
      let sum = 0;
      for (let token = 0; token < n; token++) sum += u(a, token) * u(b, token) * 12;
      return sum / n;
    };
    expect(Math.abs(correlation(positionKey(1, 0), positionKey(1, 1)))).toBeLessThan(3.3 / Math.sqrt(n));
    expect(Math.abs(correlation(positionKey(1, 0), positionKey(2, 0)))).toBeLessThan(3.3 / Math.sqrt(n));
  });
});

describe("truncation to top-k, then top-p", () => {
  const sorted = [3, 2, 1, 0].map((logit, token) => ({ token, logit }));
  const totalWeight = 1 + Math.exp(-1) + Math.exp(-2) + Math.exp(-3);
  const kept = (sampling: { topK: number; topP: number }, prefix = sorted) =>
    truncate(prefix, totalWeight, 4, sampling)?.map(({ token }) => token) ?? null;

  test("keeps the k most likely", () => {
    expect(kept({ topK: 2, topP: 1 })).toEqual([0, 1]);
    expect(kept({ topK: 9, topP: 1 })).toEqual([0, 1, 2, 3]);
  });

  test("keeps tokens until their share reaches p: probabilities are 0.644, 0.237, 0.087, 0.032", () => {
    expect(kept({ topK: 0, topP: 0.1 })).toEqual([0]);
    expect(kept({ topK: 0, topP: 0.65 })).toEqual([0, 1]);
    expect(kept({ topK: 0, topP: 0.96 })).toEqual([0, 1, 2]);
  });

  test("takes p among the k only: of the two most likely the first holds 0.731", () => {
    expect(kept({ topK: 2, topP: 0.7 })).toEqual([0]);
    expect(kept({ topK: 2, topP: 0.74 })).toEqual([0, 1]);
  });

  test("says so when it was shown too few tokens to tell", () => {
    expect(kept({ topK: 0, topP: 0.96 }, sorted.slice(0, 2))).toBeNull();
    expect(kept({ topK: 3, topP: 1 }, sorted.slice(0, 2))).toBeNull();
    expect(kept({ topK: 0, topP: 0.65 }, sorted.slice(0, 2))).toEqual([0, 1]);
  });
});
