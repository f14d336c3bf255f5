/** Counting for draws without replacement: what every RASTiC acceptance probability comes down to. */

/**
 * P(none of `marked` things is among `draws` different ones of `total`) = C(total - marked, draws) / C(total, draws), the
 * hypergeometric distribution at 0. A product of at most `draws` factors in (0, 1]: no cancellation, relative error about
 * draws x 1e-16 however small the result.
 */
export function noneDrawn(total: number, marked: number, draws: number): number {
  let probability = 1;
  for (let i = 0; i < draws; i++) probability *= Math.max(0, total - marked - i) / (total - i);
  return probability;
}

/**
 * P(exactly `hits` of `marked` things are among `draws` different ones of `total`), for small `hits` and `marked`:
 * the hypergeometric distribution by multiplying out, one marked thing at a time.
 */
export function exactlyDrawn(total: number, marked: number, draws: number, hits: number): number {
  if (marked === 0) return hits === 0 ? 1 : 0;
  if (hits < 0 || hits > draws) return 0;
  const here = draws / total;
  const hit = here > 0 ? here * exactlyDrawn(total - 1, marked - 1, draws - 1, hits - 1) : 0;
  const miss = here < 1 ? (1 - here) * exactlyDrawn(total - 1, marked - 1, draws, hits) : 0;
  return hit + miss;
}

/**
 * E[max(floor, furthest)], where `furthest` is the largest of `draws` different indices of first .. first + total - 1: the sum of
 * P(furthest < index) taken off the last index, for every index that the floor does not reach.
 */
export function expectedFurthest(first: number, total: number, draws: number, floor: number): number {
  const last = first + total - 1;
  if (draws === 0 || last <= floor) return floor;
  let expected = last;
  let allBelow = 1; // P(furthest < index)
  for (let index = last; index > Math.max(floor, first); index--) {
    const count = index - first + 1;
    allBelow *= (count - draws) / count;
    if (allBelow <= 0) break;
    expected -= allBelow;
  }
  return expected;
}
