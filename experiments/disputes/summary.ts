import { clopperPearson } from "../../src/statistics/clopper-pearson.ts";
import type { Estimate } from "../../src/statistics/interval.ts";
import { quantileOfSorted } from "../../src/statistics/quantile.ts";
import { zeroEventsUpperBound } from "../../src/statistics/zero-events.ts";
import type { DisputeRow } from "./rows.ts";

export const wrongs = ["innocentLoses", "innocentUnpaid", "guiltyGains"] as const;
export type Wrong = (typeof wrongs)[number];

/** How often something happened, with its exact interval; of what was never seen, the interval ends at the one-sided bound. */
export interface Share extends Estimate {
  readonly events: number;
  readonly trials: number;
}

/** All jobs of one scenario under one reading of the rules. */
export interface DisputeSummary {
  readonly reading: string;
  readonly scenario: string;
  readonly label: string;
  readonly charge: string;
  readonly accuserHonest: boolean;
  readonly accusedHonest: boolean;
  readonly jobs: number;
  readonly rows: readonly DisputeRow[];
  readonly wrong: Readonly<Record<Wrong, Share>>;
  /** What decided, with how many jobs, the most frequent first. */
  readonly decided: readonly (readonly [end: string, jobs: number])[];
  /** Of jobs with a charge, sorted. */
  readonly decisionSeconds: readonly number[];
}

/** In the order of the rows. */
export function disputeSummary(rows: readonly DisputeRow[]): DisputeSummary[] {
  return [...Map.groupBy(rows, ({ reading, scenario }) => `${reading}/${scenario}`).values()].map((own) => {
    const { reading, scenario, label, charge, accuserHonest, accusedHonest } = own[0]!;
    const share = (wrong: Wrong): Share => shareOf(own.filter((row) => row[wrong]).length, own.length);
    const decided = [...Map.groupBy(own, decision)].map(([end, { length }]) => [end, length] as const);
    return {
      reading,
      scenario,
      label,
      charge,
      accuserHonest,
      accusedHonest,
      jobs: own.length,
      rows: own,
      wrong: {
        innocentLoses: share("innocentLoses"),
        innocentUnpaid: share("innocentUnpaid"),
        guiltyGains: share("guiltyGains"),
      },
      decided: decided.sort(([, a], [, b]) => b - a),
      decisionSeconds: own.flatMap(({ decisionSeconds }) => decisionSeconds ?? []).sort((a, b) => a - b),
    };
  });
}

/** "dismissed: payment". */
export function decision({ end, decidedBy }: DisputeRow): string {
  return end === decidedBy ? end : `${end}: ${decidedBy}`;
}

/** Jobs have prompts and networks of their own, so they are independent. */
function shareOf(events: number, trials: number): Share {
  const exact = clopperPearson(events, trials);
  return { ...exact, high: events === 0 ? zeroEventsUpperBound(trials) : exact.high, events, trials };
}

/** "12 %", or where nothing was seen "under 3 %". */
export function shareInWords({ value, high, events, trials }: Share): string {
  if (events === 0) return `< ${Math.ceil(100 * high)} %`;
  if (events === trials) return "all";
  return `${Math.round(100 * value)} %`;
}

export function medianOf(sorted: readonly number[]): number | null {
  return sorted.length === 0 ? null : quantileOfSorted(sorted, 0.5);
}
