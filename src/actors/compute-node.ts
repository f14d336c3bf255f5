/**
 * A compute node (whitepaper 2.4, steps 2 and 3): works on one job at a time, and commits to the output with a stake. Its outputs are its
 * strategy's business, what it does afterwards its behavior's.
 */

import { commitmentHash, type Opening, outputHash } from "../protocol/jobs/commitment.ts";
import { unwrap } from "../protocol/result.ts";
import type { Condition } from "../protocol/spending-condition.ts";
import { type Transaction, transactionBytes } from "../protocol/transaction.ts";
import type { EventHandle } from "../sim/kernel.ts";
import type { Question } from "../sim/questions.ts";
import type { Stream } from "../sim/streams.ts";
import { addEffort, addEfforts, NodeAccount, noEffort } from "./accounts.ts";
import { workUs } from "./hardware-profile.ts";
import type { Assignment, JobRun, WorkingNode } from "./job-run.ts";
import { messagePayloadBytes } from "./message-sizes.ts";
import { NodeJob } from "./node-job.ts";
import type { OutputRecord, OutputRequest } from "./output-provider.ts";
import { hexOf, type Party } from "./party.ts";
import type { SimContext } from "./sim-context.ts";
import type { NodeGroup } from "./world-settings.ts";

/** How long a node that has committed waits for its payment. */
const PAYMENT_TIMEOUT_US = 60_000_000;

export class ComputeNode implements WorkingNode {
  readonly party: Party;
  readonly group: NodeGroup;
  readonly account = new NodeAccount();
  readonly #world: SimContext;
  readonly #draw: Stream;
  #current: { readonly run: JobRun; readonly assignment: Assignment } | undefined;
  #question: Question<OutputRequest, OutputRecord> | undefined;
  #finish: EventHandle | undefined;
  #finishAtUs = 0;
  /** Without coins for a stake; tries again when a block has brought some. */
  #underfunded = false;

  constructor(world: SimContext, party: Party, group: NodeGroup) {
    this.#world = world;
    this.party = party;
    this.group = group;
    this.#draw = world.streams.fresh(`${party.name}/salts`);
  }

  get name(): string {
    return this.party.name;
  }

  get idle(): boolean {
    return this.#current === undefined && !this.#underfunded;
  }

  /** Would work, and has no coins free for a stake. */
  get underfunded(): boolean {
    return this.#underfunded;
  }

  /** Looks for a job among those that have reached it, the oldest first. */
  readonly seek = (): void => {
    if (!this.idle) return;
    if (this.#world.moderator !== undefined) {
      this.#world.moderator.onNodeFree(this);
      return;
    }
    const { openJobs, kernel } = this.#world;
    for (const run of openJobs) {
      if (run.closedFromUs <= kernel.nowUs) {
        openJobs.delete(run);
        continue;
      }
      const arrivalUs = this.#jobArrivalUs(run);
      if (arrivalUs === Infinity) continue;
      if (arrivalUs > kernel.nowUs) kernel.scheduleAt(arrivalUs, deliverJob, { node: this, run });
      else if (this.#isOpenTo(run) && this.start(run)) return;
      else if (this.#underfunded) return;
    }
  };

  onJob(run: JobRun): void {
    if (this.idle && this.#isOpenTo(run)) this.start(run);
  }

  /** A block may have brought coins. */
  onBlock(): void {
    if (!this.#underfunded) return;
    this.#underfunded = false;
    this.seek();
  }

  #jobArrivalUs({ client, postedBytes, postedAtUs }: JobRun): number {
    return this.#world.messages.floodArrivesUs(client.party.id, this.party.id, postedBytes, postedAtUs);
  }

  /** Not if it works on it already, or knows that others have it or were paid for it. */
  #isOpenTo(run: JobRun): boolean {
    if (run.workers.has(this)) return false;
    const { payment } = run;
    const { messages, kernel, settings } = this.#world;
    const hasReceived = (from: Party, atUs: number, bytes: number) =>
      messages.floodArrivesUs(from.id, this.party.id, bytes, atUs) <= kernel.nowUs;
    if (payment !== undefined && hasReceived(run.client.party, payment.atUs, payment.bytes)) return false;
    if (settings.scheduling !== "exclusive") return true;
    for (const { node, startedAtUs } of run.workers.values())
      if (hasReceived(node.party, startedAtUs, messagePayloadBytes.accepted)) return false;
    return true;
  }

  /** Steps 2 and 3 up to the commitment. False if it has no free stake. */
  start(run: JobRun): boolean {
    const { kernel, settings, inference, log, messages } = this.#world;
    const { stakeUnits, feeUnits } = settings.jobs;
    const coins = this.party.wallet.take(stakeUnits + feeUnits) ?? this.#markUnderfunded(stakeUnits + feeUnits);
    if (coins === undefined) return false;
    const assignment: Assignment = {
      node: this,
      startedAtUs: kernel.nowUs,
      coins,
      record: undefined,
      opening: undefined,
      commitmentHash: undefined,
      state: "working",
      effort: undefined,
    };
    this.#current = { run, assignment };
    this.account.started++;
    run.workers.set(this, assignment);
    log?.record("job.started", { job: run.name, node: this.name });
    this.#world.flood(this.party, messagePayloadBytes.accepted);
    this.#world.floodArrives(this.party, run.client.party, messagePayloadBytes.accepted, () =>
      run.client.onAcceptance(run, assignment),
    );
    if (settings.scheduling === "exclusive")
      run.markClosed(messages.floodCompleteUs(this.party.id, messagePayloadBytes.accepted, kernel.nowUs));
    // A payment on its way reaches those too who begin after it was sent.
    if (run.payment !== undefined) this.expectPayment(run);
    const { strategy, hardware } = this.group;
    this.#question = inference.ask({ prompt: run.prompt, strategy }, hardware.overheadUs);
    this.#question.whenReady((record) => this.#onOutput(run, assignment, record));
    return true;
  }

  #markUnderfunded(neededUnits: number): undefined {
    const { wallet } = this.party;
    const { feeUnits } = this.#world.settings.jobs;
    const redemption = wallet.redeem(feeUnits);
    if (redemption !== undefined) {
      this.account.feesUnits += feeUnits;
      this.#world.submit(this.party, redemption);
    }
    this.#underfunded = true;
    this.account.underfunded++;
    this.#world.log?.record("node.starved", { node: this.name, units: wallet.units, neededUnits });
    return undefined;
  }

  /** The answer is there, and with it how long the work takes. */
  #onOutput(run: JobRun, assignment: Assignment, record: OutputRecord): void {
    this.#question = undefined;
    if (assignment.state !== "working") return;
    assignment.record = record;
    const { kernel } = this.#world;
    this.#finishAtUs = Math.max(kernel.nowUs, assignment.startedAtUs + workUs(record.work, this.group.hardware));
    this.#finish = kernel.scheduleAt(this.#finishAtUs, finishWork, { node: this, run, assignment });
  }

  /** Step 3: the commitment, and the testament that backs it. */
  commit(run: JobRun, assignment: Assignment): void {
    const { protocol } = this.#world.ledger;
    const salt = protocol.rules.outputHash === "salted" ? hexOf(this.#draw, 32) : "";
    const opening: Opening = { outputTokens: assignment.record!.outputTokens, salt };
    const hash = unwrap(outputHash(opening, protocol.rules));
    const rewardTo = this.party.wallet.keyHash;
    assignment.opening = opening;
    assignment.commitmentHash = commitmentHash({ jobId: run.id, outputHash: hash, rewardTo });
    assignment.state = "committed";
    this.#account(assignment, 1);
    this.account.committed++;
    const testament = this.#testament(run, assignment);
    const bytes = messagePayloadBytes.completed(transactionBytes(testament));
    const { log } = this.#world;
    log?.record("job.committed", { job: run.name, node: this.name, tokens: opening.outputTokens.length });
    this.#world.flood(this.party, bytes);
    this.#world.floodArrives(this.party, run.client.party, bytes, () =>
      run.client.onCommitment(run, assignment, testament),
    );
    this.#world.kernel.schedule(PAYMENT_TIMEOUT_US, onPaymentTimeout, { node: this, run, assignment });
    this.#current = undefined;
    this.seek();
  }

  #testament(run: JobRun, assignment: Assignment): Transaction {
    const { stakeUnits, feeUnits } = this.#world.settings.jobs;
    const { wallet } = this.party;
    const scriptPubKey: Condition = { kind: "testament", jobId: run.id, node: wallet.keyHash };
    return wallet.pay(assignment.coins, { value: stakeUnits, scriptPubKey }, feeUnits, run.id);
  }

  /** Work so far goes to the account; `share` of what the whole would have been. */
  #account(assignment: Assignment, share: number): void {
    const effort = noEffort();
    const busyUs = this.#world.kernel.nowUs - assignment.startedAtUs;
    addEffort(effort, assignment.record?.work ?? [], busyUs, this.group.hardware, share);
    addEfforts(this.account.generation, effort);
    assignment.effort = effort;
  }

  expectPayment(run: JobRun): void {
    const { kernel } = this.#world;
    const arrivalUs = this.#paymentArrivalUs(run);
    if (arrivalUs < Infinity) kernel.scheduleAt(Math.max(kernel.nowUs, arrivalUs), deliverPayment, { node: this, run });
  }

  #paymentArrivalUs({ payment, client }: JobRun): number {
    if (payment === undefined) return Infinity;
    return this.#world.messages.floodArrivesUs(client.party.id, this.party.id, payment.bytes, payment.atUs);
  }

  /** The paid node goes on to step 5; the others stop. */
  onPayment(run: JobRun): void {
    const assignment = run.workers.get(this)!;
    if (run.payment!.assignment === assignment)
      this.group.behavior.paid(new NodeJob(this.#world, this, run, assignment));
    else this.stop(run);
  }

  onNoOutputCharge(run: JobRun): void {
    this.group.behavior.accused(new NodeJob(this.#world, this, run, run.workers.get(this)!));
  }

  /** Further work on this job would be wasted. */
  stop(run: JobRun): void {
    const assignment = run.workers.get(this)!;
    if (assignment.state !== "working") return;
    const { kernel, log } = this.#world;
    assignment.state = "stopped";
    if (this.#question !== undefined) this.#question.drop();
    if (this.#finish !== undefined) kernel.cancel(this.#finish);
    const doneUs = kernel.nowUs - assignment.startedAtUs - this.group.hardware.overheadUs;
    const wholeUs = this.#finishAtUs - assignment.startedAtUs - this.group.hardware.overheadUs;
    this.#account(assignment, assignment.record === undefined || wholeUs <= 0 ? 0 : Math.max(0, doneUs / wholeUs));
    for (const { point } of assignment.coins) this.party.wallet.release(point);
    log?.record("job.stopped", { job: run.name, node: this.name });
    this.#question = undefined;
    this.#finish = undefined;
    this.#current = undefined;
    this.seek();
  }

  /** The commitment did not count: no stake is locked. */
  onCommitmentRejected(assignment: Assignment): void {
    for (const { point } of assignment.coins) this.party.wallet.release(point);
  }

  /** Nothing is wrong where the client has paid another node, and stands by it. */
  onPaymentTimeout(run: JobRun, assignment: Assignment): void {
    const { ledger, kernel } = this.#world;
    const { payment } = ledger.jobs.get(run.id)!;
    const replaced = run.payment?.assignment === assignment && payment?.node !== this.party.wallet.keyHash;
    if (payment === null || replaced || this.#paymentArrivalUs(run) > kernel.nowUs)
      this.group.behavior.unpaid(new NodeJob(this.#world, this, run, assignment));
  }
}

interface AtNode {
  readonly node: ComputeNode;
  readonly run: JobRun;
}

export function deliverJob({ node, run }: AtNode): void {
  node.onJob(run);
}

function deliverPayment({ node, run }: AtNode): void {
  node.onPayment(run);
}

function onPaymentTimeout({ node, run, assignment }: AtNode & { readonly assignment: Assignment }): void {
  node.onPaymentTimeout(run, assignment);
}

function finishWork({ node, run, assignment }: AtNode & { readonly assignment: Assignment }): void {
  node.commit(run, assignment);
}
