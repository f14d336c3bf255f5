/**
 * Charges and their answers on their way (whitepaper 2.4): who brings what, whom it reaches, what decides and what it costs. What a charge
 * needs and what it leads to are src/protocol/jobs/disputes.ts's rules; here they get their messages, times and work.
 */
import type { Evidence, JobOperation } from "../protocol/jobs/operations.ts";
import { addEffort, noEffort } from "./accounts.ts";
import { prefill } from "./compute-usage.ts";
import { workUs } from "./hardware-profile.ts";
import type { Assignment, DisputeRecord, JobRun, WorkingNode } from "./job-run.ts";
import { messagePayloadBytes } from "./message-sizes.ts";
import type { Party } from "./party.ts";
import type { DisputeService, SimContext } from "./sim-context.ts";
import { accepts, claimedOutput, evidenceFor, planOf, readTokens } from "./verification.ts";

/** Nodes that are free learn of a ruling in this time. */
const RULING_PROPAGATION_US = 60_000_000;

export class Disputes implements DisputeService {
  readonly #world: SimContext;

  constructor(world: SimContext) {
    this.#world = world;
  }

  chargeUnpaid(run: JobRun, node: WorkingNode): void {
    const { party } = node;
    const bytes = messagePayloadBytes.charge;
    this.#world.floodArrives(party, run.client.party, bytes, () => {
      const operation = { type: "charge-unpaid", jobId: run.id, by: party.wallet.keyHash } as const;
      this.#openDispute(run, "unpaid", party, operation, bytes);
    });
  }

  chargeNoOutput(run: JobRun): void {
    const { party } = run.client;
    const bytes = messagePayloadBytes.charge;
    const operation = { type: "charge-no-output", jobId: run.id, by: party.wallet.keyHash } as const;
    if (this.#openDispute(run, "no-output", party, operation, bytes) === undefined) return;
    const { node } = run.payment!.assignment;
    this.#world.floodArrives(party, node.party, bytes, () => node.onNoOutputCharge(run));
  }

  chargeInvalidOutput(run: JobRun, evidence: readonly Evidence[], nonce: Uint8Array): void {
    const { ledger, settings, kernel, miners } = this.#world;
    const { party } = run.client;
    const { assignment } = run.payment!;
    const bytes = messagePayloadBytes.chargeInvalid(assignment.opening!, evidence.length);
    const dispute = this.#openDispute(
      run,
      "invalid-output",
      party,
      {
        type: "charge-invalid-output",
        jobId: run.id,
        by: party.wallet.keyHash,
        claim: claimedOutput(run, assignment.record!),
        salt: assignment.opening!.salt,
        nonce: Buffer.from(nonce).toString("hex"),
        evidence,
      },
      bytes,
    );
    if (dispute === undefined) return;
    const plan = planOf(run, assignment, ledger.protocol, nonce);
    const reading = prefill(settings.modelRoot, readTokens(plan));
    const busyUs = workUs(reading, settings.minerHardware);
    for (const miner of miners) {
      for (const effort of [miner.account.retests, dispute.retests])
        addEffort(effort, reading, busyUs, settings.minerHardware);
      const retest = () => {
        const found = evidenceFor(plan, run, assignment.record!);
        if (!ledger.apply({ type: "retest", jobId: run.id, evidence: found }).ok) return;
        if (!accepts(plan, found)) run.failedCheck = "verification";
        this.onAnswer(run, "re-test");
      };
      this.#world.floodArrives(party, miner.party, bytes, () => kernel.schedule(busyUs, retest));
    }
  }

  openCommitment(run: JobRun, { node, opening }: Assignment): void {
    const { ledger } = this.#world;
    const { outputTokens, salt } = opening!;
    const bytes = messagePayloadBytes.opened(opening!);
    const open = openDispute(run);
    if (open === undefined) return;
    this.#spend(open, () => this.#world.flood(node.party, bytes));
    this.#world.floodArrives(node.party, run.client.party, bytes, () => {
      if (!ledger.apply({ type: "open", jobId: run.id, outputTokens, salt }).ok) return;
      this.onAnswer(run, "opening");
      if (!run.delivered.fired) run.delivered.fire();
    });
  }

  onAnswer(run: JobRun, decidedBy: string): void {
    const open = openDispute(run);
    if (open === undefined) return;
    const { ledger, kernel, log } = this.#world;
    const { stage, dispute, ruling } = ledger.jobs.get(run.id)!;
    if (dispute !== null) return;
    open.end = stage === "voided" ? "upheld" : "dismissed";
    open.decidedBy = decidedBy;
    open.endedAtUs = kernel.nowUs;
    const slashed = [...run.workers.keys()].find(({ party }) => party.wallet.keyHash === ruling?.slashed);
    log?.record("job.dispute-ended", { job: run.name, by: decidedBy, stage, slashed: slashed?.name ?? null });
    run.markClosed(kernel.nowUs + RULING_PROPAGATION_US);
  }

  #openDispute(
    run: JobRun,
    charge: DisputeRecord["charge"],
    by: Party,
    operation: JobOperation,
    bytes: number,
  ): DisputeRecord | undefined {
    const { ledger, kernel, messages, log } = this.#world;
    const opened = ledger.apply(operation);
    const dispute: DisputeRecord = {
      charge,
      by: by.name,
      openedAtUs: kernel.nowUs,
      end: opened.ok ? "open" : "refused",
      decidedBy: opened.ok ? null : opened.rejection.code,
      endedAtUs: kernel.nowUs,
      messages: 0,
      bytes: 0,
      retests: noEffort(),
    };
    run.disputes.push(dispute);
    // What a pool rejects it does not pass on.
    const client = run.client.party;
    this.#spend(dispute, () => {
      if (opened.ok) this.#world.flood(by, bytes);
      else messages.countDirect(by.id, client.id, bytes, kernel.nowUs);
    });
    if (!opened.ok) {
      log?.record("job.charge-refused", { job: run.name, charge, by: by.name, code: opened.rejection.code });
      return undefined;
    }
    log?.record("job.charged", { job: run.name, charge, by: by.name });
    this.#resolveAfterWindow(run, charge);
    return dispute;
  }

  /** Messages of a charge are counted with it, too. */
  #spend(dispute: DisputeRecord, send: () => void): void {
    const { traffic } = this.#world.messages;
    const { messages, bytes } = traffic;
    send();
    dispute.messages += traffic.messages - messages;
    dispute.bytes += traffic.bytes - bytes;
  }

  /** A charge that nobody answers stands when its window is over. */
  #resolveAfterWindow(run: JobRun, charge: DisputeRecord["charge"]): void {
    const { ledger, kernel } = this.#world;
    kernel.schedule(ledger.protocol.parameters.counterProofWindowMs * 1000 + 1000, () => {
      if (!ledger.apply({ type: "resolve", jobId: run.id }).ok) return;
      // A miner that a charge of an invalid output cannot reach does not test it again: unanswered, it stands like any other.
      if (charge !== "unpaid") run.failedCheck = charge === "no-output" ? "no-output" : "not-tested-again";
      this.onAnswer(run, "end of the window");
    });
  }
}

function openDispute({ disputes }: JobRun): DisputeRecord | undefined {
  return disputes.find(({ end }) => end === "open");
}
