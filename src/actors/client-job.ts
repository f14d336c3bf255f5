/** One job in its client's hands from the first commitment on: the moves that a behavior is made of (whitepaper 2.4, steps 4 and 6). */
import type { Evidence } from "../protocol/jobs/operations.ts";
import { checkPayment } from "../protocol/messages/checks.ts";
import type { RasticPlan } from "../protocol/rastic/plan.ts";
import { unwrap } from "../protocol/result.ts";
import { finalSequence, transactionBytes } from "../protocol/transaction.ts";
import { firstOf } from "../sim/first-of.ts";
import { HEADER_BYTES } from "../sim/network/message.ts";
import type { Script } from "../sim/process.ts";
import type { Stream } from "../sim/streams.ts";
import { result } from "../sim/waitable.ts";
import { addEffort, type ClientAccount } from "./accounts.ts";
import type { ClientMoves, Finding } from "./behaviors/clients.ts";
import { prefill } from "./compute-usage.ts";
import { workUs } from "./hardware-profile.ts";
import type { Assignment, JobRun } from "./job-run.ts";
import { messagePayloadBytes } from "./message-sizes.ts";
import { type Count, verifyOutsourced } from "./outsourced-verification.ts";
import { bytesOf, type Party } from "./party.ts";
import type { SimContext } from "./sim-context.ts";
import { accepts, evidenceFor, planOf, readTokens } from "./verification.ts";
import type { ClientGroup } from "./world-settings.ts";

/** How long a client that has paid waits for its output. */
const DELIVERY_TIMEOUT_US = 60_000_000;

/** The client as its jobs deal with it. */
interface JobsClient {
  readonly party: Party;
  readonly group: ClientGroup;
  readonly account: ClientAccount;
  /** Its machine does one thing after the other; microseconds until it has done this, too. */
  occupyMachine(busyUs: number): number;
}

export class ClientJob implements ClientMoves {
  readonly run: JobRun;
  readonly #world: SimContext;
  readonly #client: JobsClient;
  #draw: Stream | undefined;

  constructor(world: SimContext, client: JobsClient, run: JobRun) {
    this.#world = world;
    this.#client = client;
    this.run = run;
  }

  get commitments(): string[] {
    return this.run.commitments.map(({ node }) => node.group.kind);
  }

  *committed(): Script {
    yield this.run.committed;
  }

  pay(commitment = 0, sequence = finalSequence): boolean {
    const { run } = this;
    const assignment = run.commitments[commitment]!;
    const { settings, ledger, kernel, messages, disputes, log } = this.#world;
    const { account, party } = this.#client;
    const { rewardUnits, feeUnits } = settings.jobs;
    const { keyHash } = assignment.node.party.wallet;
    const output = { value: rewardUnits, scriptPubKey: assignment.node.party.wallet.condition };
    const payment = party.wallet.pay(run.coins, output, feeUnits, run.id, sequence);
    const record = ledger.jobs.get(run.id)!;
    if (!ledger.isFunded(payment)) return false;
    const paid = ledger.apply(unwrap(checkPayment({ type: "payment", node: keyHash, payment }, run.funding, record)));
    // A node may have charged the client in the meantime, and the window be over.
    if (!paid.ok) return false;
    unwrap(ledger.submit(payment, party.id));
    const bytes = messagePayloadBytes.payment(transactionBytes(payment));
    log?.record("job.paid", { job: run.name, node: assignment.node.name });
    this.#world.flood(party, bytes);
    disputes.onAnswer(run, "payment");
    if (run.payment !== undefined) return true;
    run.payment = { assignment, atUs: kernel.nowUs, bytes };
    account.paid++;
    for (const node of run.workers.keys()) node.expectPayment(run);
    run.markClosed(messages.floodCompleteUs(party.id, bytes, kernel.nowUs));
    return true;
  }

  *delivered(): Script<boolean> {
    const { run } = this;
    const { kernel } = this.#world;
    const { index } = yield* result(firstOf(kernel, [run.delivered, DELIVERY_TIMEOUT_US]));
    if (index === 1) return false;
    this.#client.account.firstTokenUs.push(kernel.nowUs - run.postedAtUs);
    return true;
  }

  chargeNoOutput(): void {
    this.#world.disputes.chargeNoOutput(this.run);
  }

  chargeInvalidOutput(evidence: readonly Evidence[], nonce: Uint8Array = this.run.nonce): void {
    this.#world.disputes.chargeInvalidOutput(this.run, evidence, nonce);
  }

  *verify(): Script<Finding | undefined> {
    const { group } = this.#client;
    if (group.verification === "none") return undefined;
    const draw = this.#stream();
    if (!draw.chance(group.verificationRate)) return undefined;
    const finding = yield* group.verification === "local" ? this.#verifyLocally() : this.#verifyByOthers(draw);
    this.#conclude(finding);
    return finding;
  }

  plan(nonce: Uint8Array = this.run.nonce): RasticPlan {
    return planOf(this.run, this.#paid, this.#world.ledger.protocol, nonce);
  }

  findingAt(nonce: Uint8Array): Finding {
    const plan = this.plan(nonce);
    const evidence = evidenceFor(plan, this.run, this.#paid.record!);
    return { accepted: accepts(plan, evidence), evidence };
  }

  drawNonce(): Uint8Array {
    return bytesOf(this.#stream(), 32);
  }

  *evaluateEverything(): Script {
    const { promptTokens, outputTokens } = this.#paid.record!;
    yield* this.#read(promptTokens.length + outputTokens.length - 1);
  }

  get #paid(): Assignment {
    return this.run.payment!.assignment;
  }

  /** Each job has a stream of its own: what became of one changes nothing for the others. */
  #stream(): Stream {
    this.#draw ??= this.#world.streams.fresh(`${this.run.name}/verification`);
    return this.#draw;
  }

  /** All positions in one pass. */
  *#verifyLocally(): Script<Finding> {
    yield* this.#read(readTokens(this.plan()));
    return this.findingAt(this.run.nonce);
  }

  /** Its machine does one thing at a time. */
  *#read(tokens: number): Script {
    const { account, group } = this.#client;
    const reading = prefill(this.#world.settings.modelRoot, tokens);
    const busyUs = workUs(reading, group.hardware);
    yield this.#client.occupyMachine(busyUs);
    addEffort(account.verification, reading, busyUs, group.hardware);
  }

  *#verifyByOthers(draw: Stream): Script<Finding> {
    const plan = this.plan();
    const { kernel, messages } = this.#world;
    const { inquiries } = this.#client.account;
    const askedAtUs = kernel.nowUs;
    const count: Count = (from, to, payloadBytes, sentAtUs) => {
      messages.countDirect(from, to, payloadBytes, sentAtUs);
      inquiries.messages++;
      inquiries.bytes += HEADER_BYTES + payloadBytes;
    };
    const answers = yield* verifyOutsourced(this.#world, this.#client.party, draw, this.run, this.#paid, plan, count);
    inquiries.tookUs.push(kernel.nowUs - askedAtUs);
    const accepted = plan.violations.length === 0 && answers.every(({ verdict }) => verdict !== "differs");
    // Of a position whose majority is not known, the client has nothing against the output.
    const evidence = answers.map(
      ({ sequenceIndex, claimedToken, referenceToken }) => [sequenceIndex, referenceToken ?? claimedToken] as const,
    );
    return { accepted, evidence };
  }

  #conclude({ accepted }: Finding): void {
    const { run } = this;
    const { kernel, log } = this.#world;
    const { account } = this.#client;
    account.verified++;
    run.verified = accepted;
    log?.record("job.verified", { job: run.name, node: this.#paid.node.name, accepted });
    if (accepted) account.verifiedUs.push(kernel.nowUs - run.postedAtUs);
    else account.rejected++;
  }
}
