/**
 * Messages between nodes (whitepaper 2.1): a header {sender, receiver, type, payload length} and a payload.
 *
 * The first five job messages are the prototype's, the others carry the steps of whitepaper 2.4 and 2.5.3 that it left out.
 * Sender and receiver are key hashes (20 bytes), the receiver all zeros for everybody. A message says what its sender claims;
 * whether that holds is the business of checks.ts.
 */

import { type Block, readBlock, writeBlock } from "../chain/block.ts";
import { type Job, readJob, writeJob } from "../jobs/job.ts";
import { publicKeyBytes, signatureBytes } from "../keys.ts";
import { readTransaction, type Transaction, writeTransaction } from "../transaction.ts";
import { type Decoded, decode, type WireField, type WireReader, WireWriter } from "../wire.ts";

export interface Envelope {
  readonly sender: string;
  readonly receiver: string;
  readonly message: Message;
}

export const everybody = "00".repeat(20);

/** Made by the holder of a key, whose signature covers type and payload (signed.ts). Public key and signature are hexadecimal. */
export interface Signed {
  readonly publicKey: string;
  readonly signature: string;
}

export interface Peer {
  readonly host: string;
  readonly port: number;
  readonly lastSeenMs: number;
  /** Bits: 1 compute node, 2 verifier, 4 miner, 8 seed. */
  readonly services: number;
}

/** Step 1: the job, and the transaction that funds its escrow. */
export interface JobCreated {
  readonly type: "job-created";
  readonly job: Job;
  readonly funding: Transaction;
}

/** Step 2. */
export interface JobAccepted extends Signed {
  readonly type: "job-accepted";
  readonly jobId: string;
}

/** Step 3: the commitment, and the transaction that locks the stake. */
export interface JobCompleted extends Signed {
  readonly type: "job-completed";
  readonly jobId: string;
  readonly outputHash: string;
  readonly rewardTo: string;
  readonly testament: Transaction;
}

/** Step 4: the update of the funding transaction, which pays `node`. */
export interface PaymentUpdate {
  readonly type: "payment";
  readonly node: string;
  readonly payment: Transaction;
}

/** Step 5: the output, encrypted to the client (output-encryption.ts). */
export interface OutputDelivered extends Signed {
  readonly type: "output";
  readonly jobId: string;
  readonly sealed: string;
}

/** Step 6, to one neighbour. */
export interface VerifyRequest {
  readonly type: "verify-request";
  readonly jobId: string;
  readonly seed: number;
  readonly inputTokens: readonly number[];
  readonly outputTokens: readonly number[];
  readonly sequenceIndex: number;
}

export interface VerifyAnswer extends Signed {
  readonly type: "verify-answer";
  readonly jobId: string;
  readonly sequenceIndex: number;
  /** Bare token hash (2023.1) or commitment (2026.1). */
  readonly hash: string;
}

export interface VerifyOpening extends Signed {
  readonly type: "verify-opening";
  readonly jobId: string;
  readonly sequenceIndex: number;
  readonly salt: string;
  readonly token: number;
}

/** A charge without further proof: the pool shows whether it holds. */
export interface Charged extends Signed {
  readonly type: "charge";
  readonly jobId: string;
  readonly charge: "unpaid" | "no-output";
}

/** The charge that an output is invalid, with its proof: the opened commitment, the nonce, and what the model says instead. */
export interface ChargedInvalid extends Signed {
  readonly type: "charge-invalid-output";
  readonly jobId: string;
  readonly salt: string;
  readonly outputTokens: readonly number[];
  readonly nonce: string;
  readonly evidence: readonly (readonly [sequenceIndex: number, referenceToken: number])[];
}

/** The counter-proof against a charge of withholding. */
export interface CommitmentOpened {
  readonly type: "commitment-opened";
  readonly jobId: string;
  readonly salt: string;
  readonly outputTokens: readonly number[];
}

export type Message =
  | JobCreated
  | JobAccepted
  | JobCompleted
  | PaymentUpdate
  | OutputDelivered
  | VerifyRequest
  | VerifyAnswer
  | VerifyOpening
  | Charged
  | ChargedInvalid
  | CommitmentOpened
  | { readonly type: "get-job"; readonly jobId: string }
  | { readonly type: "job"; readonly job: Job }
  | { readonly type: "transaction"; readonly transaction: Transaction }
  | { readonly type: "block"; readonly block: Block }
  | { readonly type: "get-peers" }
  | { readonly type: "peers"; readonly peers: readonly Peer[] };

/** A type's place here, counted from 1, is its number on the wire. */
const types = [
  "job-created",
  "job-accepted",
  "job-completed",
  "get-job",
  "job",
  "payment",
  "output",
  "verify-request",
  "verify-answer",
  "verify-opening",
  "charge",
  "charge-invalid-output",
  "commitment-opened",
  "transaction",
  "block",
  "get-peers",
  "peers",
] as const satisfies readonly Message["type"][];

const charges = ["unpaid", "no-output"] as const;
const hashBytes = 32;
const keyHashBytes = 20;
const maxSaltBytes = 32;
const maxHostBytes = 255;
const maxSealedBytes = 1 << 23;
const maxPayloadBytes = 1 << 24;

export function encodeMessage({ sender, receiver, message }: Envelope): Uint8Array {
  const payload = writePayload(new WireWriter(), message).finish();
  return new WireWriter()
    .hex(sender, keyHashBytes)
    .hex(receiver, keyHashBytes)
    .u8(typeNumber(message.type))
    .varint(payload.length)
    .bytes(payload)
    .finish();
}

export function decodeMessage(bytes: Uint8Array, trace?: WireField[]): Decoded<Envelope> {
  return decode(bytes, readEnvelope, trace);
}

export function typeNumber(type: Message["type"]): number {
  return types.indexOf(type) + 1;
}

/** The type of a number on the wire; undefined where there is none. */
export function typeOfNumber(number: number): Message["type"] | undefined {
  return types[number - 1];
}

function readEnvelope(reader: WireReader): Envelope {
  const sender = reader.hex("sender", keyHashBytes);
  const receiver = reader.hex("receiver", keyHashBytes);
  const number = reader.u8("type");
  const type = typeOfNumber(number);
  if (type === undefined)
    return reader.fail(
      "message-type",
      "type",
      `message type ${number}, known are 1 to ${types.length}`,
      reader.offset - 1,
    );
  return {
    sender,
    receiver,
    message: reader.part("payload", maxPayloadBytes, (payload) => readPayload(payload, type)),
  };
}

/** The payload without the signature that closes it, for those that have one: what is signed. */
export function writeContent(writer: WireWriter, message: Message): WireWriter {
  switch (message.type) {
    case "job-created":
      return writeTransaction(writeJob(writer, message.job), message.funding);
    case "job-accepted":
    case "get-job":
      return writer.hex(message.jobId, hashBytes);
    case "job-completed":
      writer.hex(message.jobId, hashBytes).hex(message.outputHash, hashBytes).hex(message.rewardTo, keyHashBytes);
      return writeTransaction(writer, message.testament);
    case "job":
      return writeJob(writer, message.job);
    case "payment":
      return writeTransaction(writer.hex(message.node, keyHashBytes), message.payment);
    case "output":
      return writer.hex(message.jobId, hashBytes).varHex(message.sealed);
    case "verify-request":
      writer.hex(message.jobId, hashBytes).u32(message.seed);
      return writeTokens(writeTokens(writer, message.inputTokens), message.outputTokens).u32(message.sequenceIndex);
    case "verify-answer":
      return writer.hex(message.jobId, hashBytes).u32(message.sequenceIndex).hex(message.hash, hashBytes);
    case "verify-opening":
      writer.hex(message.jobId, hashBytes).u32(message.sequenceIndex);
      return writer.hex(message.salt, hashBytes).u32(message.token);
    case "charge":
      return writer.hex(message.jobId, hashBytes).u8(charges.indexOf(message.charge));
    case "charge-invalid-output":
      writeTokens(writer.hex(message.jobId, hashBytes).varHex(message.salt), message.outputTokens);
      return writer.hex(message.nonce, hashBytes).list(message.evidence, (_, [index, token]) => {
        writer.u32(index).u32(token);
      });
    case "commitment-opened":
      return writeTokens(writer.hex(message.jobId, hashBytes).varHex(message.salt), message.outputTokens);
    case "transaction":
      return writeTransaction(writer, message.transaction);
    case "block":
      return writeBlock(writer, message.block);
    case "get-peers":
      return writer;
    case "peers":
      return writer.list(message.peers, (_, { host, port, lastSeenMs, services }) => {
        writer.text(host).u16(port).u64(lastSeenMs).u8(services);
      });
  }
}

function writePayload(writer: WireWriter, message: Message): WireWriter {
  writeContent(writer, message);
  if ("signature" in message) writer.hex(message.publicKey, publicKeyBytes).hex(message.signature, signatureBytes);
  return writer;
}

function readPayload(reader: WireReader, type: Message["type"]): Message {
  switch (type) {
    case "job-created":
      return { type, job: reader.within("job", readJob), funding: reader.within("funding", readTransaction) };
    case "job-accepted":
      return { type, jobId: readId(reader), ...readSigned(reader) };
    case "job-completed":
      return {
        type,
        jobId: readId(reader),
        outputHash: reader.hex("outputHash", hashBytes),
        rewardTo: reader.hex("rewardTo", keyHashBytes),
        testament: reader.within("testament", readTransaction),
        ...readSigned(reader),
      };
    case "get-job":
      return { type, jobId: readId(reader) };
    case "job":
      return { type, job: reader.within("job", readJob) };
    case "payment":
      return { type, node: reader.hex("node", keyHashBytes), payment: reader.within("payment", readTransaction) };
    case "output":
      return { type, jobId: readId(reader), sealed: reader.varHex("sealed", maxSealedBytes), ...readSigned(reader) };
    case "verify-request":
      return {
        type,
        jobId: readId(reader),
        seed: reader.u32("seed"),
        inputTokens: readTokens(reader, "inputTokens"),
        outputTokens: readTokens(reader, "outputTokens"),
        sequenceIndex: reader.u32("sequenceIndex"),
      };
    case "verify-answer":
      return {
        type,
        jobId: readId(reader),
        sequenceIndex: reader.u32("sequenceIndex"),
        hash: reader.hex("hash", hashBytes),
        ...readSigned(reader),
      };
    case "verify-opening":
      return {
        type,
        jobId: readId(reader),
        sequenceIndex: reader.u32("sequenceIndex"),
        salt: reader.hex("salt", hashBytes),
        token: reader.u32("token"),
        ...readSigned(reader),
      };
    case "charge":
      return { type, jobId: readId(reader), charge: readCharge(reader), ...readSigned(reader) };
    case "charge-invalid-output":
      return {
        type,
        jobId: readId(reader),
        salt: reader.varHex("salt", maxSaltBytes),
        outputTokens: readTokens(reader, "outputTokens"),
        nonce: reader.hex("nonce", hashBytes),
        evidence: reader.list("evidence", 8, (pair) => [pair.u32("sequenceIndex"), pair.u32("referenceToken")]),
        ...readSigned(reader),
      };
    case "commitment-opened":
      return {
        type,
        jobId: readId(reader),
        salt: reader.varHex("salt", maxSaltBytes),
        outputTokens: readTokens(reader, "outputTokens"),
      };
    case "transaction":
      return { type, transaction: reader.within("transaction", readTransaction) };
    case "block":
      return { type, block: reader.within("block", readBlock) };
    case "get-peers":
      return { type };
    case "peers":
      return { type, peers: reader.list("peers", 1 + 2 + 8 + 1, readPeer) };
  }
}

function readId(reader: WireReader): string {
  return reader.hex("jobId", hashBytes);
}

function readSigned(reader: WireReader): Signed {
  return { publicKey: reader.hex("publicKey", publicKeyBytes), signature: reader.hex("signature", signatureBytes) };
}

function readCharge(reader: WireReader): Charged["charge"] {
  const number = reader.u8("charge");
  return (
    charges[number] ?? reader.fail("charge-kind", "charge", `charge ${number}, known are 0 and 1`, reader.offset - 1)
  );
}

function readPeer(reader: WireReader): Peer {
  return {
    host: reader.text("host", maxHostBytes),
    port: reader.u16("port"),
    lastSeenMs: reader.u64("lastSeenMs"),
    services: reader.u8("services"),
  };
}

function readTokens(reader: WireReader, field: string): number[] {
  return reader.list(field, 4, (entry) => entry.u32("token"));
}

function writeTokens(writer: WireWriter, tokens: readonly number[]): WireWriter {
  return writer.list(tokens, (_, token) => {
    writer.u32(token);
  });
}
