/**
 * Amounts of money are whole numbers of the smallest unit, in plain JavaScript numbers.
 *
 * The whitepaper names no smallest unit. Ours is the ten-millionth of a coin: all coins that the reward schedule can ever
 * issue (50 a block, halving every 1,000,000 blocks: below 100,000,000 coins) are 1e15 units, so that any sum of two amounts
 * is exact in a double (below 2^53 = 9.007e15). Bitcoin's hundred-millionth would make it 1e16: too many.
 */
export const unitsPerCoin = 10_000_000;

/** No output and no sum of outputs may be worth more; also the limit of what can ever be issued. */
export const maxAmountUnits = 100_000_000 * unitsPerCoin;

/** The sum, or undefined as soon as it passes `maxAmountUnits`. Each amount must itself be within the limit. */
export function totalUnits(amounts: readonly number[]): number | undefined {
  let total = 0;
  for (const amount of amounts) {
    total += amount;
    if (total > maxAmountUnits) return undefined;
  }
  return total;
}
