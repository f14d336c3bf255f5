/** What must hold at every moment of a run, whatever anybody does. A breach is a fault of ours, and stops the run. */
import { rewardUnits } from "../protocol/chain/reward.ts";
import { isOver, type JobRecord } from "../protocol/jobs/job-record.ts";
import { transactionId } from "../protocol/transaction.ts";
import type { Kernel } from "../sim/kernel.ts";
import type { JobRun } from "./job-run.ts";
import type { Party } from "./party.ts";
import type { SharedLedger } from "./shared-ledger.ts";

export class InvariantBroken extends Error {
  override readonly name = "InvariantBroken";
  readonly code = "invariant-broken";
}

export class Invariants {
  readonly #kernel: Kernel;
  readonly #ledger: SharedLedger;
  readonly #runs: readonly JobRun[];
  readonly #parties: readonly Party[];
  readonly #allocatedUnits: number;

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
      this.#slashedForACheck(record, run.name, run.failedCheck !== undefined);
      this.#escrowEndsOnce(record, run.name, mined);
    }
  }

  #coinsAreConserved(): void {
    const { chain, given } = this.#ledger;
    let units = 0;
    for (const [, { output }] of chain.outputs.entries()) units += output.value;
    let issued = this.#allocatedUnits;
    for (let height = 1; height <= chain.tip.heightBlocks; height++) issued += rewardUnits(height, given.parameters);
    if (units !== issued) this.#fail(`${units} units unspent, ${issued} issued`);
  }

  #nobodyIsInDebt(): void {
    for (const { name, wallet } of this.#parties)
      if (!(wallet.units >= 0)) this.#fail(`${name} has ${wallet.units} units`);
    for (const [key, { output }] of this.#ledger.chain.outputs.entries())
      if (!(output.value > 0)) this.#fail(`output ${key} is worth ${output.value}`);
  }

  #slashedForACheck({ ruling }: JobRecord, name: string, checkFailed: boolean): void {
    if (ruling !== null && ruling.slashed !== null && !checkFailed)
      this.#fail(`${name}: a stake was slashed, and no check of it is on record as failed`);
  }

  /** A payment in a block settles, a funding in a block discards, and a voided job has neither. */
  #escrowEndsOnce(record: JobRecord, name: string, mined: ReadonlySet<string>): void {
    const paid = record.payment !== null && mined.has(record.payment.transactionId);
    const funded = mined.has(record.fundingId);
    const { stage } = record;
    if (paid !== (stage === "settled") || funded !== (stage === "discarded"))
      this.#fail(
        `${name} is ${stage}: its payment ${paid ? "is" : "is not"} in a block, its funding ${funded ? "is" : "is not"}`,
      );
    if (isOver(record) !== (record.ruling !== null))
      this.#fail(`${name} is ${stage}, its ruling ${JSON.stringify(record.ruling)}`);
  }

  #minedTransactions(): Set<string> {
    const { chain } = this.#ledger;
    const mined = new Set<string>();
    for (let height = 1; height <= chain.tip.heightBlocks; height++)
      for (const transaction of chain.at(height)!.block.transactions) mined.add(transactionId(transaction));
    return mined;
  }

  #fail(what: string): never {
    throw new InvariantBroken(`at ${this.#kernel.nowUs} us: ${what}`);
  }
}
