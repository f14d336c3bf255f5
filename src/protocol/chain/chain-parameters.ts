/**
 * The numbers of money and chain: `full` as the sources give them, `minimal` small enough that tests, vectors and
 * short simulations reach every boundary.
 */
import { unitsPerCoin } from "../amount.ts";

export const chainParameterTable = {
  initialRewardUnits: { full: 50 * unitsPerCoin, minimal: 50 * unitsPerCoin, source: "whitepaper 2.3: 50 coins" },
  halvingIntervalBlocks: { full: 1_000_000, minimal: 10, source: "whitepaper 2.3" },
  blockIntervalMs: {
    full: 600_000,
    minimal: 1000,
    source: "our choice: Bitcoin's ten minutes; the sources only say that the target follows the hashrate",
  },
  retargetIntervalBlocks: { full: 2016, minimal: 4, source: "our choice: Bitcoin's two weeks of blocks" },
  /** Largest factor by which one retargeting moves the target, up or down. */
  retargetLimit: { full: 4, minimal: 4, source: "our choice: Bitcoin's" },
  /** The easiest target, which the chain starts with, is 2^bits - 1: a block takes 2^(256 - bits) hashes. */
  easiestTargetBits: { full: 224, minimal: 250, source: "our choice: Bitcoin's; minimal is mined in 64 hashes" },
  /** A block must be younger than the median of this many blocks before it. */
  medianTimeBlocks: { full: 11, minimal: 3, source: "our choice: Bitcoin's" },
  /** How far a block's time may be ahead of its receiver's clock. */
  maxFutureMs: { full: 7_200_000, minimal: 2000, source: "our choice: Bitcoin's two hours" },
  /** A coinbase may be spent this many blocks after its own: a reorganisation voids it and all that hangs on it. */
  coinbaseMaturityBlocks: { full: 100, minimal: 2, source: "our choice: Bitcoin's" },
  maxBlockBytes: { full: 1_000_000, minimal: 2000, source: "our choice: Bitcoin's of 2009 to 2017" },
  /** Least fee and least output that a pool takes in; blocks may hold less. */
  minFeeUnits: { full: 100, minimal: 10, source: "our choice: a hundred-thousandth of a coin" },
  minOutputUnits: { full: 1000, minimal: 20, source: "our choice: more than the fee that spending it costs" },
} as const;

export type ChainParameters = Readonly<Record<keyof typeof chainParameterTable, number>>;
