import type { SummaryTable } from "../../src/lab/results/experiment-report.ts";
import { numberColumn, textColumn } from "../../src/lab/results/table.ts";
import { PUBLISHED_SCHEME } from "../attack/columns.ts";
import type { AcceptanceSummary, CostSummary } from "../attack/summary.ts";

/** What every strategy costs, and what accepting it would take of a stake: a row for each strategy. */
export function costDigest(costs: readonly CostSummary[], summary: readonly AcceptanceSummary[]): SummaryTable {
  const { sampling } = costs[0]!;
  return {
    caption: `What each strategy costs and wins, ${sampling}; acceptance by ${PUBLISHED_SCHEME}. Cost in tokens is measured, time and energy are modelled on the experiment's hardware`,
    columns: [
      textColumn("strategy", "how the jobs were answered"),
      numberColumn("output", "tokens", "mean length"),
      numberColumn("consistent", "share", "of positions"),
      numberColumn("read", "tokens", "fed many at a time, for an output"),
      numberColumn("decoded", "tokens", "generated one at a time, for an output"),
      numberColumn("time", "ms", "for an output"),
      numberColumn("energy", "J", "for an output"),
      numberColumn("over honest", null, "time over honest one-token decoding's"),
      numberColumn("over speculative", null, "time over honest speculative decoding's"),
      textColumn("worth it", "pointless: costs as much as honest work or more"),
      numberColumn("accepted", null, "mean P(accept)"),
      numberColumn("from", null, "lower end of its 95 % interval"),
      numberColumn("to", null, "upper end of its 95 % interval; the bound where nothing was accepted"),
      numberColumn(
        "stake needed",
        "rewards",
        "stake over reward from which on the cheat loses on average: p / (1 - p)",
      ),
    ],
    rows: costs.map((cost) => {
      const own = summary.find(({ scheme, strategy }) => scheme === PUBLISHED_SCHEME && strategy === cost.strategy);
      const accepted = own?.accepted ?? null;
      return {
        strategy: cost.strategy,
        output: cost.meanOutputTokens,
        consistent: cost.consistentShare,
        read: cost.prefillTokens,
        decoded: cost.decodeTokens,
        time: cost.workMs,
        energy: cost.workJoules,
        "over honest": cost.overHonest,
        "over speculative": cost.overSpeculative,
        "worth it": cost.pointless === null ? "honest" : cost.pointless ? "pointless" : "cheaper",
        accepted,
        from: own?.low ?? null,
        to: own?.high ?? null,
        "stake needed": cost.kind !== "cheat" || accepted === null || accepted === 1 ? null : accepted / (1 - accepted),
      };
    }),
  };
}
