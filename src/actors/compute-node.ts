/**
 * A compute node (whitepaper 2.4, steps 2 and 3): works on one job at a time, and commits to the output with a stake. What it claims is its
 * strategy's business, what it does afterwards its conduct's.
 */

import { commitmentHash, type Opening, outputHash } from "../protocol/jobs/commitment.ts";
import type { Condition } from "../protocol/spending-condition.ts";
import { type Transaction, transactionBytes } from "../protocol/transaction.ts";
import type { EventHandle } from "../sim/kernel.ts";
import type { Question } from "../sim/questions.ts";
import type { Stream } from "../sim/streams.ts";
import { addEffort, addEfforts, NodeAccount, noEffort } from "./accounts.ts";
import type { ClaimQuestion, ClaimRecord } from "./claim.ts";
import { workUs } from "./hardware-profile.ts";
import type { JobRun, Work, WorkingNode } from "./job-run.ts";
import { messagePayloadBytes } from "./message-sizes.ts";
import { NodeJob } from "./node-job.ts";
import { hexOf, type Party } from "./party.ts";
import type { Surroundings } from "./surroundings.ts";
import { must } from "./verification.ts";
import type { NodeGroup } from "./world-settings.ts";

/** A node that has committed waits so long for a payment. */
const PAYMENT_PATIENCE_US = 60_000_000;

export class ComputeNode implements WorkingNode {
  readonly party: Party;
  readonly group: NodeGroup;
  readonly account = new NodeAccount();
  readonly #world: Surroundings;
  readonly #draw: Stream;
  #current: { readonly run: JobRun; readonly work: Work } | undefined;
  #question: Question<ClaimQuestion, ClaimRecord> | undefined;
  #finish: EventHandle | undefined;
  #finishAtUs = 0;
  /** Without coins for a stake; tries again when a block has brought some. */
  #starved = false;

  constructor(world: Surroundings, party: Party, group: NodeGroup) {
    this.#world = world;
    this.party = party;
    this.group = group;
    this.#draw = world.streams.fresh(`${party.name}/salts`);
  }

  get name(): string {
    return this.party.name;
  }

  get idle(): boolean {
    return this.#current === undefined && !this.#starved;
  }

  /** Would work, and has no coins free for a stake. */
  get starved(): boolean {
    return this.#starved;
  }

  /** Looks for a job among those it has heard of, the oldest first. */
  readonly seek = (): void => {
    if (!this.idle) return;
    if (this.#world.moderator !== undefined) {
      this.#world.moderator.nodeIsFree(this);
      return;
    }
    const { openJobs, kernel } = this.#world;
    for (const run of openJobs) {
      if (run.unwantedFromUs <= kernel.nowUs) {
        openJobs.delete(run);
        continue;
      }
      const heardAtUs = this.#hearsUs(run);
      if (heardAtUs === Infinity) continue;
      if (heardAtUs > kernel.nowUs) kernel.scheduleAt(heardAtUs, hearJob, { node: this, run });
      else if (this.#wants(run) && this.start(run)) return;
      else if (this.#starved) return;
    }
  };

  hear(run: JobRun): void {
    if (this.idle && this.#wants(run)) this.start(run);
  }

  /** A block may have brought coins. */
  blockArrived(): void {
    if (!this.#starved) return;
    this.#starved = false;
    this.seek();
  }

  #hearsUs({ client, postedBytes, postedAtUs }: JobRun): number {
    return this.#world.messages.floodArrivesUs(client.party.id, this.party.id, postedBytes, postedAtUs);
  }

  /** Not if it works on it already, or has heard that others have it or were paid for it. */
  #wants(run: JobRun): boolean {
    if (run.workers.has(this)) return false;
    const { payment } = run;
    const { messages, kernel, settings } = this.#world;
    const heard = (from: Party, atUs: number, bytes: number) =>
      messages.floodArrivesUs(from.id, this.party.id, bytes, atUs) <= kernel.nowUs;
    if (payment !== undefined && heard(run.client.party, payment.atUs, payment.bytes)) return false;
    if (settings.scheduling !== "exclusive") return true;
    for (const { node, startedAtUs } of run.workers.values())
      if (heard(node.party, startedAtUs, messagePayloadBytes.accepted)) return false;
    return true;
  }

  /** Steps 2 and 3 up to the commitment. False if it has no free stake. */
  start(run: JobRun): boolean {
    const { kernel, settings, claims, log, messages } = this.#world;
    const { stakeUnits, feeUnits } = settings.jobs;
    const coins = this.party.wallet.take(stakeUnits + feeUnits) ?? this.#starve(stakeUnits + feeUnits);
    if (coins === undefined) return false;
    const work: Work = {
      node: this,
      startedAtUs: kernel.nowUs,
      coins,
      record: undefined,
      opening: undefined,
      commitmentHash: undefined,
      state: "working",
      effort: undefined,
    };
    this.#current = { run, work };
    this.account.started++;
    run.workers.set(this, work);
    log?.record("job.started", { job: run.name, node: this.name });
    this.#world.flood(this.party, messagePayloadBytes.accepted);
    this.#world.floodArrives(this.party, run.client.party, messagePayloadBytes.accepted, () =>
      run.client.hearAcceptance(run, work),
    );
    if (settings.scheduling === "exclusive")
      run.nobodyWants(messages.everybodyHeardUs(this.party.id, messagePayloadBytes.accepted, kernel.nowUs));
    // A payment on its way reaches those too who begin after it was sent.
    if (run.payment !== undefined) this.expectPayment(run);
    const { strategy, hardware } = this.group;
    this.#question = claims.ask({ prompt: run.prompt, strategy }, hardware.overheadUs);
    this.#question.whenReady((record) => this.#answered(run, work, record));
    return true;
  }

  #starve(neededUnits: number): undefined {
    const { wallet } = this.party;
    const { feeUnits } = this.#world.settings.jobs;
    const claim = wallet.claim(feeUnits);
    if (claim !== undefined) {
      this.account.feesUnits += feeUnits;
      this.#world.submit(this.party, claim);
    }
    this.#starved = true;
    this.account.starved++;
    this.#world.log?.record("node.starved", { node: this.name, units: wallet.units, neededUnits });
    return undefined;
  }

  /** The answer is there, and with it how long the work takes. */
  #answered(run: JobRun, work: Work, record: ClaimRecord): void {
    this.#question = undefined;
    if (work.state !== "working") return;
    work.record = record;
    const { kernel } = this.#world;
    this.#finishAtUs = Math.max(kernel.nowUs, work.startedAtUs + workUs(record.work, this.group.hardware));
    this.#finish = kernel.scheduleAt(this.#finishAtUs, finishWork, { node: this, run, work });
  }

  /** Step 3: the commitment, and the testament that backs it. */
  commit(run: JobRun, work: Work): void {
    const { given } = this.#world.ledger;
    const salt = given.rules.outputHash === "salted" ? hexOf(this.#draw, 32) : "";
    const opening: Opening = { outputTokens: work.record!.outputTokens, salt };
    const hash = must(outputHash(opening, given.rules));
    const rewardTo = this.party.wallet.keyHash;
    work.opening = opening;
    work.commitmentHash = commitmentHash({ jobId: run.id, outputHash: hash, rewardTo });
    work.state = "committed";
    this.#account(work, 1);
    this.account.committed++;
    const testament = this.#testament(run, work);
    const bytes = messagePayloadBytes.completed(transactionBytes(testament));
    const { log } = this.#world;
    log?.record("job.committed", { job: run.name, node: this.name, tokens: opening.outputTokens.length });
    this.#world.flood(this.party, bytes);
    this.#world.floodArrives(this.party, run.client.party, bytes, () =>
      run.client.hearCommitment(run, work, testament),
    );
    this.#world.kernel.schedule(PAYMENT_PATIENCE_US, losePatience, { node: this, run, work });
    this.#current = undefined;
    this.seek();
  }

  #testament(run: JobRun, work: Work): Transaction {
    const { stakeUnits, feeUnits } = this.#world.settings.jobs;
    const { wallet } = this.party;
    const scriptPubKey: Condition = { kind: "testament", jobId: run.id, node: wallet.keyHash };
    return wallet.pay(work.coins, { value: stakeUnits, scriptPubKey }, feeUnits, run.id);
  }

  /** Work so far goes to the account; `share` of what the whole would have been. */
  #account(work: Work, share: number): void {
    const effort = noEffort();
    const busyUs = this.#world.kernel.nowUs - work.startedAtUs;
    addEffort(effort, work.record?.work ?? [], busyUs, this.group.hardware, share);
    addEfforts(this.account.generation, effort);
    work.effort = effort;
  }

  expectPayment(run: JobRun): void {
    const { kernel } = this.#world;
    const arrivesUs = this.#hearsOfPaymentUs(run);
    if (arrivesUs < Infinity) kernel.scheduleAt(Math.max(kernel.nowUs, arrivesUs), hearPayment, { node: this, run });
  }

  #hearsOfPaymentUs({ payment, client }: JobRun): number {
    if (payment === undefined) return Infinity;
    return this.#world.messages.floodArrivesUs(client.party.id, this.party.id, payment.bytes, payment.atUs);
  }

  /** The paid node goes on to step 5; the others stop. */
  paymentArrived(run: JobRun): void {
    const work = run.workers.get(this)!;
    if (run.payment!.work === work) this.group.conduct.paid(new NodeJob(this.#world, this, run, work));
    else this.stop(run);
  }

  accused(run: JobRun): void {
    this.group.conduct.accused(new NodeJob(this.#world, this, run, run.workers.get(this)!));
  }

  /** Further work on this job is in vain. */
  stop(run: JobRun): void {
    const work = run.workers.get(this)!;
    if (work.state !== "working") return;
    const { kernel, log } = this.#world;
    work.state = "stopped";
    if (this.#question !== undefined) this.#question.drop();
    if (this.#finish !== undefined) kernel.cancel(this.#finish);
    const doneUs = kernel.nowUs - work.startedAtUs - this.group.hardware.overheadUs;
    const wholeUs = this.#finishAtUs - work.startedAtUs - this.group.hardware.overheadUs;
    this.#account(work, work.record === undefined || wholeUs <= 0 ? 0 : Math.max(0, doneUs / wholeUs));
    for (const { point } of work.coins) this.party.wallet.release(point);
    log?.record("job.stopped", { job: run.name, node: this.name });
    this.#question = undefined;
    this.#finish = undefined;
    this.#current = undefined;
    this.seek();
  }

  /** The commitment did not count: no stake is locked. */
  commitmentRefused(work: Work): void {
    for (const { point } of work.coins) this.party.wallet.release(point);
  }

  /** Nothing is wrong where the client has paid another node, and stands by it. */
  losePatience(run: JobRun, work: Work): void {
    const { ledger, kernel } = this.#world;
    const { payment } = ledger.jobs.get(run.id)!;
    const replaced = run.payment?.work === work && payment?.node !== this.party.wallet.keyHash;
    if (payment === null || replaced || this.#hearsOfPaymentUs(run) > kernel.nowUs)
      this.group.conduct.unpaid(new NodeJob(this.#world, this, run, work));
  }
}

interface AtNode {
  readonly node: ComputeNode;
  readonly run: JobRun;
}

export function hearJob({ node, run }: AtNode): void {
  node.hear(run);
}

function hearPayment({ node, run }: AtNode): void {
  node.paymentArrived(run);
}

function losePatience({ node, run, work }: AtNode & { readonly work: Work }): void {
  node.losePatience(run, work);
}

function finishWork({ node, run, work }: AtNode & { readonly work: Work }): void {
  node.commit(run, work);
}
