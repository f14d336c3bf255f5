import { defineExperiment } from "../../src/lab/experiment/define.ts";
import { inWords, percent } from "../../src/lab/format.ts";
import { Streams } from "../../src/sim/streams.ts";
import { attackRows } from "../attack/run.ts";
import { dilemmaSettings, shortcut } from "../economics/sample.ts";
import { verifiersDilemmaSettings } from "../economics/settings.ts";
import { hardwareOf } from "../shared/hardware.ts";
import { analyseVerifiersDilemma } from "./analyse.ts";
import { verifiersDilemmaMetrics } from "./compare.ts";
import { dilemmaRows, guessersOf } from "./model.ts";
import { type DilemmaRow, dilemmaRowTable } from "./rows.ts";

/** When a verifier does better by not computing, and what rules change that: how well cheap models guess is measured, the rest is arithmetic. */
export const verifiersDilemma = defineExperiment({
  name: "verifiers-dilemma",
  settings: verifiersDilemmaSettings,
  expectedCost: { secondsPerCell: 12, bytesPerCell: 7_000, bytesOnce: 1_700_000 },
  figures: ["gain-of-laziness", "bribed-majority"],
  collect: async (experiment, environment) => {
    const { rows, models, ...others } = await attackRows(experiment, environment);
    const { settings, seed } = experiment;
    const hardware = hardwareOf(settings.hardware, models);
    const guessers = guessersOf(experiment, settings, rows, models, hardware, new Streams(seed));
    return { ...others, rows: dilemmaRows(settings, guessers) };
  },
  rows: dilemmaRowTable,
  analyse: analyseVerifiersDilemma,
  consoleSummary,
  metrics: verifiersDilemmaMetrics,
  sample: () => ({
    rows: dilemmaRows(dilemmaSettings, [shortcut]),
    change: ({ lazyGain }) => ({ lazyGain: lazyGain === null ? null : lazyGain - 1 }),
    changes: ["lazyGain"],
  }),
});

/** The few numbers that matter: what laziness gains without a fee, what it takes to stop it, how well models guess. */
function consoleSummary(rows: readonly DilemmaRow[]): string[] {
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
          `forced errors in ${percent(forced.forcedErrorShare!)} of requests make honesty pay at a fee of ${inWords(forced.feeOverCost!)} and a stake of ${inWords(forced.stakeOverCost!)} costs of an answer`,
        ]),
    ...guesses.map(([lazy, [row]]) => {
      const { foundOut, foundOutLow, foundOutHigh, lazyCost } = row!;
      return `${lazy}: a guess misses ${percent(foundOut!)} [${inWords(100 * foundOutLow!)} to ${inWords(100 * foundOutHigh!)}] of the time, for ${percent(lazyCost!)} of the cost`;
    }),
  ];
}
