/** Payload bytes of the messages that a simulation sends without building them; test/actors/message-sizes.test.ts builds them. */

import type { Opening } from "../protocol/jobs/commitment.ts";
import { publicKeyBytes, signatureBytes } from "../protocol/keys.ts";

const hashBytes = 32;
const keyHashBytes = 20;
const signedBytes = publicKeyBytes + signatureBytes;
const tagBytes = 32;

export const messagePayloadBytes = {
  accepted: hashBytes + signedBytes,
  charge: hashBytes + 1 + signedBytes,
  completed: (testamentBytes: number) => 2 * hashBytes + keyHashBytes + testamentBytes + signedBytes,
  payment: (paymentBytes: number) => keyHashBytes + paymentBytes,
  output: ({ outputTokens, salt }: Opening) => {
    const plain = 1 + salt.length / 2 + tokensBytes(outputTokens.length);
    const sealed = publicKeyBytes + plain + tagBytes;
    return hashBytes + varintBytes(sealed) + sealed + signedBytes;
  },
  chargeInvalid: ({ outputTokens, salt }: Opening, evidence: number) =>
    hashBytes + 1 + salt.length / 2 + tokensBytes(outputTokens.length) + hashBytes + 1 + 8 * evidence + signedBytes,
  opened: ({ outputTokens, salt }: Opening) => hashBytes + 1 + salt.length / 2 + tokensBytes(outputTokens.length),
  verifyRequest: (inputTokens: number, outputTokens: number) =>
    hashBytes + 4 + tokensBytes(inputTokens) + tokensBytes(outputTokens) + 4,
  verifyAnswer: hashBytes + 4 + hashBytes + signedBytes,
  verifyOpening: hashBytes + 4 + hashBytes + 4 + signedBytes,
};

function tokensBytes(count: number): number {
  return varintBytes(count) + 4 * count;
}

/** Bitcoin's variable-length integers, as src/protocol/wire.ts writes them. */
function varintBytes(value: number): number {
  return value < 0xfd ? 1 : value <= 0xffff ? 3 : 5;
}
