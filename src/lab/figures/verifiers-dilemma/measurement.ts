import type { TableOf } from "../../results/table.ts";

/** How a request is answered without computing, and by what rule that could be found out. */
export const dilemmaRules = ["claim disclosed", "forced errors", "claim withheld", "bribed majority"] as const;
export type DilemmaRule = (typeof dilemmaRules)[number];

/** One rule under one fee and stake; or, for `bribed majority`, one share of identities. Money is in costs of one honest answer. */
export interface DilemmaRow {
  readonly rule: DilemmaRule;
  /** How a lazy verifier answers: `echo`, or the strategy whose model guesses. */
  readonly lazy: string;
  readonly feeOverCost: number | null;
  readonly stakeOverCost: number | null;
  readonly forcedErrorShare: number | null;
  /** Of a lazy answer. */
  readonly lazyCost: number | null;
  readonly foundOut: number | null;
  readonly foundOutLow: number | null;
  readonly foundOutHigh: number | null;
  /** From which on honesty pays; above 1 nothing is enough. */
  readonly leastFoundOut: number | null;
  readonly honestProfit: number | null;
  readonly lazyProfit: number | null;
  readonly lazyGain: number | null;
  readonly lazyGainLow: number | null;
  readonly lazyGainHigh: number | null;
  readonly identities: number | null;
  readonly bribedShare: number | null;
  readonly verifiersAsked: number | null;
  /** P(most of those asked are the briber's). */
  readonly majorityBribed: number | null;
  /** Stakes locked up by the briber, over the cost of an answer at the first stake. */
  readonly bribersStake: number | null;
  /** Most that a client can pay each verifier of a majority to have honest work voided, in rewards of the job. */
  readonly highestBribeInRewards: number | null;
}

export function dilemmaRowsTable(rows: readonly DilemmaRow[]): TableOf<DilemmaRow> {
  const cost = "costs of one honest answer";
  const number = (name: keyof DilemmaRow & string, unit: string | null, description: string) => ({
    name,
    type: "number" as const,
    unit,
    description,
  });
  const text = (name: keyof DilemmaRow & string, description: string) => ({
    name,
    type: "text" as const,
    unit: null,
    description,
  });
  return {
    file: "rows.csv",
    caption: "What a verifier earns that computes, and one that does not",
    columns: [
      text("rule", "what a lazy answer can be found out by"),
      text("lazy", "how a lazy verifier answers: echo, or by the model of a strategy"),
      number("feeOverCost", cost, "fee for an answer"),
      number("stakeOverCost", cost, "stake of the verifier"),
      number("forcedErrorShare", null, "share of requests about claims known to be false"),
      number("lazyCost", cost, "of a lazy answer (modelled)"),
      number("foundOut", null, "chance that a lazy answer is found out; measured where a model guesses"),
      number("foundOutLow", null, "lower end of its 95 % interval over prompts"),
      number("foundOutHigh", null, "upper end"),
      number("leastFoundOut", null, "chance from which on honesty pays; above 1: nothing is enough"),
      number("honestProfit", cost, "of a verifier that computes"),
      number("lazyProfit", cost, "of a lazy one"),
      number("lazyGain", cost, "lazy less honest"),
      number("lazyGainLow", cost, "lower end of its 95 % interval"),
      number("lazyGainHigh", cost, "upper end"),
      number("identities", "verifiers", "there are"),
      number("bribedShare", null, "of them are the briber's"),
      number("verifiersAsked", "verifiers", "asked for a position"),
      number("majorityBribed", null, "chance that most of those asked are the briber's"),
      number("bribersStake", cost, "stakes that the briber has locked up, at the first stake above 0"),
      number(
        "highestBribeInRewards",
        "rewards",
        "most that a client can pay each of a majority to have honest work voided",
      ),
    ],
    rows,
  };
}
