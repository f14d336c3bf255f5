// Coefficients of Lanczos's approximation with g = 7, n = 9: relative error under 1e-15 on the right half plane
// (W. H. Press et al., Numerical Recipes, 3rd ed. (2007), section 6.1).
const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];
const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

/** ln of the gamma function, x > 0. */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const base = x - 1 + 7.5;
  const series = LANCZOS.reduce((sum, coefficient, i) => (i === 0 ? coefficient : sum + coefficient / (x - 1 + i)), 0);
  return HALF_LOG_TWO_PI + (x - 0.5) * Math.log(base) - base + Math.log(series);
}

/**
 * ln of the beta function B(a, b) = gamma(a) gamma(b) / gamma(a + b), a and b > 0.
 *
 * From 10 on the gammas' large parts are cancelled on paper, not in floating point: with 1e5 trials plain differences of
 * `logGamma` would be wrong by 1e-10 (A. R. DiDonato and A. H. Morris, ACM Transactions on Mathematical Software 18 (1992),
 * algorithm 708).
 */
export function logBeta(a: number, b: number): number {
  const [small, large] = a < b ? [a, b] : [b, a];
  if (large < 10) return logGamma(a) + logGamma(b) - logGamma(a + b);
  const share = small / (small + large);
  if (small < 10) {
    const remainder = stirlingRemainder(large) - stirlingRemainder(small + large);
    return logGamma(small) + remainder + small - small * Math.log(small + large) + (large - 0.5) * Math.log1p(-share);
  }
  const remainder = stirlingRemainder(small) + stirlingRemainder(large) - stirlingRemainder(small + large);
  return (
    HALF_LOG_TWO_PI - 0.5 * Math.log(large) + remainder + (small - 0.5) * Math.log(share) + large * Math.log1p(-share)
  );
}

/** ln of the number of ways to choose k of n things, 0 <= k <= n. */
export function logChoose(n: number, k: number): number {
  return k === 0 || k === n ? 0 : -Math.log(n + 1) - logBeta(k + 1, n - k + 1);
}

/** ln gamma(x) less Stirling's formula, x >= 10, to 1e-15 (NIST DLMF 5.11.1). */
function stirlingRemainder(x: number): number {
  const y = 1 / (x * x);
  const series =
    1 / 12 - y * (1 / 360 - y * (1 / 1260 - y * (1 / 1680 - y * (1 / 1188 - y * (691 / 360360 - y / 156)))));
  return series / x;
}
