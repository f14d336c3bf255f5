import { rounded } from "../../src/lab/format.ts";
import type { ExperimentReport, SummaryTable } from "../../src/lab/results/experiment-report.ts";
import { bribedMajority } from "./figures/bribed-majority.ts";
import { gainOfLaziness } from "./figures/gain-of-laziness.ts";
import { type DilemmaRow, dilemmaRowTable } from "./rows.ts";

/** What the rows of an experiment of kind `verifiers-dilemma` say: when a verifier computes, and who can buy a majority. */
export function analyseVerifiersDilemma(rows: readonly DilemmaRow[]): ExperimentReport {
  return {
    title: "The verifier's dilemma: why compute, when echoing pays the same",
    verdicts: [],
    figures: [gainOfLaziness(rows), bribedMajority(rows)],
    tables: [dilemmaRowTable.table(rows)],
    summaries: [rulesDigest(rows), bribesDigest(rows)],
  };
}

function rulesDigest(rows: readonly DilemmaRow[]): SummaryTable {
  const games = rows.filter(({ rule }) => rule !== "bribed majority");
  const groups = Map.groupBy(games, ({ rule, lazy, forcedErrorShare }) =>
    JSON.stringify([rule, lazy, forcedErrorShare]),
  );
  return {
    caption: "In how many of the priced combinations of fee and stake honesty pays",
    columns: [
      { name: "rule", type: "text", unit: null, description: "what a lazy answer can be found out by" },
      { name: "lazy verifier", type: "text", unit: null, description: "how it answers" },
      { name: "forced errors", type: "number", unit: null, description: "share of requests" },
      { name: "found out", type: "number", unit: null, description: "chance that a lazy answer is" },
      {
        name: "honesty pays",
        type: "number",
        unit: "combinations",
        description: "better than laziness, and more than nothing",
      },
      { name: "of", type: "number", unit: "combinations", description: "in all" },
    ],
    rows: [...groups.values()].map((own) => ({
      rule: own[0]!.rule,
      "lazy verifier": own[0]!.lazy,
      "forced errors": own[0]!.forcedErrorShare,
      "found out": rounded(own[0]!.foundOut!),
      "honesty pays": own.filter((row) => row.lazyGainHigh! < 0 && row.honestProfit! >= 0).length,
      of: own.length,
    })),
  };
}

function bribesDigest(rows: readonly DilemmaRow[]): SummaryTable {
  const bribed = rows.filter(({ rule }) => rule === "bribed majority");
  const number = (value: number | null) => (value === null ? null : rounded(value));
  return {
    caption: "What a majority costs: Sybil identities that stake, and a client that bribes",
    columns: [
      { name: "asked", type: "number", unit: "verifiers", description: "for a position" },
      { name: "owned", type: "number", unit: null, description: "share of the identities" },
      { name: "P(majority)", type: "number", unit: null, description: "exact" },
      { name: "stakes", type: "number", unit: "costs of an answer", description: "that the owner has locked up" },
      { name: "highest bribe", type: "number", unit: "rewards", description: "a client can pay each of a majority" },
    ],
    rows: bribed.map((row) => ({
      asked: row.verifiersAsked,
      owned: number(row.bribedShare),
      "P(majority)": number(row.majorityBribed),
      stakes: number(row.bribersStake),
      "highest bribe": number(row.highestBribeInRewards),
    })),
  };
}
