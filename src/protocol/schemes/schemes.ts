/** Every verification scheme there is. A new one is its file, a member of the union here, and a case below. */
import { z } from "zod";
import { rasticVariants } from "../rastic/variants.ts";
import { err, ok, type Result, unwrap } from "../result.ts";
import { crossEntropy, crossEntropyParameters } from "./cross-entropy.ts";
import { endToken, endTokenParameters } from "./end-token.ts";
import { fullRecomputation, fullRecomputationParameters } from "./full-recomputation.ts";
import { logRank, logRankParameters } from "./log-rank.ts";
import { proofOfSampling, proofOfSamplingParameters } from "./proof-of-sampling.ts";
import { rastic, rasticParameters } from "./rastic.ts";
import { redundancy, redundancyParameters } from "./redundancy.ts";
import type { Scheme } from "./scheme.ts";
import { tokenDifr, tokenDifrParameters } from "./token-difr.ts";
import { tolerantRastic, tolerantRasticParameters } from "./tolerant-rastic.ts";
import { topKLogProbability, topKLogProbabilityParameters } from "./top-k-log-probability.ts";

/** A scheme's name and parameters, as an experiment file gives them. */
export const schemeParameters = z.discriminatedUnion("scheme", [
  rasticParameters,
  tolerantRasticParameters,
  tokenDifrParameters,
  topKLogProbabilityParameters,
  logRankParameters,
  crossEntropyParameters,
  endTokenParameters,
  fullRecomputationParameters,
  redundancyParameters,
  proofOfSamplingParameters,
]);
export type SchemeParameters = z.infer<typeof schemeParameters>;

/** Rejection: scheme-parameters, with every parameter that is wrong and what was expected. */
export function makeScheme(parameters: SchemeParameters): Result<Scheme> {
  const parsed = schemeParameters.safeParse(parameters);
  if (!parsed.success) return err("scheme-parameters", z.prettifyError(parsed.error));
  return ok(schemeOf(parsed.data));
}

function schemeOf(parameters: SchemeParameters): Scheme {
  switch (parameters.scheme) {
    case "rastic":
      return rastic(parameters);
    case "tolerant-rastic":
      return tolerantRastic(parameters);
    case "token-difr":
      return tokenDifr(parameters);
    case "top-k-log-probability":
      return topKLogProbability(parameters);
    case "log-rank":
      return logRank(parameters);
    case "cross-entropy":
      return crossEntropy(parameters);
    case "end-token":
      return endToken(parameters);
    case "full-recomputation":
      return fullRecomputation();
    case "redundancy":
      return redundancy(parameters);
    case "proof-of-sampling":
      return proofOfSampling(parameters);
  }
}

/** k of the published and the extended curves. */
export const checkBudgets = [1, 2, 3, 5, 8, 16] as const;

/** What every strategy is held against, with its parameters. */
export const standardSchemes: readonly SchemeParameters[] = [
  ...rasticVariants.flatMap((variant) =>
    checkBudgets.map((checkBudget) => ({ scheme: "rastic" as const, variant, checkBudget })),
  ),
  ...checkBudgets.map((checkBudget) => ({
    scheme: "tolerant-rastic" as const,
    variant: "blog" as const,
    checkBudget,
    toleranceLogits: 0.5,
  })),
  { scheme: "token-difr", clipLogits: 0.5 },
  { scheme: "top-k-log-probability", topK: 20, clipNats: 10 },
  { scheme: "log-rank", sides: "both" },
  { scheme: "cross-entropy", lessEntropy: false, sides: "both" },
  { scheme: "cross-entropy", lessEntropy: true, sides: "both" },
  { scheme: "end-token", toleranceLogits: 0 },
  { scheme: "end-token", toleranceLogits: 0.5 },
  { scheme: "full-recomputation" },
  { scheme: "redundancy", nodes: 3, agreeing: 2, dishonestShare: 0.1 },
  { scheme: "proof-of-sampling", share: 0.1, inner: { scheme: "full-recomputation" } },
  { scheme: "proof-of-sampling", share: 0.1, inner: { scheme: "rastic", variant: "blog", checkBudget: 3 } },
];

/** The standard schemes by name, in their order. */
export const standardSchemesByName: ReadonlyMap<string, Scheme> = new Map(
  standardSchemes.map((parameters) => {
    const scheme = unwrap(makeScheme(parameters));
    return [scheme.name, scheme];
  }),
);
