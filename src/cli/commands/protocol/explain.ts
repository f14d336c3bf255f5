/** What encoded bytes are: every field with its place and meaning, and what follows from the whole. */
import { bytesToHex } from "@noble/hashes/utils.js";
import { addressOf } from "../../../protocol/address.ts";
import { unitsPerCoin } from "../../../protocol/amount.ts";
import {
  type Block,
  checkBlock,
  decodeBlock,
  decodeHeader,
  type Header,
  headerHash,
} from "../../../protocol/chain/block.ts";
import { decodeJob, jobId, samplerOfNumber } from "../../../protocol/jobs/job.ts";
import { keyHash, publicKeyBytes, signatureBytes } from "../../../protocol/keys.ts";
import { decodeMessage, type Envelope, everybody, typeOfNumber } from "../../../protocol/messages/message.ts";
import { messageSignatureHolds } from "../../../protocol/messages/signed.ts";
import type { Result } from "../../../protocol/result.ts";
import {
  checkTransaction,
  decodeTransaction,
  finalSequence,
  firstUnsignedInput,
  isCoinbase,
  noJob,
  signatureHash,
  type Transaction,
  transactionId,
} from "../../../protocol/transaction.ts";
import type { Decoded, WireField, WireRefusal } from "../../../protocol/wire.ts";

export interface Explanation {
  readonly kind: KindName;
  readonly bytes: number;
  readonly fields: readonly (WireField & { readonly note: string })[];
  /** What follows from the whole; empty where it is broken. */
  readonly facts: readonly Fact[];
  readonly broken: WireRefusal | undefined;
}

export interface Fact {
  readonly name: string;
  readonly value: string;
}

export type KindName = keyof typeof kinds;

const kinds = {
  transaction: (bytes, trace) => read(decodeTransaction(bytes, trace), transactionFacts),
  block: (bytes, trace) => read(decodeBlock(bytes, trace), blockFacts),
  header: (bytes, trace) => read(decodeHeader(bytes, trace), headerFacts),
  message: (bytes, trace) => read(decodeMessage(bytes, trace), messageFacts),
  job: (bytes, trace) => read(decodeJob(bytes, trace), (job) => [{ name: "job id", value: jobId(job) }]),
} as const satisfies Record<string, (bytes: Uint8Array, trace: WireField[]) => Reading>;

interface Reading {
  readonly facts: readonly Fact[];
  readonly broken: WireRefusal | undefined;
}

/** As the kind asked for; else as the first kind that it is; else as the one that broke last. */
export function explain(bytes: Uint8Array, asked?: KindName): Explanation {
  const tried = (asked ? [asked] : (Object.keys(kinds) as KindName[])).map((kind) => explainAs(kind, bytes));
  const whole = tried.find(({ broken }) => broken === undefined);
  return whole ?? tried.reduce((best, next) => (next.broken!.offset > best.broken!.offset ? next : best));
}

function explainAs(kind: KindName, bytes: Uint8Array): Explanation {
  const trace: WireField[] = [];
  const { facts, broken } = kinds[kind](bytes, trace);
  const fields = trace
    .flatMap(withKeyApart)
    .map((field) => ({ ...field, value: printable(field.value), note: noteOn(field) }));
  return { kind, bytes: bytes.length, fields, facts, broken };
}

function read<T>(decoded: Decoded<T>, factsOf: (value: T) => readonly Fact[]): Reading {
  return decoded.ok ? { facts: factsOf(decoded.value), broken: undefined } : { facts: [], broken: decoded.rejection };
}

function transactionFacts(transaction: Transaction): Fact[] {
  const coins = transaction.outputs.reduce((sum, { value }) => sum + value, 0);
  return [
    { name: "transaction id", value: transactionId(transaction) },
    { name: "signature hash", value: bytesToHex(signatureHash(transaction)) },
    { name: "outputs together", value: coinsText(coins) },
    { name: "signatures", value: signaturesText(transaction) },
    { name: "form", value: verdict(checkTransaction(transaction)) },
  ];
}

function signaturesText(transaction: Transaction): string {
  if (isCoinbase(transaction)) return "none needed: a coinbase spends nothing";
  const unsigned = firstUnsignedInput(transaction);
  return unsigned < 0 ? "all hold" : `that of input ${unsigned} does not hold`;
}

function headerFacts(header: Header): Fact[] {
  return [{ name: "block hash", value: headerHash(header) }];
}

function blockFacts(block: Block): Fact[] {
  return [
    ...headerFacts(block.header),
    ...block.transactions.map((transaction, i) => ({ name: `transactions[${i}]`, value: transactionId(transaction) })),
    { name: "form", value: verdict(checkBlock(block)) },
  ];
}

function messageFacts({ message }: Envelope): Fact[] {
  const facts: Fact[] = [{ name: "message type", value: message.type }];
  if ("job" in message) facts.push({ name: "job id", value: jobId(message.job) });
  if ("signature" in message) {
    const holds = messageSignatureHolds(message) ? "holds" : "does not hold";
    facts.push(
      { name: "signed by", value: addressOf(keyHash(message.publicKey)) },
      { name: "signature", value: holds },
    );
  }
  return facts;
}

function verdict(result: Result<unknown>): string {
  return result.ok ? "as it should be" : `refused: ${result.rejection.message} [${result.rejection.code}]`;
}

/** A scriptSig of the right length as what it holds: public key, then signature. */
function withKeyApart(whole: WireField): WireField[] {
  const { field, offset, length, value } = whole;
  if (!field.endsWith(".scriptSig") || length !== publicKeyBytes + signatureBytes) return [whole];
  const [publicKey, signature] = [value.slice(0, 2 * publicKeyBytes), value.slice(2 * publicKeyBytes)];
  return [
    { field: `${field}.publicKey`, offset, length: publicKeyBytes, value: publicKey },
    { field: `${field}.signature`, offset: offset + publicKeyBytes, length: signatureBytes, value: signature },
  ];
}

const conditionKinds = ["address: its key signs", "escrow: whom the job's ruling names", "testament: a node's stake"];
const bytesOfKeyHash = 20;

/** What a field's value means, in a few words; empty where it speaks for itself. */
function noteOn({ field, value, length }: WireField): string {
  const name = field.slice(field.lastIndexOf(".") + 1);
  if (field.endsWith("scriptPubKey.kind")) return conditionKinds[Number(value) - 1] ?? "unknown";
  if (name === "type") return typeOfNumber(Number(value)) ?? "unknown";
  if (name === "sampler") return samplerOfNumber(Number(value)) ?? "unknown";
  if (name === "receiver" && value === everybody) return "everybody";
  if (name === "value") return coinsText(Number(value));
  if (name === "lockTime") return value === "0" ? "none" : `only in blocks above ${value}`;
  if (name === "sequence" && Number(value) === finalSequence) return "final: nothing replaces it";
  if (name === "jobId" && value === noJob) return "no job";
  if (name === "scriptSig") return length === 0 ? "not signed" : "free data";
  if (name === "publicKey" || name === "clientPublicKey") return `key of ${addressOf(keyHash(value))}`;
  if (name.endsWith("Ms") && Number(value) <= 8.64e15 && value !== "0") return new Date(Number(value)).toISOString();
  if (length === bytesOfKeyHash && /^[0-9a-f]{40}$/.test(value)) return `address ${addressOf(value)}`;
  return "";
}

function coinsText(units: number): string {
  return `${units / unitsPerCoin} coins`;
}

/** Text of strangers, fit for a terminal. */
function printable(value: string): string {
  return /\p{C}/u.test(value) ? JSON.stringify(value).replace(/[^\P{C} ]/gu, escaped) : value;
}

function escaped(character: string): string {
  return `\\u{${character.codePointAt(0)!.toString(16)}}`;
}
