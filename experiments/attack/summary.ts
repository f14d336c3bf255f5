import { honestBaseline } from "../../src/actors/strategies/standard.ts";
import { numberColumn, type TableOf, textColumn } from "../../src/lab/results/table.ts";
import type { Streams } from "../../src/sim/streams.ts";
import { acceptanceEstimates } from "../../src/statistics/acceptance-estimate.ts";
import type { AttackRow } from "./rows.ts";
import { acceptanceOf, thresholdsOf } from "./thresholds.ts";

/** One strategy under one scheme: how often its outputs are accepted. */
export interface AcceptanceSummary {
  readonly sampling: string;
  readonly strategy: string;
  readonly kind: AttackRow["kind"];
  readonly scheme: string;
  readonly prompts: number;
  readonly outputs: number;
  readonly accepted: number;
  readonly low: number;
  readonly high: number;
  /** Whether no output was accepted with any probability: `high` is an upper bound then. */
  readonly nothingAccepted: boolean;
}

/** Evaluated claims only. Intervals are bootstrapped, clustered by prompt; under none (or all) accepted they are exact. */
export function summarizeAcceptance(rows: readonly AttackRow[], streams: Streams): AcceptanceSummary[] {
  const thresholds = thresholdsOf(rows);
  const evaluated = rows.filter(({ split }) => split === "evaluation");
  const groups = Map.groupBy(evaluated, ({ sampling, strategy }) => `${sampling}/${strategy}`);
  return [...groups].flatMap(([name, own]) => {
    const judged = own.map((row) => ({ prompt: row.prompt, accepted: acceptanceOf(row, thresholds) }));
    const schemes = Object.keys(judged[0]!.accepted).filter((scheme) =>
      judged.every(({ accepted }) => accepted[scheme] !== null),
    );
    const byPrompt = [...Map.groupBy(judged, ({ prompt }) => prompt).values()].map((outputs) =>
      outputs.map(({ accepted }) => schemes.map((scheme) => accepted[scheme]!)),
    );
    const estimates = acceptanceEstimates(byPrompt, streams.fresh(`statistics/acceptance/${name}`));
    const { sampling, strategy, kind } = own[0]!;
    return schemes.map((scheme, i) => ({
      sampling,
      strategy,
      kind,
      scheme,
      prompts: byPrompt.length,
      outputs: own.length,
      accepted: estimates[i]!.value,
      low: estimates[i]!.low,
      high: estimates[i]!.high,
      nothingAccepted: estimates[i]!.value === 0,
    }));
  });
}

export function acceptanceTable(rows: readonly AcceptanceSummary[]): TableOf<AcceptanceSummary> {
  return {
    file: "acceptance.csv",
    caption: "Every strategy under every scheme: mean probability of acceptance",
    columns: [
      textColumn("sampling", "how tokens were picked"),
      textColumn("strategy", "how the jobs were answered"),
      textColumn("kind", "cheat or honest-variation"),
      textColumn("scheme", "verification scheme with its parameters"),
      numberColumn("prompts", null, "prompts judged, none of which set a threshold"),
      numberColumn("outputs", null, "outputs judged"),
      numberColumn("accepted", null, "mean probability of acceptance"),
      numberColumn("low", null, "lower end of its 95 % interval"),
      numberColumn("high", null, "upper end of its 95 % interval"),
      {
        name: "nothingAccepted",
        type: "boolean",
        unit: null,
        description: "whether high is the bound after no acceptance",
      },
    ],
    rows,
  };
}

/** What a strategy costs its node beside honest work on the same jobs. */
export interface CostSummary {
  readonly sampling: string;
  readonly strategy: string;
  readonly kind: AttackRow["kind"];
  readonly meanOutputTokens: number;
  readonly consistentShare: number;
  readonly prefillTokens: number;
  readonly decodeTokens: number;
  readonly workMs: number;
  readonly workJoules: number | null;
  readonly overHonest: number | null;
  readonly overSpeculative: number | null;
  readonly pointless: boolean | null;
}

/** The label of honest decoding with a draft, where the standard strategies have it. */
const SPECULATIVE = /speculative/i;

export function summarizeCost(rows: readonly AttackRow[]): CostSummary[] {
  const evaluated = rows.filter(({ split }) => split === "evaluation");
  return [...Map.groupBy(evaluated, ({ sampling }) => sampling).values()].flatMap((under) => {
    const strategies = Map.groupBy(under, ({ strategy }) => strategy);
    const honest = strategies.get(honestBaseline.label);
    const speculative = [...strategies].find(([label, [row]]) => SPECULATIVE.test(label) && row!.kind !== "cheat")?.[1];
    return [...strategies.values()].map((own) => {
      const { sampling, strategy, kind } = own[0]!;
      const mean = (of: (row: AttackRow) => number) => own.reduce((sum, row) => sum + of(row), 0) / own.length;
      const workMs = mean((row) => row.workMs);
      const over = (others: readonly AttackRow[] | undefined) =>
        others === undefined ? null : workMs / (others.reduce((sum, row) => sum + row.workMs, 0) / others.length);
      const [overHonest, overSpeculative] = [over(honest), over(speculative)];
      return {
        sampling,
        strategy,
        kind,
        meanOutputTokens: mean((row) => row.outputTokens),
        consistentShare: mean((row) => row.consistent) / mean((row) => row.outputTokens),
        prefillTokens: mean((row) => row.prefillTokens),
        decodeTokens: mean((row) => row.decodeTokens),
        workMs,
        workJoules: own.some((row) => row.workJoules === null) ? null : mean((row) => row.workJoules!),
        overHonest,
        overSpeculative,
        // To the digit that rounding leaves: the same work is no saving.
        pointless:
          kind === "cheat" && overHonest !== null
            ? costOverCheapestHonest(overHonest, overSpeculative) > 1 - 1e-6
            : null,
      };
    });
  });
}

/** Beside the cheaper of the two ways of being honest, where both are known. */
function costOverCheapestHonest(overHonest: number, overSpeculative: number | null): number {
  return Math.max(overHonest, overSpeculative ?? 0);
}

export function costTable(rows: readonly CostSummary[]): TableOf<CostSummary> {
  return {
    file: "cost.csv",
    caption: "What each strategy costs its node",
    columns: [
      textColumn("sampling", "how tokens were picked"),
      textColumn("strategy", "how the jobs were answered"),
      textColumn("kind", "cheat or honest-variation"),
      numberColumn("meanOutputTokens", "tokens", "length of its outputs"),
      numberColumn("consistentShare", null, "share of positions with the token that the reference model gives there"),
      numberColumn("prefillTokens", "tokens", "read many at a time for an output, all models together"),
      numberColumn("decodeTokens", "tokens", "generated one at a time for an output, all models together"),
      numberColumn("workMs", "milliseconds", "time for an output on the experiment's hardware"),
      numberColumn("workJoules", "joules", "energy for an output on the experiment's hardware"),
      numberColumn("overHonest", null, "that time over the honest node's, which decodes one token at a time"),
      numberColumn("overSpeculative", null, "that time over honest speculative decoding's"),
      {
        name: "pointless",
        type: "boolean",
        unit: null,
        description:
          "whether this cheat costs as much as the cheaper way of being honest, or more; empty for honest nodes",
      },
    ],
    rows,
  };
}
