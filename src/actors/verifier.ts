/** A neighbour that is asked for the token at one position (whitepaper 2.5.3); one request at a time. */
import type { VerificationRequest } from "../protocol/verification/request.ts";
import { answerCommitment, bareTokenHash } from "../protocol/verification/token-answer.ts";
import type { Stream } from "../sim/streams.ts";
import { addEffort, VerifierAccount } from "./accounts.ts";
import type { TokenQuestion } from "./behaviors/verifiers.ts";
import { prefill } from "./compute-usage.ts";
import { workUs } from "./hardware-profile.ts";
import type { Assignment, JobRun } from "./job-run.ts";
import { hexOf, type Party } from "./party.ts";
import type { SimContext, VerifierAnswer, VerifierPeer } from "./sim-context.ts";
import { referenceToken } from "./verification.ts";
import type { VerifierGroup } from "./world-settings.ts";

export class Verifier implements VerifierPeer {
  readonly party: Party;
  readonly group: VerifierGroup;
  readonly account = new VerifierAccount();
  readonly #world: SimContext;
  readonly #draw: Stream;
  #freeAtUs = 0;

  constructor(world: SimContext, party: Party, group: VerifierGroup) {
    this.#world = world;
    this.party = party;
    this.group = group;
    this.#draw = world.streams.fresh(`${party.name}/salts`);
  }

  /** Its machine is busy until then; a time that has passed if it is not. */
  get verifiesUntilUs(): number {
    return this.#freeAtUs;
  }

  answer(request: VerificationRequest, run: JobRun, assignment: Assignment, arrivesAtUs: number): VerifierAnswer {
    this.account.asked++;
    const { jobId, sequenceIndex } = request;
    const verifier = this.party.wallet.keyHash;
    const { promptTokens, outputTokens, vocabularySize } = assignment.record!;
    const asked: TokenQuestion = {
      request,
      nodeKind: assignment.node.group.kind,
      vocabularySize,
      claimedToken:
        sequenceIndex < promptTokens.length
          ? promptTokens[sequenceIndex]!
          : outputTokens[sequenceIndex - promptTokens.length]!,
      referenceToken: () => referenceToken(run, assignment.record!, sequenceIndex),
    };
    const { token, readTokens } = this.group.behavior.answer(asked, this.group.colludesWith);
    let readyAtUs = arrivesAtUs;
    if (readTokens > 0) {
      const reading = prefill(this.#world.settings.modelRoot, readTokens);
      const busyUs = workUs(reading, this.group.hardware);
      addEffort(this.account.verification, reading, busyUs, this.group.hardware);
      this.#freeAtUs = Math.max(arrivesAtUs, this.#freeAtUs) + busyUs;
      readyAtUs = this.#freeAtUs;
    }
    const withheld = this.#world.ledger.protocol.rules.outsourcing === "claim-withheld";
    const salt = withheld ? hexOf(this.#draw, 32) : "";
    const hash = withheld ? answerCommitment({ jobId, sequenceIndex, verifier, salt, token }) : bareTokenHash(token);
    return { verifier, partyId: this.party.id, readyAtUs, hash, salt, token };
  }
}
