/** Linear interpolation between order statistics (Hyndman and Fan 1996, type 7). */
export function quantileOfSorted(sorted: ArrayLike<number>, p: number): number {
  const place = p * (sorted.length - 1);
  const floor = Math.floor(place);
  const low = sorted[floor]!;
  const high = sorted[Math.min(floor + 1, sorted.length - 1)]!;
  return low + (place - floor) * (high - low);
}
