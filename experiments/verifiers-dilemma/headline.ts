import { inWords } from "../../src/lab/claims/verdict.ts";
import type { DilemmaRow } from "./rows.ts";

/** The few numbers that matter: what laziness gains without a fee, what it takes to stop it, how well models guess. */
export function dilemmaHeadline(rows: readonly DilemmaRow[]): string[] {
  const unpaid = rows.find(({ rule, feeOverCost }) => rule === "claim disclosed" && feeOverCost === 0);
  const forced = rows
    .filter((row) => row.rule === "forced errors" && row.lazyGainHigh! < 0 && row.honestProfit! >= 0)
    .toSorted((a, b) => a.forcedErrorShare! - b.forcedErrorShare!)[0];
  const guesses = [
    ...Map.groupBy(
      rows.filter(({ rule }) => rule === "claim withheld"),
      ({ lazy }) => lazy,
    ),
  ];
  return [
    ...(unpaid === undefined
      ? []
      : [
          `as the sources have it, nobody pays a verifier: computing an answer loses ${inWords(-unpaid.honestProfit!)} times its cost, echoing nothing`,
        ]),
    ...(forced === undefined
      ? []
      : [
          `forced errors in ${inWords(100 * forced.forcedErrorShare!)} % of requests make honesty pay at a fee of ${inWords(forced.feeOverCost!)} and a stake of ${inWords(forced.stakeOverCost!)} costs of an answer`,
        ]),
    ...guesses.map(([lazy, [row]]) => {
      const { foundOut, foundOutLow, foundOutHigh, lazyCost } = row!;
      return `${lazy}: a guess misses ${inWords(100 * foundOut!)} % [${inWords(100 * foundOutLow!)} to ${inWords(100 * foundOutHigh!)}] of the time, for ${inWords(100 * lazyCost!)} % of the cost`;
    }),
  ];
}
