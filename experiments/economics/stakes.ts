/**
 * Expected profit of a job, and what follows from it. R the reward, S the stake, c what the work costs, v the share of jobs that
 * are verified, P the probability that a verification accepts. A node is paid unless a verification rejects it, and loses its
 * stake (and the reward: the client's commitment is void, §2.4) when one does. With q = v (1 - P), the chance of that,
 *
 *   profit = (1 - q) R - q S - c = R - q (R + S) - c.
 *
 * Money is in any one unit.
 */
export interface Stakes {
  readonly reward: number;
  readonly stake: number;
  /** v, in [0, 1]. */
  readonly verifiedShare: number;
}

/** A way to answer jobs. */
export interface Payoff {
  /** P: of one verification. */
  readonly acceptance: number;
  readonly cost: number;
}

/** q: the chance that a job ends in a slash. */
export function slashRisk({ verifiedShare }: Stakes, acceptance: number): number {
  return verifiedShare * (1 - acceptance);
}

export function expectedProfit(stakes: Stakes, { acceptance, cost }: Payoff): number {
  const { reward, stake } = stakes;
  return reward - slashRisk(stakes, acceptance) * (reward + stake) - cost;
}

/**
 * p*: the acceptance above which a play pays better than doing nothing. From profit = 0 with v = 1:
 * P R - (1 - P) S - c = 0, so P = (S + c) / (R + S). For other v, 1 - P* = (R - c) / (v (R + S)); at or below 0 it always pays.
 */
export function breakEvenAcceptance({ reward, stake, verifiedShare }: Stakes, cost: number): number {
  return 1 - (reward - cost) / (verifiedShare * (reward + stake));
}

/**
 * The acceptance above which a cheat pays better than honesty, the honest node being accepted with `honest.acceptance`:
 * q_cheat - q_honest = (c_honest - c_cheat) / (R + S), so
 *
 *   P* = P_honest - (c_honest - c_cheat) / (v (R + S)).
 *
 * With exact verification and v = 1 this is (S + R - saving) / (R + S): the sources' form with the saving forgone as the cost
 * difference.
 */
export function breakEvenAgainst({ reward, stake, verifiedShare }: Stakes, honest: Payoff, cost: number): number {
  return honest.acceptance - (honest.cost - cost) / (verifiedShare * (reward + stake));
}

/** Stake over reward at which p* is that, for a cheat whose work costs nothing: S / (R + S) = p*, so S / R = p* / (1 - p*). */
export function stakeRatioForBreakEven(acceptance: number): number {
  return acceptance / (1 - acceptance);
}

/**
 * The least stake over reward at which a cheat earns no more than an honest node:
 *
 *   v (P_honest - P_cheat) (R + S) >= c_honest - c_cheat, so S / R >= (c_honest - c_cheat) / (R v (P_honest - P_cheat)) - 1.
 *
 * 0 where no stake is needed; Infinity where none is enough. A cheat that passes more often than honesty (an exact check can
 * reject an honest node's rounding and accept the reference model's) gains by every stake: 0 if it loses without one.
 */
export function minStakeRatio(reward: number, verifiedShare: number, honest: Payoff, cheat: Payoff): number {
  const saving = honest.cost - cheat.cost;
  const caught = verifiedShare * (honest.acceptance - cheat.acceptance);
  if (caught <= 0) return saving <= caught * reward ? 0 : Number.POSITIVE_INFINITY;
  return Math.max(0, saving / (reward * caught) - 1);
}

/** The least share of jobs to verify with which a cheat earns no more than an honest node; above 1 where none is enough. */
export function minVerificationRate(
  { reward, stake }: Omit<Stakes, "verifiedShare">,
  honest: Payoff,
  cheat: Payoff,
): number {
  const saving = honest.cost - cheat.cost;
  if (saving <= 0) return 0;
  const caught = honest.acceptance - cheat.acceptance;
  return caught <= 0 ? Number.POSITIVE_INFINITY : saving / (caught * (reward + stake));
}

/** Stakes that an honest node expects to lose in so many jobs: jobs x v x false-reject probability x S. */
export function honestLoss(stakes: Stakes, falseReject: number, jobs: number): number {
  return jobs * slashRisk(stakes, 1 - falseReject) * stakes.stake;
}

/**
 * The stake from which on honest nodes leave, since they no longer earn anything: R - q (R + S) - c = 0 with q = v f, so
 * S = (R - c) / (v f) - R. Infinity without false rejects; negative where even without stake honesty does not pay.
 */
export function honestLeaveStake(
  { reward, verifiedShare }: Omit<Stakes, "stake">,
  falseReject: number,
  cost: number,
): number {
  const risk = verifiedShare * falseReject;
  return risk === 0
    ? reward >= cost
      ? Number.POSITIVE_INFINITY
      : Number.NEGATIVE_INFINITY
    : (reward - cost) / risk - reward;
}
