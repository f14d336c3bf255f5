import { betaDistribution } from "./beta-distribution.ts";

/** P(T <= t) for Student's t (NIST DLMF 8.17, Abramowitz and Stegun 26.5.27). */
export function studentTDistribution(t: number, degreesOfFreedom: number): number {
  const tail = betaDistribution(degreesOfFreedom / (degreesOfFreedom + t * t), degreesOfFreedom / 2, 0.5) / 2;
  return t > 0 ? 1 - tail : tail;
}

/** The t that Student's T stays under with probability p, 0.5 <= p < 1, by bisection. */
export function studentTQuantile(p: number, degreesOfFreedom: number): number {
  let low = 0;
  let high = 1;
  while (studentTDistribution(high, degreesOfFreedom) < p) high *= 2;
  for (let i = 0; i < 100 && high - low > 1e-14 * high; i++) {
    const middle = (low + high) / 2;
    if (studentTDistribution(middle, degreesOfFreedom) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
