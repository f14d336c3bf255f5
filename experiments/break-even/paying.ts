import { rounded } from "../../src/lab/format.ts";
import type { SummaryTable } from "../../src/lab/results/experiment-report.ts";
import type { BreakEvenRow } from "./rows.ts";

/** How many cheats gain, for certain or perhaps, under every scheme and terms, and which gains most. */
export function payingDigest(rows: readonly BreakEvenRow[], sampling: string): SummaryTable {
  const cheats = rows.filter((row) => row.kind === "cheat" && row.sampling === sampling);
  const cells = Map.groupBy(cheats, ({ scheme, stakeRatio, verifiedShare }) =>
    JSON.stringify([scheme, stakeRatio, verifiedShare]),
  );
  return {
    caption: `Which cheats pay better than honest one-token decoding (${sampling})`,
    columns: [
      { name: "scheme", type: "text", unit: null, description: "verification scheme" },
      { name: "stake / reward", type: "number", unit: null, description: "stake over reward" },
      { name: "verified", type: "number", unit: null, description: "share of jobs" },
      { name: "gain", type: "number", unit: "cheats", description: "whose whole interval is a gain" },
      { name: "undecided", type: "number", unit: "cheats", description: "whose interval holds 0" },
      { name: "of", type: "number", unit: "cheats", description: "in all" },
      { name: "gains most", type: "text", unit: null, description: "the cheat with the largest expected gain" },
      { name: "by", type: "number", unit: "costs of honest work", description: "its expected gain a job" },
    ],
    rows: [...cells.values()].map((own) => {
      const [most] = own.toSorted((a, b) => b.gainOverHonest - a.gainOverHonest);
      return {
        scheme: most!.scheme,
        "stake / reward": most!.stakeRatio,
        verified: most!.verifiedShare,
        gain: own.filter(({ gainOverHonestLow }) => gainOverHonestLow > 0).length,
        undecided: own.filter((row) => row.gainOverHonestLow <= 0 && row.gainOverHonestHigh >= 0).length,
        of: own.length,
        "gains most": most!.strategy,
        by: rounded(most!.gainOverHonest),
      };
    }),
  };
}
