/** A client (whitepaper 2.4, steps 1, 4 and 6): posts jobs, pays the first commitment, verifies, disputes. */
import { nonceHash } from "../protocol/jobs/index-derivation.ts";
import { encodeJob, type Job, jobId } from "../protocol/jobs/job.ts";
import { checkPayment } from "../protocol/messages/checks.ts";
import { finalSequence, type Transaction, transactionBytes, transactionId } from "../protocol/transaction.ts";
import { firstOf } from "../sim/first-of.ts";
import { Process, type Script } from "../sim/process.ts";
import type { Stream } from "../sim/streams.ts";
import { result } from "../sim/waitable.ts";
import { addEffort, ClientAccount } from "./accounts.ts";
import { workUs } from "./hardware-profile.ts";
import { JobRun, type PayingClient, type Work } from "./job-run.ts";
import { prefill } from "./ledger.ts";
import { messagePayloadBytes } from "./message-sizes.ts";
import { verifyOutsourced } from "./outsourced-verification.ts";
import { bytesOf, type Party } from "./party.ts";
import type { Surroundings } from "./surroundings.ts";
import { accepts, evidenceFor, must, planOf, readTokens } from "./verification.ts";
import type { ClientGroup } from "./world-settings.ts";

/** A client that has paid charges the node after waiting so long for its output. */
const DELIVERY_PATIENCE_US = 60_000_000;
/** The transaction that funds an escrow; any payment has a higher sequence. */
const FUNDING_SEQUENCE = 0;

export class Client implements PayingClient {
  readonly party: Party;
  readonly group: ClientGroup;
  readonly account = new ClientAccount();
  readonly #world: Surroundings;
  readonly #draw: Stream;
  #machineFreeAtUs = 0;

  constructor(world: Surroundings, party: Party, group: ClientGroup) {
    this.#world = world;
    this.party = party;
    this.group = group;
    this.#draw = world.streams.fresh(`${party.name}/jobs`);
  }

  /** Posts jobs from now on, on average one in so long, up to a time. */
  start(meanIntervalUs: number, untilUs: number): void {
    new Process(this.#world.kernel, this.party.name, this.#postJobs(meanIntervalUs, untilUs));
  }

  *#postJobs(meanIntervalUs: number, untilUs: number): Script {
    const { kernel } = this.#world;
    for (let number = 0; ; number++) {
      yield Math.ceil(this.#draw.exponential(meanIntervalUs));
      if (kernel.nowUs > untilUs) return;
      const run = this.#post(number);
      if (run !== undefined) new Process(kernel, run.name, this.#follow(run));
    }
  }

  /** Step 1. Every job takes the same draws, posted or not. */
  #post(number: number): JobRun | undefined {
    const { settings, kernel, ledger, log } = this.#world;
    const { tokenLimit, rewardUnits, feeUnits } = settings.jobs;
    const prompt = this.#draw.pick(settings.prompts);
    const nonce = bytesOf(this.#draw, 32);
    const coins = this.party.wallet.take(rewardUnits + feeUnits);
    if (coins === undefined) {
      this.#refill();
      return undefined;
    }
    const job: Job = {
      input: prompt.input,
      seed: prompt.seed,
      tokenLimit,
      timestampMs: ledger.nowMs,
      timelockMs: 0,
      clientHost: `${this.party.id}.clients.invalid`,
      clientPort: 8333,
      clientPublicKey: this.party.wallet.publicKey,
      model: "model",
      terms:
        ledger.given.rules.jobVersion === 1
          ? null
          : { modelRoot: settings.modelRoot, sampling: settings.sampling, nonceHash: nonceHash(nonce) },
    };
    const escrow = { value: rewardUnits, scriptPubKey: { kind: "escrow", jobId: jobId(job) } } as const;
    const funding = this.party.wallet.pay(coins, escrow, feeUnits, jobId(job), FUNDING_SEQUENCE);
    const postedBytes = encodeJob(job).length + transactionBytes(funding);
    const name = `${this.party.name}/${number}`;
    const run = new JobRun(kernel, {
      name,
      job,
      prompt,
      client: this,
      nonce,
      coins,
      funding,
      postedAtUs: kernel.nowUs,
      postedBytes,
    });
    must(ledger.submit(funding));
    must(
      ledger.apply({
        type: "create",
        jobId: run.id,
        client: this.party.wallet.keyHash,
        tokenLimit,
        timestampMs: job.timestampMs,
        timelockMs: 0,
        nonceHash: job.terms?.nonceHash ?? null,
        fundingId: transactionId(funding),
        escrowUnits: rewardUnits,
        retentionBlocks: ledger.given.parameters.retentionBlocks,
      }),
    );
    this.account.posted++;
    log?.record("job.posted", { job: name, prompt: prompt.number });
    this.#world.jobPosted(run);
    return run;
  }

  #refill(): void {
    const { feeUnits } = this.#world.settings.jobs;
    const claim = this.party.wallet.claim(feeUnits);
    if (claim !== undefined) this.#world.submit(claim);
    this.account.broke++;
    this.#world.log?.record("client.broke", { client: this.party.name });
  }

  /** Steps 4 and 6. */
  *#follow(run: JobRun): Script {
    const work = yield* result(run.committed);
    if (!this.group.pays) return;
    this.#pay(run, work);
    const { index } = yield* result(firstOf(this.#world.kernel, [run.delivered, DELIVERY_PATIENCE_US]));
    if (index === 1) {
      this.#chargeNoOutput(run);
      return;
    }
    // The output comes as a whole after the payment: the first token is readable with the last.
    this.account.firstTokenUs.push(this.#world.kernel.nowUs - run.postedAtUs);
    if (this.group.verification === "none") return;
    // Each job has a stream of its own: what became of one changes nothing for the others.
    const draw = this.#world.streams.fresh(`${run.name}/verification`);
    if (!draw.chance(this.group.verificationRate)) return;
    if (this.group.verification === "local") yield* this.#verifyLocally(run, work);
    else yield* this.#verifyByOthers(run, work, draw);
  }

  /** The first acceptance counts where acceptance is exclusive; the pool says which that is. */
  hearAcceptance(run: JobRun, { node }: Work): void {
    const { ledger, log } = this.#world;
    const accepted = ledger.apply({ type: "accept", jobId: run.id, node: node.party.wallet.keyHash });
    if (!accepted.ok) {
      if (run.taker !== undefined) this.#world.tellTaken(run, node);
      return;
    }
    log?.record("job.accepted", { job: run.name, node: node.name });
    if (ledger.given.rules.acceptance === "redundant") return;
    run.taker = node;
    for (const other of run.workers.keys()) if (other !== node) this.#world.tellTaken(run, other);
  }

  hearCommitment(run: JobRun, work: Work, testament: Transaction): void {
    const { ledger } = this.#world;
    const { node, commitmentHash } = work;
    const { keyHash } = node.party.wallet;
    const committed = ledger.apply({
      type: "commit",
      jobId: run.id,
      node: keyHash,
      commitmentHash: commitmentHash!,
      rewardTo: keyHash,
      testamentId: transactionId(testament),
      stakeUnits: this.#world.settings.jobs.stakeUnits,
    });
    if (!committed.ok) {
      node.commitmentRefused(work);
      return;
    }
    must(ledger.submit(testament));
    node.account.feesUnits += this.#world.settings.jobs.feeUnits;
    if (!run.committed.fired) run.committed.fire(work);
  }

  /** Step 4: the updated payment replaces the funding. */
  #pay(run: JobRun, work: Work): void {
    const { settings, ledger, kernel, floods, log } = this.#world;
    const { rewardUnits, feeUnits } = settings.jobs;
    const { keyHash } = work.node.party.wallet;
    const output = { value: rewardUnits, scriptPubKey: work.node.party.wallet.condition };
    const payment = this.party.wallet.pay(run.coins, output, feeUnits, run.id, finalSequence);
    const record = ledger.jobs.get(run.id)!;
    const paid = ledger.apply(must(checkPayment({ type: "payment", node: keyHash, payment }, run.funding, record)));
    // A node may have charged the client in the meantime, and the window be over.
    if (!paid.ok) return;
    must(ledger.submit(payment));
    const bytes = messagePayloadBytes.payment(transactionBytes(payment));
    run.payment = { work, atUs: kernel.nowUs, bytes };
    this.account.paid++;
    log?.record("job.paid", { job: run.name, node: work.node.name });
    floods.countFlood(bytes);
    for (const node of run.workers.keys()) node.expectPayment(run);
    this.#world.closeJob(run);
  }

  hearOutput(run: JobRun, { node }: Work): void {
    const { ledger, log } = this.#world;
    const delivered = ledger.apply({ type: "deliver", jobId: run.id, node: node.party.wallet.keyHash });
    if (!delivered.ok || run.delivered.fired) return;
    log?.record("job.delivered", { job: run.name, node: node.name });
    run.delivered.fire();
  }

  #chargeNoOutput(run: JobRun): void {
    const { ledger, floods, log } = this.#world;
    const charged = ledger.apply({ type: "charge-no-output", jobId: run.id, by: this.party.wallet.keyHash });
    if (!charged.ok) return;
    run.failedCheck = "no-output";
    log?.record("job.charged", { job: run.name, charge: "no-output", by: this.party.name });
    floods.countFlood(messagePayloadBytes.charge);
    this.#world.resolveAfterWindow(run);
  }

  /** On its own machine, which verifies one output at a time, all positions in one pass. */
  *#verifyLocally(run: JobRun, work: Work): Script {
    const { kernel, settings, ledger } = this.#world;
    const plan = planOf(run, work, ledger.given);
    const reading = prefill(settings.modelRoot, readTokens(plan));
    const busyUs = workUs(reading, this.group.hardware);
    this.#machineFreeAtUs = Math.max(kernel.nowUs, this.#machineFreeAtUs) + busyUs;
    yield this.#machineFreeAtUs - kernel.nowUs;
    addEffort(this.account.verification, reading, busyUs, this.group.hardware);
    const evidence = evidenceFor(plan, run, work.record!);
    this.#conclude(run, work, accepts(plan, evidence), evidence);
  }

  *#verifyByOthers(run: JobRun, work: Work, draw: Stream): Script {
    const { ledger } = this.#world;
    const plan = planOf(run, work, ledger.given);
    const answers = yield* verifyOutsourced(this.#world, this.party, draw, run, work, plan);
    const accepted = plan.violations.length === 0 && answers.every(({ verdict }) => verdict !== "differs");
    // Of a position whose majority is not known, the client says nothing against the claim.
    const evidence = answers.map(
      ({ sequenceIndex, claimedToken, referenceToken }) => [sequenceIndex, referenceToken ?? claimedToken] as const,
    );
    this.#conclude(run, work, accepted, evidence);
  }

  #conclude(run: JobRun, work: Work, accepted: boolean, evidence: readonly (readonly [number, number])[]): void {
    const { kernel, log } = this.#world;
    this.account.verified++;
    run.verified = accepted;
    log?.record("job.verified", { job: run.name, node: work.node.name, accepted });
    if (accepted) {
      this.account.verifiedUs.push(kernel.nowUs - run.postedAtUs);
      return;
    }
    this.account.rejected++;
    run.failedCheck = "verification";
    this.#world.chargeInvalidOutput(run, work, evidence);
  }
}
