/** Chains in the minimal preset, and blocks mined for any place of them. */
import { type Block, coinbase, genesisBlock, headerHash, transactionsHash } from "../../../src/protocol/chain/block.ts";
import { Chain, type ChainOptions, type Link } from "../../../src/protocol/chain/chain.ts";
import type { ChainParameters } from "../../../src/protocol/chain/chain-parameters.ts";
import { mine } from "../../../src/protocol/chain/proof-of-work.ts";
import { rewardUnits } from "../../../src/protocol/chain/reward.ts";
import { parameters } from "../../../src/protocol/parameters.ts";
import type { Output, Transaction } from "../../../src/protocol/transaction.ts";
import { client, miner, node, pays } from "../people.ts";

export const minimal = parameters("minimal");

/** Starting money: 1000 units for the client, 600 for the node. */
export const genesis = genesisBlock(1_000_000, [pays(client, 1000), pays(node, 600)]);
export const allocation = genesis.transactions[0]!;

export function newChain(options: ChainOptions = {}, parameters: Partial<ChainParameters> = {}): Chain {
  return new Chain(genesis, { ...minimal, ...parameters }, options);
}

export interface Wishes {
  readonly parent?: Link;
  readonly transactions?: readonly Transaction[];
  /** Fees that the coinbase claims beside the reward. */
  readonly feesUnits?: number;
  readonly timestampMs?: number;
  readonly coinbaseOutputs?: readonly Output[];
  readonly coinbaseHeightBlocks?: number;
  /** Makes blocks of equal content differ. */
  readonly data?: string;
}

/** A mined block on the tip, or on the parent wished for, an interval of the minimal preset later. */
export function nextBlock(chain: Chain, wishes: Wishes = {}): Block {
  const parent = wishes.parent ?? chain.tip;
  const heightBlocks = wishes.coinbaseHeightBlocks ?? parent.heightBlocks + 1;
  const value = rewardUnits(heightBlocks, minimal) + (wishes.feesUnits ?? 0);
  const first = coinbase(heightBlocks, wishes.coinbaseOutputs ?? [pays(miner, value)], wishes.data);
  return sealed(chain, parent, {
    header: {
      timestampMs: wishes.timestampMs ?? parent.block.header.timestampMs + minimal.blockIntervalMs,
      previousHash: parent.hash,
      transactionsHash: "",
      nonce: 0,
    },
    transactions: [first, ...(wishes.transactions ?? [])],
  });
}

/** The block with its transactions hash and a nonce that reaches the target after `parent`. */
export function sealed(chain: Chain, parent: Link, { header, transactions }: Block): Block {
  const committed = { ...header, transactionsHash: transactionsHash(transactions) };
  return { header: mine(committed, chain.targetAfter(parent))!, transactions };
}

/** The receiver's clock in these tests: never behind. */
export const lateMs = 1_000_000_000;

/** Adds blocks that must fit, and gives the links they became. */
export function grow(chain: Chain, count: number, wishes: Wishes = {}): Link[] {
  const links: Link[] = [];
  for (let i = 0; i < count; i++) {
    const parent = i === 0 ? wishes.parent : links[i - 1];
    links.push(put(chain, nextBlock(chain, { ...wishes, ...(parent && { parent }) })));
  }
  return links;
}

export function put(chain: Chain, block: Block): Link {
  const added = chain.add(block, lateMs);
  if (!added.ok) throw new Error(`${added.rejection.code}: ${added.rejection.message}`);
  return chain.link(headerHash(block.header))!;
}

/** All money, by owner's outpoint: what must be equal when two states are equal. */
export function money(chain: Chain): Record<string, number> {
  return Object.fromEntries([...chain.outputs.entries()].map(([key, { output }]) => [key, output.value]).sort());
}
