/**
 * Where a population of compute nodes ends up: replicator dynamics over the kinds of play, with entry and exit.
 *
 * Jobs come at D per hour, and go to a free node that hears of them, each equally likely (the schedulings `exclusive` and
 * `central`). With theta the rate at which a free node is given jobs, a node whose jobs take t hours is free 1 / (1 + theta t)
 * of the time and serves theta / (1 + theta t) jobs an hour; theta follows from
 *
 *   sum over nodes of theta / (1 + theta t) = min(D, what all can do)
 *
 * (mean field: nodes free or not independently of each other). A node of kind j earns that many times the expected profit of
 * a job (stakes.ts). Shares follow the discrete replicator equation with a little exploration e, so that a play that died
 * out can come back when it pays again:
 *
 *   x_j <- (1 - e) x_j exp(h (earnings_j - mean)) / sum + e / kinds,
 *
 * in steps h scaled to what the best earn. Nodes enter while the mean earns more than the outside option, and
 * leave while it earns less. Sources: P. D. Taylor and L. B. Jonker, Mathematical Biosciences 40 (1978), in the exponential form of
 * J. Hofbauer and K. Sigmund, Evolutionary Games and Population Dynamics (1998), section 8; the mean field is ours, and the
 * experiment `population` holds it against the whole simulator.
 */
export interface PopulationStrategy {
  readonly name: string;
  /** Expected profit of a job, in any one unit. */
  readonly profitPerJob: number;
  /** How long a job keeps a node busy. */
  readonly hoursPerJob: number;
}

export interface Market {
  readonly jobsPerHour: number;
  /** Nodes at the start, of all kinds together. */
  readonly nodes: number;
  /** What a node could earn elsewhere in an hour, in the unit of profits. */
  readonly outsidePerHour: number;
  /** Whether nodes enter and leave. */
  readonly openToEntry: boolean;
}

export interface StationaryPopulation {
  /** By play, in the order given; they add up to 1. */
  readonly shares: readonly number[];
  readonly nodes: number;
  readonly earningsPerNodeHour: readonly number[];
  readonly steps: number;
  /** False when it was still moving after `mostSteps`. */
  readonly converged: boolean;
}

const EXPLORATION = 1e-3;
const STEP = 0.5;
const REST = 1e-7;
const MOST_STEPS = 4_000;
const FEWEST_NODES = 1;
/** Halvings of the interval that theta is in: beyond what floating point tells apart at the precision needed. */
const HALVINGS = 45;

/** From equal shares until nothing moves. */
export function stationaryPopulation(strategies: readonly PopulationStrategy[], market: Market): StationaryPopulation {
  let shares = strategies.map(() => 1 / strategies.length);
  let nodes = market.nodes;
  for (let steps = 1; ; steps++) {
    const earnings = earningsPerNodeHour(strategies, shares, { ...market, nodes });
    // What others lose beyond that is no matter: a stake of a hundred rewards must not make all who live look alike.
    const scale = Math.max(Math.abs(Math.max(...earnings)), market.outsidePerHour, Number.MIN_VALUE);
    const next = replicated(shares, earnings, scale);
    const nextNodes = market.openToEntry ? entered(nodes, shares, earnings, market.outsidePerHour, scale) : nodes;
    const moved = Math.max(...next.map((share, j) => Math.abs(share - shares[j]!)), Math.abs(nextNodes / nodes - 1));
    [shares, nodes] = [next, nextNodes];
    if (moved < REST || steps === MOST_STEPS)
      return {
        shares,
        nodes,
        earningsPerNodeHour: earningsPerNodeHour(strategies, shares, { ...market, nodes }),
        steps,
        converged: moved < REST,
      };
  }
}

/** What a node of each kind earns in an hour in a population of these shares. */
export function earningsPerNodeHour(
  strategies: readonly PopulationStrategy[],
  shares: readonly number[],
  { jobsPerHour, nodes }: Pick<Market, "jobsPerHour" | "nodes">,
): number[] {
  const theta = offersPerFreeHour(strategies, shares, jobsPerHour / nodes);
  return strategies.map(({ profitPerJob, hoursPerJob }) => profitPerJob * served(theta, hoursPerJob));
}

/** Jobs an hour of a node that is offered theta an hour while it is free. */
function served(theta: number, hoursPerJob: number): number {
  return theta === Number.POSITIVE_INFINITY ? 1 / hoursPerJob : theta / (1 + theta * hoursPerJob);
}

/** Solves for theta by bisection; Infinity when there is more work than all nodes together can do. */
function offersPerFreeHour(
  strategies: readonly PopulationStrategy[],
  shares: readonly number[],
  jobsPerNodeHour: number,
): number {
  const done = (theta: number): number =>
    strategies.reduce((sum, { hoursPerJob }, j) => sum + shares[j]! * served(theta, hoursPerJob), 0);
  if (done(Number.POSITIVE_INFINITY) <= jobsPerNodeHour) return Number.POSITIVE_INFINITY;
  let [low, high] = [0, 1];
  while (done(high) < jobsPerNodeHour) high *= 2;
  for (let halving = 0; halving < HALVINGS; halving++) {
    const middle = (low + high) / 2;
    if (done(middle) < jobsPerNodeHour) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

function replicated(shares: readonly number[], earnings: readonly number[], scale: number): number[] {
  const best = Math.max(...earnings);
  const grown = shares.map((share, j) => share * Math.exp((STEP * (earnings[j]! - best)) / scale));
  const sum = grown.reduce((a, b) => a + b, 0);
  return grown.map((one) => (1 - EXPLORATION) * (one / sum) + EXPLORATION / shares.length);
}

function entered(
  nodes: number,
  shares: readonly number[],
  earnings: readonly number[],
  outside: number,
  scale: number,
): number {
  const mean = shares.reduce((sum, share, j) => sum + share * earnings[j]!, 0);
  const growth = Math.max(-0.5, Math.min(0.5, (STEP * (mean - outside)) / scale));
  return Math.max(FEWEST_NODES, nodes * (1 + growth));
}
