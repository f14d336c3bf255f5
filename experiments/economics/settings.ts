/** Settings of the experiments that put a price on measured acceptance: an attack experiment's, and the terms of the market. */
import { z } from "zod";
import { type AttackSettings, attackSettings } from "../attack/settings.ts";
import { standardSchemeNames } from "./verification-work.ts";

const distinct = <Item>(list: readonly Item[]) => new Set(list).size === list.length;
const shares = z
  .array(z.number().gt(0).max(1))
  .min(1)
  .refine(distinct, "expected each share once")
  .describe("shares of jobs that are verified, above 0 and at most 1");
const ratios = z
  .array(z.number().min(0).max(10_000))
  .min(1)
  .refine(distinct, "expected each ratio once")
  .describe("stakes over the reward");
const terms = {
  schemes: z
    .array(z.enum(standardSchemeNames as [string, ...string[]]))
    .min(1)
    .refine(distinct, "expected each scheme once")
    .describe("names of the verification schemes that are priced"),
  rewardOverCost: z
    .number()
    .gt(0)
    .describe("reward of a job over what honest one-token decoding of it costs: 1.5 leaves a third of it as profit"),
  stakeRatios: ratios,
  verifiedShares: shares,
};

/** Kind `break-even`: what each strategy earns under each scheme, and the acceptance above which it pays. */
export const breakEvenSettings = attackSettings.safeExtend(terms);
export type BreakEvenSettings = z.output<typeof breakEvenSettings>;

/** Kind `security-frontier`: from which stake and share of verified jobs on no cheat pays, and what that costs the honest. */
export const securityFrontierSettings = attackSettings.safeExtend(terms);
export type SecurityFrontierSettings = z.output<typeof securityFrontierSettings>;

const atLeastZero = (what: string) =>
  z.array(z.number().min(0)).min(1).refine(distinct, "expected each number once").describe(what);

/** Kind `verifiers-dilemma`: when a verifier does better by not computing, and what rules change that. */
export const verifiersDilemmaSettings = attackSettings.safeExtend({
  guessers: z
    .array(z.string().min(1))
    .min(1)
    .describe('labels of strategies that a guessing verifier\'s cheap model is taken from, such as "lazy, draft"'),
  feesOverCost: atLeastZero("a verifier's fee for an answer, over what computing it costs"),
  stakesOverCost: atLeastZero("a verifier's stake, over what computing an answer costs"),
  forcedErrorShares: z
    .array(z.number().min(0).max(1))
    .min(1)
    .refine(distinct, "expected each share once")
    .describe("shares of requests about claims that are known to be false"),
  identities: z.int().min(1).max(100_000).describe("verifiers there are, a briber's among them"),
  bribedShares: z
    .array(z.number().min(0).max(0.99))
    .min(1)
    .refine(distinct, "expected each share once")
    .describe("shares of them that belong to a briber"),
  verifiersAsked: z
    .array(z.int().min(1).max(1001))
    .min(1)
    .refine(distinct, "expected each number once")
    .describe("verifiers asked for each checked position"),
});
export type VerifiersDilemmaSettings = z.output<typeof verifiersDilemmaSettings>;

/** Kind `population`: where a population of nodes that follow what pays ends up, and what whole simulations say of it. */
export const populationSettings = attackSettings.safeExtend({
  ...terms,
  falseRejects: z
    .array(z.number().min(0).max(1))
    .min(1)
    .refine(distinct, "expected each share once")
    .describe(
      "shares of honest verifications that are rejected on top of those measured: hardware that rounds otherwise",
    ),
  load: z.number().gt(0).describe("jobs posted over what the nodes at the start could do, all of them honest"),
  outsideShare: z
    .number()
    .min(0)
    .max(1)
    .describe("what a node could earn elsewhere, over what an always busy honest node earns here"),
  check: z
    .strictObject({
      points: z
        .array(
          z.strictObject({ scheme: z.string(), stakeRatio: z.number().gt(0), verifiedShare: z.number().gt(0).max(1) }),
        )
        .describe("grid points at which the whole network is simulated"),
      cheats: z.array(z.string()).min(1).describe("labels of the cheats that take part there, besides honest nodes"),
      nodesOfEach: z.int().min(1).max(1000).describe("nodes of each kind"),
      jobs: z.int().min(1).max(100_000).describe("jobs posted in a simulation, on average"),
      runs: z.int().min(2).max(1000).describe("independent repetitions"),
      clients: z.int().min(1).max(1000).describe("clients that post them"),
      rewardCoins: z.number().min(0.001).describe("reward of a job in coins"),
    })
    .describe("simulations that the dynamics are held against"),
});
export type PopulationSettings = z.output<typeof populationSettings>;

/** The terms of the market alone, without how outputs come about. */
export type MarketTerms = Omit<BreakEvenSettings, keyof AttackSettings>;
export type PopulationTerms = Omit<PopulationSettings, keyof AttackSettings>;
export type DilemmaTerms = Omit<VerifiersDilemmaSettings, keyof AttackSettings | "guessers">;
