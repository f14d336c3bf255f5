import { describe, expect, test } from "vitest";
import { logBeta, logChoose, logGamma } from "../../src/statistics/log-gamma.ts";

// Expected values: mpmath 1.3 with 40 digits, rounded to doubles.
describe("logarithms of gamma, beta and binomial coefficients", () => {
  test.each([
    [1e-5, 11.512919692895826],
    [0.1, 2.252712651734206],
    [1.5, -0.12078223763524522],
    [42.5, 115.90007047041453],
    [1e6, 12815504.569147611],
  ])("ln gamma(%f)", (x, expected) => {
    expect(logGamma(x) / expected).toBeCloseTo(1, 13);
  });

  test.each([
    [0.3, 0.4, 1.6316085659881927],
    [2, 3, -2.4849066497880004],
    [0.5, 12, -0.6596747231378598],
    [9.5, 1e5, -97.68386223430794],
    [10, 10, -13.736229227036555],
    [50_000, 50_001, -69319.55557769381],
    [1e9, 3, -61.47665033327929],
    [1e9, 1e9, -1386294370.2160115],
  ])("ln B(%f, %f), and the other way round", (a, b, expected) => {
    expect(logBeta(a, b) / expected).toBeCloseTo(1, 14);
    expect(logBeta(b, a)).toBe(logBeta(a, b));
  });

  test.each([
    [100, 3, 11.993498045565198],
    [50_257, 3, 30.682896195711294],
    [1_000_000, 500_000, 693140.0470130637],
  ])("ln C(%i, %i)", (n, k, expected) => {
    expect(logChoose(n, k) / expected).toBeCloseTo(1, 14);
  });

  test("there is one way to choose none, or all", () => {
    expect([logChoose(0, 0), logChoose(7, 0), logChoose(7, 7)]).toEqual([0, 0, 0]);
  });
});
