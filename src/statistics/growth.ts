import { type Estimate, requireFinite, StatisticsError } from "./interval.ts";
import { studentTQuantile } from "./student-t.ts";

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Least-squares line y = intercept + slope x, with the slope's standard error on n - 2 degrees of freedom. */
export function fitLine(points: readonly Point[]): { slope: number; intercept: number; slopeError: number } {
  const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)];
  if (points.length < 3) throw new StatisticsError(`line fit: expected at least 3 points, found ${points.length}`);
  requireFinite("line fit", [...xs, ...ys], 0);
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanX, meanY] = [mean(xs), mean(ys)];
  let [squaresX, products] = [0, 0];
  for (const { x, y } of points) {
    squaresX += (x - meanX) ** 2;
    products += (x - meanX) * (y - meanY);
  }
  if (squaresX === 0) throw new StatisticsError("line fit: expected at least two different x");
  const slope = products / squaresX;
  const intercept = meanY - slope * meanX;
  const residualSquares = points.reduce((sum, { x, y }) => sum + (y - intercept - slope * x) ** 2, 0);
  return { slope, intercept, slopeError: Math.sqrt(residualSquares / (points.length - 2) / squaresX) };
}

/**
 * How y grows with x: the exponent b of y = a x^b, fitted as a line through (ln x, ln y). 0 is O(1), 1 is O(n), 2 is O(n^2).
 *
 * The points should be one summary (a median) per x: repeats at one x share that x's departure from the power law, and counting
 * each of them would make the interval too narrow. The interval is Student's t for a slope with at least three points
 * (N. R. Draper and H. Smith, Applied Regression Analysis, 3rd ed. (1998), section 1.4).
 */
export function growthExponent(points: readonly Point[], confidence = 0.95): Estimate {
  const bad = points.find(({ x, y }) => !(x > 0 && y > 0));
  if (bad) throw new StatisticsError(`growth exponent: expected values above 0, found (${bad.x}, ${bad.y})`);
  const { slope, slopeError } = fitLine(points.map(({ x, y }) => ({ x: Math.log(x), y: Math.log(y) })));
  const reach = studentTQuantile((1 + confidence) / 2, points.length - 2) * slopeError;
  return { value: slope, low: slope - reach, high: slope + reach, confidence };
}
