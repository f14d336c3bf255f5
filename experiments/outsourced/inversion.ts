/** How a client gets tokens out of verifiers for nothing: no job, no payment, one verification request for each token (whitepaper 2.5.3). */

import { messagePayloadBytes } from "../../src/actors/message-sizes.ts";
import type { OutputRecord } from "../../src/actors/output-provider.ts";
import type { RuleSet } from "../../src/protocol/revisions.ts";
import { verificationRequest } from "../../src/protocol/verification/request.ts";
import { answerCommitment, bareTokenHash } from "../../src/protocol/verification/token-answer.ts";
import { HEADER_BYTES } from "../../src/sim/network/message.ts";

/** The hash of every token, inverted. */
export function hashVocabulary(vocabularySize: number): Map<string, number> {
  const tokens = new Map<string, number>();
  for (let token = 0; token < vocabularySize; token++) tokens.set(bareTokenHash(token), token);
  return tokens;
}

export interface FreeCompletion {
  /** Tokens obtained, and how many of them by looking a hash up. */
  readonly tokens: number;
  readonly byInversion: number;
  /** Tokens of the honest completion that were asked for. */
  readonly wanted: number;
  readonly messages: number;
  readonly bytes: number;
  /** Read by verifiers. */
  readonly verifierTokens: number;
}

/**
 * Asks one honest verifier for token after token of the completion that an honest node would have been paid for. Stops where
 * the verifier's token leaves the transcript, beyond which nothing is known of the model.
 */
export function completeForFree(
  { promptTokens, outputTokens, referenceTokens, endTokens }: OutputRecord,
  seed: number,
  rules: RuleSet,
  tokenByHash: ReadonlyMap<string, number>,
): FreeCompletion {
  const disclosed = rules.outsourcing === "claim-disclosed";
  const obtained: number[] = [];
  let [byInversion, messages, bytes, verifierTokens] = [0, 0, 0, 0];
  const jobId = "00".repeat(32);
  const verifier = "00".repeat(20);
  const salt = "00".repeat(32);
  const send = (payloadBytes: number): void => {
    messages++;
    bytes += HEADER_BYTES + payloadBytes;
  };
  while (obtained.length < outputTokens.length) {
    const position = obtained.length;
    const sequenceIndex = promptTokens.length + position;
    // Where the request shows a claimed token, any will do.
    const claim = { inputTokens: promptTokens, outputTokens: [...obtained, 0], endTokens, tokenLimit: position + 1 };
    const request = verificationRequest(rules, jobId, seed, claim, sequenceIndex);
    if (!request.ok) throw new Error(request.rejection.message);
    send(messagePayloadBytes.verifyRequest(request.value.inputTokens.length, request.value.outputTokens.length));
    verifierTokens += sequenceIndex;
    const token = referenceTokens[position]!;
    const hash = disclosed ? bareTokenHash(token) : answerCommitment({ jobId, sequenceIndex, verifier, salt, token });
    send(messagePayloadBytes.verifyAnswer);
    const inverted = tokenByHash.get(hash);
    if (inverted !== undefined) byInversion++;
    else if (disclosed) break;
    else {
      // All answers are in: the client asks for the opening, as the rules let it, and reads the token.
      send(messagePayloadBytes.verifyAnswer);
      send(messagePayloadBytes.verifyOpening);
    }
    obtained.push(inverted ?? token);
    if (obtained[position] !== outputTokens[position]) break;
  }
  return { tokens: obtained.length, byInversion, wanted: outputTokens.length, messages, bytes, verifierTokens };
}
