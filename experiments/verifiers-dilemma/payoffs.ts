/**
 * Why a verifier should compute anything at all. It is paid F for an answer; computing costs c; echoing what the request shows
 * (or guessing, where it shows nothing) costs nothing, or g for a guess by a cheap model.
 *
 * With a share e of requests about claims that are known to be false (forced errors: the client or the protocol plants them),
 * a lazy answer that confirms everything is found out with probability e, and then loses the verifier's stake V and the fee:
 *
 *   honest F - c,   lazy (1 - e) F - e V - g,   so honesty pays when e >= (c - g) / (F + V).
 *
 * Under commit-reveal the request shows no token, and a lazy answer is a guess that agrees with the truth with probability a;
 * disagreement with the majority forfeits fee and stake:
 *
 *   lazy a F - (1 - a) V - g,   so honesty pays when 1 - a >= (c - g) / (F + V), that is, a <= 1 - (c - g) / (F + V).
 *
 * Source of forced errors: J. Teutsch and C. Reitwiessner, A scalable verification solution for blockchains (2017); of the dilemma:
 * L. Luu and others, Demystifying incentives in the consensus computer (2015).
 */
import { hypergeometricDistribution } from "../../src/statistics/hypergeometric.ts";

export interface VerifierTerms {
  readonly fee: number;
  readonly stake: number;
  /** Of computing one answer. */
  readonly cost: number;
  /** Of a lazy answer. */
  readonly lazyCost: number;
}

export function honestVerifierProfit({ fee, cost }: VerifierTerms): number {
  return fee - cost;
}

/** `foundOut`: probability that a lazy answer is shown to be wrong. */
export function lazyVerifierProfit({ fee, stake, lazyCost }: VerifierTerms, foundOut: number): number {
  return (1 - foundOut) * fee - foundOut * stake - lazyCost;
}

/** The chance of being found out from which on honesty pays; above 1 where nothing is enough. */
export function leastFoundOut({ fee, stake, cost, lazyCost }: VerifierTerms): number {
  return Math.max(0, (cost - lazyCost) / (fee + stake));
}

/**
 * Probability that a majority of m verifiers, drawn without replacement from n identities of which s belong to a briber, are
 * the briber's: the hypergeometric tail. With exactly half of an even m undecided, a claim is not confirmed.
 */
export function briberMajority(identities: number, owned: number, asked: number): number {
  return 1 - hypergeometricDistribution(Math.floor(asked / 2), { total: identities, marked: owned, draws: asked });
}

/** Stakes that a Sybil attacker locks up to own that share of the identities: share / (1 - share) for each honest one, V each. */
export function sybilStake(honestIdentities: number, share: number, stake: number): number {
  return ((honestIdentities * share) / (1 - share)) * stake;
}

/**
 * A client that bribes most of the verifiers it asks has honest work voided: it keeps the reward R, and the node loses its stake. That
 * pays while R exceeds all bribes, so the highest bribe it can afford to each of floor(m / 2) + 1 verifiers is R over their number. A
 * retest by miners (2026.1) ends it, at the price of one more verification.
 */
export function highestBribe(reward: number, asked: number): number {
  return reward / (Math.floor(asked / 2) + 1);
}
