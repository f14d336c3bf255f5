/** The sizes that a simulation counts are those of real messages. */
import { expect, test } from "vitest";
import { messagePayloadBytes } from "../../src/actors/message-sizes.ts";
import { Wallet } from "../../src/actors/wallet.ts";
import { sealOutput } from "../../src/protocol/jobs/output-encryption.ts";
import { encodeMessage, type Message } from "../../src/protocol/messages/message.ts";
import { signMessage } from "../../src/protocol/messages/signed.ts";
import { transactionBytes } from "../../src/protocol/transaction.ts";

const secret = "05".repeat(32);
const jobId = "11".repeat(32);
const hash = "22".repeat(32);
const wallet = new Wallet(secret, 1000);
wallet.receive({ transactionId: hash, outputIndex: 0 }, 100_000);
const transaction = wallet.pay(wallet.take(50_000)!, { value: 50_000, scriptPubKey: wallet.condition }, 100, jobId);

/** Payload of a message on the wire: what follows sender, receiver, type and its own length. */
function payloadBytes(message: Message): number {
  const whole = encodeMessage({ sender: "00".repeat(20), receiver: "00".repeat(20), message }).length - 41;
  return [1, 3, 5].map((width) => whole - width).find((size) => widthOf(size) === whole - size)!;
}
const widthOf = (size: number): number => (size < 0xfd ? 1 : size <= 0xffff ? 3 : 5);

test.each([0, 1, 40, 300])("messages about an output of %i tokens", (count) => {
  const outputTokens = Array.from({ length: count }, (_, i) => i);
  const opening = { outputTokens, salt: "33".repeat(32) };
  const sealed = Buffer.from(sealOutput(opening, jobId, wallet.publicKey, "09".repeat(32))).toString("hex");
  expect(messagePayloadBytes.output(opening)).toBe(
    payloadBytes(signMessage({ type: "output", jobId, sealed }, secret)),
  );
  const evidence = [[1, 2] as const, [3, 4] as const];
  const charge = {
    type: "charge-invalid-output" as const,
    jobId,
    salt: opening.salt,
    outputTokens,
    nonce: hash,
    evidence,
  };
  expect(messagePayloadBytes.chargeInvalid(opening, 2)).toBe(payloadBytes(signMessage(charge, secret)));
  const opened = { type: "commitment-opened" as const, jobId, salt: opening.salt, outputTokens };
  expect(messagePayloadBytes.opened(opening)).toBe(payloadBytes(opened));
});

test("messages of one size", () => {
  const signed = (content: Parameters<typeof signMessage>[0]) => payloadBytes(signMessage(content, secret) as Message);
  expect(messagePayloadBytes.accepted).toBe(signed({ type: "job-accepted", jobId }));
  expect(messagePayloadBytes.charge).toBe(signed({ type: "charge", jobId, charge: "unpaid" }));
  expect(messagePayloadBytes.verifyAnswer).toBe(signed({ type: "verify-answer", jobId, sequenceIndex: 1, hash }));
  expect(messagePayloadBytes.verifyOpening).toBe(
    signed({ type: "verify-opening", jobId, sequenceIndex: 1, salt: hash, token: 7 }),
  );
});

test("messages that carry a transaction", () => {
  const bytes = transactionBytes(transaction);
  const completed = {
    type: "job-completed" as const,
    jobId,
    outputHash: hash,
    rewardTo: wallet.keyHash,
    testament: transaction,
  };
  expect(messagePayloadBytes.completed(bytes)).toBe(payloadBytes(signMessage(completed, secret)));
  expect(messagePayloadBytes.payment(bytes)).toBe(
    payloadBytes({ type: "payment", node: wallet.keyHash, payment: transaction }),
  );
});

test.each([
  [10, 20],
  [200, 20],
  [300, 300],
])("a request about %i input and %i output tokens", (inputs, outputs) => {
  const message: Message = {
    type: "verify-request",
    jobId,
    seed: 1,
    inputTokens: Array.from({ length: inputs }, () => 1),
    outputTokens: Array.from({ length: outputs }, () => 1),
    sequenceIndex: 3,
  };
  expect(messagePayloadBytes.verifyRequest(inputs, outputs)).toBe(payloadBytes(message));
});
