import type { SummaryTable } from "../../src/lab/results/experiment-report.ts";
import type { AttackRow } from "./rows.ts";
import { thresholdsOf } from "./thresholds.ts";

/** Which prompts set thresholds, which were judged, and where the thresholds lie. */
export function splitDigest(rows: readonly AttackRow[]): SummaryTable {
  const range = (split: AttackRow["split"]) => {
    const numbers = rows.filter((row) => row.split === split).map(({ prompt }) => prompt + 1);
    return numbers.length === 0 ? "none" : `${Math.min(...numbers)} to ${Math.max(...numbers)}`;
  };
  const thresholds = [...thresholdsOf(rows)].flatMap(([sampling, own]) =>
    [...own.values()].map((threshold) => ({ sampling, ...threshold })),
  );
  return {
    caption: `Thresholds: set on the honest outputs for prompts ${range("calibration")} of the file, judged on prompts ${range("evaluation")}; no prompt is in both`,
    columns: [
      { name: "scheme", type: "text", unit: null, description: "statistic" },
      { name: "sampling", type: "text", unit: null, description: "how tokens were picked" },
      { name: "passes from", type: "number", unit: null, description: "lower threshold, for two-sided schemes" },
      { name: "to", type: "number", unit: null, description: "upper threshold" },
      {
        name: "may reject",
        type: "number",
        unit: null,
        description: "share of honest claims that the thresholds may reject",
      },
      { name: "honest claims", type: "number", unit: null, description: "set them" },
    ],
    rows: thresholds.map(({ scheme, sampling, low, high, falseRejectShare, honestClaims }) => ({
      scheme,
      sampling,
      "passes from": low,
      to: high,
      "may reject": falseRejectShare,
      "honest claims": honestClaims,
    })),
  };
}
