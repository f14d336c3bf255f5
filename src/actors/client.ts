/** A client (whitepaper 2.4): posts jobs and receives nodes' messages. What it does about a job is its behavior's business. */
import { nonceHash } from "../protocol/jobs/index-derivation.ts";
import { encodeJob, type Job, jobId } from "../protocol/jobs/job.ts";
import { unwrap } from "../protocol/result.ts";
import { type Transaction, transactionBytes, transactionId } from "../protocol/transaction.ts";
import { Process, type Script } from "../sim/process.ts";
import type { Stream } from "../sim/streams.ts";
import { ClientAccount } from "./accounts.ts";
import { ClientJob } from "./client-job.ts";
import { type Assignment, JobRun, type PayingClient } from "./job-run.ts";
import { bytesOf, type Party } from "./party.ts";
import type { SimContext } from "./sim-context.ts";
import type { ClientGroup } from "./world-settings.ts";

/** The transaction that funds an escrow; any payment has a higher sequence. */
const FUNDING_SEQUENCE = 0;

export class Client implements PayingClient {
  readonly party: Party;
  readonly group: ClientGroup;
  readonly account = new ClientAccount();
  readonly #world: SimContext;
  readonly #draw: Stream;
  #machineFreeAtUs = 0;

  constructor(world: SimContext, party: Party, group: ClientGroup) {
    this.#world = world;
    this.party = party;
    this.group = group;
    this.#draw = world.streams.fresh(`${party.name}/jobs`);
  }

  /** Its machine verifies until then; a time that has passed if it does not. */
  get verifiesUntilUs(): number {
    return this.#machineFreeAtUs;
  }

  /** Posts jobs from now on, with exponential intervals of this mean, up to a time. */
  start(meanIntervalUs: number, untilUs: number): void {
    new Process(this.#world.kernel, this.party.name, this.#postJobs(meanIntervalUs, untilUs));
  }

  *#postJobs(meanIntervalUs: number, untilUs: number): Script {
    const { kernel } = this.#world;
    for (let number = 0; ; number++) {
      yield Math.ceil(this.#draw.exponential(meanIntervalUs));
      if (kernel.nowUs > untilUs || number >= (this.#world.settings.jobs.perClient ?? Infinity)) return;
      const run = this.#post(number);
      if (run === undefined) continue;
      new Process(kernel, run.name, this.group.behavior.follow(new ClientJob(this.#world, this, run)));
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
        ledger.protocol.rules.jobVersion === 1
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
    unwrap(ledger.submit(funding, this.party.id));
    unwrap(
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
        retentionBlocks: ledger.protocol.parameters.retentionBlocks,
      }),
    );
    this.account.posted++;
    log?.record("job.posted", { job: name, prompt: prompt.number });
    this.#world.jobPosted(run);
    return run;
  }

  #refill(): void {
    const { feeUnits } = this.#world.settings.jobs;
    const redemption = this.party.wallet.redeem(feeUnits);
    if (redemption !== undefined) this.#world.submit(this.party, redemption);
    this.account.outOfFunds++;
    this.#world.log?.record("client.broke", { client: this.party.name });
  }

  /** The first acceptance counts where acceptance is exclusive; the pool decides which that is. */
  onAcceptance(run: JobRun, { node }: Assignment): void {
    const { ledger, log } = this.#world;
    const accepted = ledger.apply({ type: "accept", jobId: run.id, node: node.party.wallet.keyHash });
    if (!accepted.ok) {
      if (run.taker !== undefined) this.#world.notifyTaken(run, node);
      return;
    }
    log?.record("job.accepted", { job: run.name, node: node.name });
    if (ledger.protocol.rules.acceptance === "redundant") return;
    run.taker = node;
    for (const other of run.workers.keys()) if (other !== node) this.#world.notifyTaken(run, other);
  }

  onCommitment(run: JobRun, assignment: Assignment, testament: Transaction): void {
    const { ledger } = this.#world;
    const { node, commitmentHash } = assignment;
    const { keyHash } = node.party.wallet;
    if (!ledger.isFunded(testament)) {
      node.onCommitmentRejected(assignment);
      return;
    }
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
      node.onCommitmentRejected(assignment);
      return;
    }
    unwrap(ledger.submit(testament, node.party.id));
    node.account.feesUnits += this.#world.settings.jobs.feeUnits;
    run.commitments.push(assignment);
    if (!run.committed.fired) run.committed.fire(assignment);
  }

  /** Noise is signed like an output, and delivered for all that others can see. */
  onOutput(run: JobRun, { node }: Assignment, readable: boolean): void {
    const { ledger, disputes, log } = this.#world;
    const delivered = ledger.apply({ type: "deliver", jobId: run.id, node: node.party.wallet.keyHash });
    if (delivered.ok) disputes.onAnswer(run, "delivery");
    if (!delivered.ok || !readable || run.delivered.fired) return;
    log?.record("job.delivered", { job: run.name, node: node.name });
    run.delivered.fire();
  }

  occupyMachine(busyUs: number): number {
    const { nowUs } = this.#world.kernel;
    this.#machineFreeAtUs = Math.max(nowUs, this.#machineFreeAtUs) + busyUs;
    return this.#machineFreeAtUs - nowUs;
  }
}
