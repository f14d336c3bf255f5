import { choice, number, orNull, type RowIn, rowTable, text } from "../../src/lab/results/row-table.ts";

/** How a request is answered without computing, and by what rule that could be found out. */
const rules = ["claim disclosed", "forced errors", "claim withheld", "bribed majority"] as const;
export type DilemmaRule = (typeof rules)[number];

const cost = "costs of one honest answer";

/** One rule under one fee and stake; or, for `bribed majority`, one share of identities. Money is in costs of one honest answer. */
export const dilemmaRowTable = rowTable("What a verifier earns that computes, and one that does not", {
  rule: choice(rules, "what a lazy answer can be found out by"),
  /** How a lazy verifier answers: `echo`, or the strategy whose model guesses. */
  lazy: text("how a lazy verifier answers: echo, or by the model of a strategy"),
  feeOverCost: orNull(number(cost, "fee for an answer")),
  stakeOverCost: orNull(number(cost, "stake of the verifier")),
  forcedErrorShare: orNull(number(null, "share of requests about claims known to be false")),
  /** Of a lazy answer. */
  lazyCost: orNull(number(cost, "of a lazy answer (modelled)")),
  foundOut: orNull(number(null, "chance that a lazy answer is found out; measured where a model guesses")),
  foundOutLow: orNull(number(null, "lower end of its 95 % interval over prompts")),
  foundOutHigh: orNull(number(null, "upper end")),
  /** From which on honesty pays; above 1 nothing is enough. */
  leastFoundOut: orNull(number(null, "chance from which on honesty pays; above 1: nothing is enough")),
  honestProfit: orNull(number(cost, "of a verifier that computes")),
  lazyProfit: orNull(number(cost, "of a lazy one")),
  lazyGain: orNull(number(cost, "lazy less honest")),
  lazyGainLow: orNull(number(cost, "lower end of its 95 % interval")),
  lazyGainHigh: orNull(number(cost, "upper end")),
  identities: orNull(number("verifiers", "there are")),
  bribedShare: orNull(number(null, "of them are the briber's")),
  verifiersAsked: orNull(number("verifiers", "asked for a position")),
  /** P(most of those asked are the briber's). */
  majorityBribed: orNull(number(null, "chance that most of those asked are the briber's")),
  /** Stakes locked up by the briber, over the cost of an answer at the first stake. */
  bribersStake: orNull(number(cost, "stakes that the briber has locked up, at the first stake above 0")),
  /** Most that a client can pay each verifier of a majority to have honest work voided, in rewards of the job. */
  highestBribeInRewards: orNull(
    number("rewards", "most that a client can pay each of a majority to have honest work voided"),
  ),
});
export type DilemmaRow = RowIn<typeof dilemmaRowTable>;
