import type { ClaimVerdict } from "../../src/lab/claims/verdict.ts";
import { rounded } from "../../src/lab/format.ts";
import type { ExperimentReport, SummaryTable } from "../../src/lab/results/experiment-report.ts";
import { cheapestSafe } from "./cheapest.ts";
import { costOfSecurity } from "./figures/cost-of-security.ts";
import { securityFrontier } from "./figures/frontier.ts";
import { type FrontierRow, frontierRowTable } from "./rows.ts";

/** What the rows of an experiment of kind `security-frontier` say: from which terms on nobody cheats, and what that costs. */
export function analyseSecurityFrontier(rows: readonly FrontierRow[]): ExperimentReport {
  const samplings = [...new Set(rows.map(({ sampling }) => sampling))];
  const verdicts: ClaimVerdict[] = [];
  return {
    title: "From which stake and share of verified jobs on no cheat pays",
    verdicts,
    figures: [securityFrontier(rows, samplings[0]!), costOfSecurity(rows, samplings[0]!)],
    tables: [frontierRowTable.table(rows)],
    summaries: [safestDigest(rows), stakesDigest(rows)],
  };
}

function safestDigest(rows: readonly FrontierRow[]): SummaryTable {
  const groups = Map.groupBy(rows, ({ sampling, yardstick, stakeRatio }) =>
    JSON.stringify([sampling, yardstick, stakeRatio]),
  );
  return {
    caption: "The cheapest terms under which no cheat profits, at the upper end of their interval",
    columns: [
      { name: "sampling", type: "text", unit: null, description: "how tokens were picked" },
      { name: "against", type: "text", unit: null, description: "the honest node that no cheat may outdo" },
      { name: "stake / reward", type: "number", unit: null, description: "stake over reward" },
      { name: "scheme", type: "text", unit: null, description: "cheapest scheme that works" },
      { name: "verified", type: "number", unit: null, description: "share of jobs" },
      { name: "binding", type: "text", unit: null, description: "the cheat that asks for so much" },
      {
        name: "costs",
        type: "number",
        unit: "costs of honest work",
        description: "verification and false rejects, a job",
      },
    ],
    rows: [...groups.values()].map((own) => {
      const best = cheapestSafe(own);
      const { sampling, yardstick, stakeRatio } = own[0]!;
      return {
        sampling,
        against: yardstick,
        "stake / reward": stakeRatio,
        scheme: best?.scheme ?? "none of those priced",
        verified: best === undefined ? null : rounded(best.leastVerifiedShareHigh!),
        binding: best?.binding ?? "",
        costs: best === undefined ? null : rounded(best.securityCost),
      };
    }),
  };
}

function stakesDigest(rows: readonly FrontierRow[]): SummaryTable {
  const groups = Map.groupBy(rows, ({ sampling, yardstick, scheme }) => JSON.stringify([sampling, yardstick, scheme]));
  const orNone = (value: number | null) => (value === null ? null : rounded(value));
  return {
    caption: "The least stake over reward that leaves no cheat a profit when every job is verified",
    columns: [
      { name: "sampling", type: "text", unit: null, description: "how tokens were picked" },
      { name: "against", type: "text", unit: null, description: "the honest node that no cheat may outdo" },
      { name: "scheme", type: "text", unit: null, description: "verification scheme" },
      { name: "stake / reward", type: "number", unit: null, description: "least; empty: no stake is enough" },
      { name: "from", type: "number", unit: null, description: "lower end of its 95 % interval" },
      { name: "to", type: "number", unit: null, description: "upper end; empty: no stake is enough" },
    ],
    rows: [...groups.values()].map(([row]) => ({
      sampling: row!.sampling,
      against: row!.yardstick,
      scheme: row!.scheme,
      "stake / reward": orNone(row!.leastStakeRatioAllVerified),
      from: orNone(row!.leastStakeRatioAllVerifiedLow),
      to: orNone(row!.leastStakeRatioAllVerifiedHigh),
    })),
  };
}
