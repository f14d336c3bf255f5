import { type ClaimVerdict, type Part, verdictOf } from "../../src/lab/claims/verdict.ts";
import type { DisputeRow } from "./rows.ts";
import { type DisputeSummary, decision, disputeSummary, shareInWords, type Wrong } from "./summary.ts";

/** What is never seen counts as excluded when its 95 % bound is below this. */
const RARE = 0.05;

/** Disputes leave the coins with those who kept to the protocol (§2.4), under one reading of the rules. */
export function claimDisputes(rows: readonly DisputeRow[], reading: string): ClaimVerdict {
  const summaries = disputeSummary(rows.filter((row) => row.reading === reading));
  const wrong = summaries.filter(isWrong);
  const unpaid = summaries.filter((summary) => summary.wrong.innocentUnpaid.events > 0);
  return {
    claim: "disputes",
    subject: `revision ${reading}`,
    verdict: verdictOf([neverSeen(summaries, "innocentLoses"), neverSeen(summaries, "guiltyGains")]),
    sentence:
      `${wrong.length === 0 ? "No" : wrong.length} of ${summaries.length} scenarios ${wrong.length === 1 ? "has" : "have"} wrong outcomes` +
      `${wrong.length === 0 ? "" : `: ${wrong.map(inSentence).join("; ")}`}. ` +
      (unpaid.length === 0
        ? ""
        : `An honest node's valid work is neither read nor paid in: ${unpaid.map(({ label, wrong: w }) => `${label} (${shareInWords(w.innocentUnpaid)})`).join(", ")}.`),
    number: {
      what: `scenarios of ${summaries.length} with wrong outcomes`,
      value: wrong.length,
      low: null,
      high: null,
    },
    obtained: "measured",
  };
}

function isWrong({ wrong: { innocentLoses, guiltyGains } }: DisputeSummary): boolean {
  return innocentLoses.events > 0 || guiltyGains.events > 0;
}

/** One case refutes it; without any it takes enough jobs in every scenario. */
function neverSeen(summaries: readonly DisputeSummary[], wrong: Wrong): Part {
  if (summaries.some((summary) => summary.wrong[wrong].events > 0)) return "refuted";
  return summaries.every((summary) => summary.wrong[wrong].high < RARE) ? "confirmed" : "open";
}

function inSentence({ label, wrong: { innocentLoses, guiltyGains }, rows }: DisputeSummary): string {
  const parts = [
    ...(innocentLoses.events > 0 ? [`an innocent party loses in ${inInterval(innocentLoses)}`] : []),
    ...(guiltyGains.events > 0 ? [`a guilty one gains in ${inInterval(guiltyGains)}`] : []),
  ];
  return `${label}: ${parts.join(", ")} (${howDecided(rows)})`;
}

/** What most often decided the jobs that ended wrong. */
function howDecided(rows: readonly DisputeRow[]): string {
  const wrong = rows.filter(({ innocentLoses, guiltyGains }) => innocentLoses || guiltyGains);
  const ways = Map.groupBy(wrong, (row) =>
    row.otherCharges === "none" ? decision(row) : `${decision(row)}; ${row.otherCharges}`,
  );
  return [...ways].sort(([, a], [, b]) => b.length - a.length)[0]![0];
}

function inInterval({ events, trials, low, high }: DisputeSummary["wrong"]["guiltyGains"]): string {
  const percent = (share: number) => Math.round(100 * share);
  return `${events} of ${trials} [${percent(low)} to ${percent(high)} %]`;
}
