import { betaDistribution } from "./beta-distribution.ts";

/**
 * The x below which Beta(a, b) lies with probability p, 0 < p < 1, by bisection.
 *
 * Bisects in ln x below the mean and in ln(1 - x) above it, so that quantiles near either end keep their relative precision
 * (the distribution function's own is about 1e-11).
 */
export function betaQuantile(p: number, a: number, b: number): number {
  const mean = a / (a + b);
  return betaDistribution(mean, a, b) >= p ? lowerQuantile(p, a, b, mean) : 1 - lowerQuantile(1 - p, b, a, 1 - mean);
}

function lowerQuantile(p: number, a: number, b: number, above: number): number {
  let [low, high] = [-745, Math.log(above)]; // e^-745 is the smallest positive double
  for (let i = 0; i < 200 && high - low > 1e-15 * Math.abs(high); i++) {
    const middle = (low + high) / 2;
    if (betaDistribution(Math.exp(middle), a, b) < p) low = middle;
    else high = middle;
  }
  return Math.exp((low + high) / 2);
}
