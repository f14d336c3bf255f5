import type { ExperimentReport, SummaryTable } from "../../src/lab/results/experiment-report.ts";
import { numberColumn, textColumn } from "../../src/lab/results/table.ts";
import { unitsPerCoin } from "../../src/protocol/amount.ts";
import { claimDisputes } from "./claims.ts";
import { timeToDecision } from "./figures/time-to-decision.ts";
import { wrongfulRulings } from "./figures/wrongful-rulings.ts";
import { type DisputeRow, disputeRowTable } from "./rows.ts";
import { type DisputeSummary, disputeSummary, medianOf, shareInWords } from "./summary.ts";

/** What the jobs of an experiment of kind `disputes` say: a verdict for each reading, two figures, the rows, who ended with what. */
export function analyseDisputes(rows: readonly DisputeRow[]): ExperimentReport {
  const summaries = disputeSummary(rows);
  const readings = [...Map.groupBy(summaries, ({ reading }) => reading)];
  return {
    title: "Disputes: who ends with what, and who should not",
    verdicts: readings.map(([reading]) => claimDisputes(rows, reading)),
    figures: [wrongfulRulings(summaries), timeToDecision(summaries)],
    tables: [disputeRowTable.table(rows)],
    summaries: readings.map(([reading, own]) => accountsOf(reading, own)),
  };
}

/** A row for each scenario: what decided, what the coins came to, what it took. Means over jobs; where all are alike, that number. */
function accountsOf(reading: string, summaries: readonly DisputeSummary[]): SummaryTable {
  return {
    caption: `${reading}: what decided, who gained or lost, what it took`,
    columns: [
      textColumn("dispute", "what is played; H or D: accuser, accused honest or dishonest"),
      textColumn("decided by", "how the last charge ended, with how many jobs"),
      textColumn("innocent loses", "share of jobs"),
      textColumn("guilty gains", "share of jobs"),
      numberColumn("client", "coins", "end less beginning, mean"),
      numberColumn("node", "coins", "end less beginning, mean"),
      numberColumn("accomplice", "coins", "of the client's own node: end less beginning, mean"),
      numberColumn("seconds", "seconds", "from charge to decision, median"),
      numberColumn("messages", null, "of charge and answers, mean"),
      numberColumn("kilobytes", "kilobytes", "of them over all links, mean"),
      numberColumn("re-tested", "tokens", "read by all miners, mean"),
      numberColumn("joules", "joules", "of that, mean"),
    ],
    rows: summaries.map((summary) => {
      const { label, accuserHonest, accusedHonest, rows, wrong, decided, decisionSeconds } = summary;
      const mean = (of: (row: DisputeRow) => number | null): number | null => {
        const values = rows.map(of);
        if (values.includes(null)) return null;
        return Number(((values as number[]).reduce((a, b) => a + b, 0) / values.length).toPrecision(4));
      };
      return {
        dispute: `${label}, ${accuserHonest ? "H" : "D"}/${accusedHonest ? "H" : "D"}`,
        "decided by": decided.map(([end, jobs]) => `${end} (${jobs})`).join(", "),
        "innocent loses": shareInWords(wrong.innocentLoses),
        "guilty gains": shareInWords(wrong.guiltyGains),
        client: mean((row) => (row.clientAfterUnits - row.clientBeforeUnits) / unitsPerCoin),
        node: mean((row) => (row.nodeAfterUnits - row.nodeBeforeUnits) / unitsPerCoin),
        accomplice: mean((row) => (row.accompliceAfterUnits - row.accompliceBeforeUnits) / unitsPerCoin),
        seconds: decisionSeconds.length === 0 ? null : Number(medianOf(decisionSeconds)!.toPrecision(4)),
        messages: mean(({ messages }) => messages),
        kilobytes: mean(({ bytes }) => bytes / 1000),
        "re-tested": mean(({ retestTokens }) => retestTokens),
        joules: mean(({ retestJoules }) => retestJoules),
      };
    }),
  };
}
