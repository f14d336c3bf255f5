/** What a block may create out of nothing (whitepaper 2.3): 50 coins, halving every 1,000,000 blocks, rounded down to units. */
import type { ChainParameters } from "./chain-parameters.ts";

/** Units that the block at this height pays its miner beside the fees. The genesis block has no miner. */
export function rewardUnits(heightBlocks: number, parameters: ChainParameters): number {
  if (heightBlocks === 0) return 0;
  const halvings = Math.floor(heightBlocks / parameters.halvingIntervalBlocks);
  return Math.floor(parameters.initialRewardUnits / 2 ** halvings);
}
