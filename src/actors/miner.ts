/**
 * A miner, modelled: it finds blocks as a Poisson process at its share of the hashrate and hashes nothing. Its blocks are real, hold real
 * transactions, and stand on the best block that has reached it, so that forks happen as propagation makes them.
 */
import type { Link } from "../protocol/chain/chain.ts";
import { transactionBytes } from "../protocol/transaction.ts";
import { Process, type Script } from "../sim/process.ts";
import { MinerAccount } from "./accounts.ts";
import type { Party } from "./party.ts";
import type { HasReceived } from "./shared-ledger.ts";
import type { FoundBlock, SimContext } from "./sim-context.ts";

/** Blocks further back are known to everybody. */
const RECENT_BLOCKS = 12;

export class Miner {
  readonly party: Party;
  readonly account = new MinerAccount();
  readonly #world: SimContext;

  constructor(world: SimContext, party: Party) {
    this.#world = world;
    this.party = party;
  }

  start(meanIntervalUs: number): void {
    new Process(this.#world.kernel, this.party.name, this.#mine(meanIntervalUs));
  }

  *#mine(meanIntervalUs: number): Script {
    const draw = this.#world.streams.fresh(`${this.party.name}/blocks`);
    for (let number = 0; ; number++) {
      yield Math.ceil(draw.exponential(meanIntervalUs));
      const { ledger } = this.#world;
      const data = Buffer.from(`${this.party.id}/${number}`).toString("hex");
      const block = ledger.assemble(this.#bestReceived(), this.party.wallet.condition, data, this.#hasReceived);
      this.account.blocks++;
      this.#world.blockFound(this.party, block);
    }
  }

  /** Floods take less than a second where nothing is in their way, and blocks minutes: then they are taken to have come. */
  readonly #hasReceived: HasReceived = (from, transaction, atUs) => {
    const { settings, messages, kernel } = this.#world;
    if (settings.outages === undefined) return true;
    return messages.floodArrivesUs(from, this.party.id, transactionBytes(transaction), atUs) <= kernel.nowUs;
  };

  /** The block with the most work that has reached this miner; among equals the one that came first. */
  #bestReceived(): Link {
    const { ledger, messages, kernel, recentBlocks } = this.#world;
    let best: { link: Link; arrivalUs: number } = { link: ledger.genesisLink, arrivalUs: 0 };
    for (const { link, finder, atUs, bytes } of recentBlocks) {
      const arrivalUs = messages.floodArrivesUs(finder.id, this.party.id, bytes, atUs);
      if (arrivalUs > kernel.nowUs) continue;
      const { work } = best.link;
      if (link.work > work || (link.work === work && arrivalUs < best.arrivalUs)) best = { link, arrivalUs };
    }
    return best.link;
  }
}

/** Keeps those that may not have reached everybody yet. */
export function dropOldBlocks(recent: FoundBlock[]): void {
  if (recent.length > RECENT_BLOCKS) recent.splice(0, recent.length - RECENT_BLOCKS);
}
