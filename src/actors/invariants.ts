/** What must hold at every moment of a run, whatever anybody does. A breach is a fault of ours, and stops the run. */
import { rewardUnits } from "../protocol/chain/reward.ts";
import { isOver, type JobRecord } from "../protocol/jobs/job-record.ts";
import { type Transaction, transactionId } from "../protocol/transaction.ts";
import type { Kernel } from "../sim/kernel.ts";
import type { JobRun } from "./job-run.ts";
import type { Party } from "./party.ts";
import type { SharedLedger } from "./shared-ledger.ts";

export class InvariantBroken extends Error {
  override readonly name = "InvariantBroken";
  readonly code = "invariant-broken";
}

/** How the money of an escrow ends: each in exactly one way. */
type EscrowEnd =
  /** A block holds the payment: the node has it. */
  | "settled"
  /** A block holds the funding: the client has it back. */
  | "refunded"
  /** Voided by an upheld charge against the node, whose stake is the client's, too. */
  | "forfeited"
  /** Voided with all stakes returned. */
  | "void"
  /** Not decided at this time. */
  | "open";

/** Checked at every block and at the end, in every experiment: it takes a small part of a run's time. */
export class Invariants {
  readonly #kernel: Kernel;
  readonly #ledger: SharedLedger;
  readonly #runs: readonly JobRun[];
  readonly #parties: readonly Party[];
  readonly #allocatedUnits: number;
  /** Voids are for good, whatever the chain does. */
  readonly #voided = new Map<string, EscrowEnd>();

  constructor(kernel: Kernel, ledger: SharedLedger, runs: readonly JobRun[], parties: readonly Party[]) {
    this.#kernel = kernel;
    this.#ledger = ledger;
    this.#runs = runs;
    this.#parties = parties;
    this.#allocatedUnits = ledger.genesis.transactions[0]!.outputs.reduce((sum, { value }) => sum + value, 0);
  }

  check(): void {
    this.#coinsAreConserved();
    this.#nobodyIsInDebt();
    const mined = this.#minedTransactions();
    for (const run of this.#runs) {
      const record = this.#ledger.jobs.get(run.id)!;
      this.#slashedForACheck(record, run);
      this.#endsAsBefore(record, run.name, this.#endOf(record, run.name, mined));
    }
  }

  #coinsAreConserved(): void {
    const { chain, protocol } = this.#ledger;
    let units = 0;
    for (const [, { output }] of chain.outputs.entries()) units += output.value;
    let issued = this.#allocatedUnits;
    for (let height = 1; height <= chain.tip.heightBlocks; height++) issued += rewardUnits(height, protocol.parameters);
    if (units !== issued) this.#fail(`${units} units unspent, ${issued} issued`);
  }

  #nobodyIsInDebt(): void {
    for (const { name, wallet } of this.#parties)
      if (!(wallet.units >= 0)) this.#fail(`${name} has ${wallet.units} units`);
    for (const [key, { output }] of this.#ledger.chain.outputs.entries())
      if (!(output.value > 0)) this.#fail(`output ${key} is worth ${output.value}`);
  }

  #slashedForACheck({ ruling }: JobRecord, { name, failedCheck }: JobRun): void {
    if (ruling !== null && ruling.slashed !== null && failedCheck === undefined)
      this.#fail(`${name}: a stake was slashed, and no check of it is on record as failed`);
  }

  /** A payment in a block settles, a funding in a block discards, and a voided job has neither. */
  #endOf(record: JobRecord, name: string, mined: ReadonlyMap<string, Transaction>): EscrowEnd {
    const { stage, payment, ruling, client, fundingId } = record;
    const paid = payment !== null && mined.has(payment.transactionId);
    const funded = mined.has(fundingId);
    if (paid !== (stage === "settled") || funded !== (stage === "discarded"))
      this.#fail(
        `${name} is ${stage}: its payment ${paid ? "is" : "is not"} in a block, its funding ${funded ? "is" : "is not"}`,
      );
    if (isOver(record) !== (ruling !== null)) this.#fail(`${name} is ${stage}, its ruling ${JSON.stringify(ruling)}`);
    if (ruling === null) return "open";
    if (stage === "settled") {
      this.#paidTo(ruling.escrowTo, mined.get(payment!.transactionId)!, record, name);
      return "settled";
    }
    if (ruling.escrowTo !== client) this.#fail(`${name} is ${stage}, and its escrow goes to ${ruling.escrowTo}`);
    if (stage === "discarded") return "refunded";
    return ruling.slashed === null ? "void" : "forfeited";
  }

  #paidTo(owner: string, { outputs }: Transaction, { escrowUnits }: JobRecord, name: string): void {
    const units = outputs
      .filter(({ scriptPubKey: to }) => to.kind === "address" && to.keyHash === owner)
      .reduce((sum, { value }) => sum + value, 0);
    if (units < escrowUnits) this.#fail(`${name} is settled with ${units} of ${escrowUnits} units`);
  }

  #endsAsBefore({ jobId }: JobRecord, name: string, end: EscrowEnd): void {
    const before = this.#voided.get(jobId);
    if (before !== undefined && before !== end) this.#fail(`${name} was ${before} and is ${end}`);
    if (end === "void" || end === "forfeited") this.#voided.set(jobId, end);
  }

  #minedTransactions(): Map<string, Transaction> {
    const { chain } = this.#ledger;
    const mined = new Map<string, Transaction>();
    for (let height = 1; height <= chain.tip.heightBlocks; height++)
      for (const transaction of chain.at(height)!.block.transactions) {
        const id = transactionId(transaction);
        if (mined.has(id)) this.#fail(`transaction ${id} is in two blocks`);
        mined.set(id, transaction);
      }
    return mined;
  }

  #fail(what: string): never {
    throw new InvariantBroken(`at ${this.#kernel.nowUs} us: ${what}`);
  }
}
