import { numberColumn, type TableOf, textColumn } from "../../src/lab/results/table.ts";

/** How a request is answered without computing, and by what rule that could be found out. */
export type DilemmaRule = "claim disclosed" | "forced errors" | "claim withheld" | "bribed majority";

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
  return {
    file: "rows.csv",
    caption: "What a verifier earns that computes, and one that does not",
    columns: [
      textColumn("rule", "what a lazy answer can be found out by"),
      textColumn("lazy", "how a lazy verifier answers: echo, or by the model of a strategy"),
      numberColumn("feeOverCost", cost, "fee for an answer"),
      numberColumn("stakeOverCost", cost, "stake of the verifier"),
      numberColumn("forcedErrorShare", null, "share of requests about claims known to be false"),
      numberColumn("lazyCost", cost, "of a lazy answer (modelled)"),
      numberColumn("foundOut", null, "chance that a lazy answer is found out; measured where a model guesses"),
      numberColumn("foundOutLow", null, "lower end of its 95 % interval over prompts"),
      numberColumn("foundOutHigh", null, "upper end"),
      numberColumn("leastFoundOut", null, "chance from which on honesty pays; above 1: nothing is enough"),
      numberColumn("honestProfit", cost, "of a verifier that computes"),
      numberColumn("lazyProfit", cost, "of a lazy one"),
      numberColumn("lazyGain", cost, "lazy less honest"),
      numberColumn("lazyGainLow", cost, "lower end of its 95 % interval"),
      numberColumn("lazyGainHigh", cost, "upper end"),
      numberColumn("identities", "verifiers", "there are"),
      numberColumn("bribedShare", null, "of them are the briber's"),
      numberColumn("verifiersAsked", "verifiers", "asked for a position"),
      numberColumn("majorityBribed", null, "chance that most of those asked are the briber's"),
      numberColumn("bribersStake", cost, "stakes that the briber has locked up, at the first stake above 0"),
      numberColumn(
        "highestBribeInRewards",
        "rewards",
        "most that a client can pay each of a majority to have honest work voided",
      ),
    ],
    rows,
  };
}
