/**
 * What a token costs whoever generates it.
 *
 * A machine that is busy for t hours spends t W / 1000 kWh, and uses up t / (life x utilisation) of itself: of all the hours it
 * lives, only the busy ones earn. Generating B tokens after a prompt of A keeps it busy for
 *
 *   t = A / prefill rate + (B - 1) / decode rate        (the first token comes out of the prompt's prefill)
 *
 * and with r nodes at work on each job, of which one is paid, whoever is paid has to earn r times that. A verifier that reads
 * prompt and output once adds (A + B - 1) / prefill rate for each verified job.
 */
/** Tokens of a typical job. */
export interface JobShape {
  readonly promptTokens: number;
  readonly outputTokens: number;
}

export interface Rates {
  /** Prompts and claims, read many tokens at a time. */
  readonly prefillTokensPerSecond: number;
  /** Of all sequences that the machine generates side by side, together. */
  readonly decodeTokensPerSecond: number;
}

export interface MachinePrices {
  /** While it works. */
  readonly watts: number;
  readonly usdPerKwh: number;
  readonly hardwareUsd: number;
  readonly lifeYears: number;
  /** Share of its life in which it works for somebody who pays, in (0, 1]. */
  readonly utilisation: number;
}

export class MachineError extends Error {
  readonly code = "bad-machine";
}

export interface Overheads {
  /** Nodes that work on each job; 1 without redundant work. */
  readonly nodesPerJob: number;
  /** Share of jobs whose output somebody reads to verify it. */
  readonly verifiedShare: number;
}

const noOverheads: Overheads = { nodesPerJob: 1, verifiedShare: 0 };

/** Dollars for 1000 output tokens, by what they pay for. */
export interface TokenCost {
  readonly electricityUsd: number;
  readonly hardwareUsd: number;
  readonly totalUsd: number;
  /** Joules for 1000 output tokens. */
  readonly joules: number;
}

const SECONDS_PER_HOUR = 3600;
const HOURS_PER_YEAR = 8766;

/** Cost of 1000 output tokens. Throws MachineError for a figure that is no positive number. */
export function tokenCost(
  rates: Rates,
  prices: MachinePrices,
  job: JobShape,
  { nodesPerJob, verifiedShare }: Overheads = noOverheads,
): TokenCost {
  const seconds =
    nodesPerJob * generationSeconds(rates, job) +
    verifiedShare * ((job.promptTokens + job.outputTokens - 1) / rates.prefillTokensPerSecond);
  return costOfBusySeconds((1000 * seconds) / job.outputTokens, prices);
}

/** One job of one node. */
export function generationSeconds(rates: Rates, { promptTokens, outputTokens }: JobShape): number {
  requirePositive("prefill rate", rates.prefillTokensPerSecond);
  requirePositive("decode rate", rates.decodeTokensPerSecond);
  requirePositive("output tokens", outputTokens);
  return promptTokens / rates.prefillTokensPerSecond + (outputTokens - 1) / rates.decodeTokensPerSecond;
}

function costOfBusySeconds(seconds: number, prices: MachinePrices): TokenCost {
  const { watts, usdPerKwh, hardwareUsd, lifeYears, utilisation } = prices;
  requirePositive("watts", watts);
  requirePositive("life in years", lifeYears);
  if (!(utilisation > 0 && utilisation <= 1))
    throw new MachineError(`utilisation ${utilisation}: expected more than 0, at most 1`);
  const hours = seconds / SECONDS_PER_HOUR;
  const electricityUsd = hours * (watts / 1000) * usdPerKwh;
  const hardware = (hours * hardwareUsd) / (lifeYears * HOURS_PER_YEAR * utilisation);
  return { electricityUsd, hardwareUsd: hardware, totalUsd: electricityUsd + hardware, joules: seconds * watts };
}

/** The blog's own arithmetic (§2.5.5): so many tokens an hour at that power and price, electricity alone, nothing else. */
export function electricityUsdPer1000(tokensPerHour: number, watts: number, usdPerKwh: number): number {
  requirePositive("tokens per hour", tokensPerHour);
  return (((1000 / tokensPerHour) * watts) / 1000) * usdPerKwh;
}

function requirePositive(what: string, value: number): void {
  if (!(value > 0 && Number.isFinite(value))) throw new MachineError(`${what} ${value}: expected a positive number`);
}
