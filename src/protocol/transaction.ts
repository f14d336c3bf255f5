/**
 * Transactions (whitepaper 2.3): fields in the whitepaper's order and widths, one canonical wire form.
 *
 * The id is SHA-256 of the wire form with every scriptSig empty, so that signatures are no part of it: nobody can change
 * the id of a payment that another transaction (a testament, an update) already refers to. A signature is over the
 * id under a tag of its own, hence over every input, output, sequence and the job: a signed transaction cannot be changed
 * in part, and its signature means nothing in any other message.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { maxAmountUnits, totalUnits } from "./amount.ts";
import { keyHash, publicKeyBytes, publicKeyOf, signatureBytes, signatureHolds, signDigest } from "./keys.ts";
import { remembered } from "./memo.ts";
import { accept, type Outcome, refuse } from "./outcome.ts";
import { type Condition, readCondition, writeCondition } from "./spending-condition.ts";
import { type Decoded, decode, type WireField, type WireReader, WireWriter } from "./wire.ts";

/** Never changed once made: ids and signatures are remembered by object. Hashes and scripts are hexadecimal. */
export interface Transaction {
  readonly version: number;
  readonly inputs: readonly Input[];
  readonly outputs: readonly Output[];
  /** The transaction may stand only in blocks above this height; 0 where that does not matter. */
  readonly lockTime: number;
  /** The job that this transaction concerns, `noJob` for none. */
  readonly jobId: string;
}

/** Names one output: by the id of its transaction, and its place there. */
export interface Outpoint {
  readonly transactionId: string;
  readonly outputIndex: number;
}

/** Spends the output it names. */
export interface Input extends Outpoint {
  /** Public key and signature (97 bytes); in a coinbase, free data. */
  readonly scriptSig: string;
  /** Of two unconfirmed transactions that spend the same output, the one with the higher sequence stands. */
  readonly sequence: number;
}

export interface Output {
  readonly value: number;
  readonly scriptPubKey: Condition;
}

export const transactionVersion = 1;
export const noJob = "00".repeat(32);
/** The sequence that nothing can be higher than: a transaction whose inputs all carry it cannot be replaced. */
export const finalSequence = 0xffff_ffff;

const hashBytes = 32;
const unlockingBytes = publicKeyBytes + signatureBytes;
const maxScriptSigBytes = 100;
const minInputBytes = hashBytes + 4 + 1 + 4;
const minOutputBytes = 8 + 1;

export function encodeTransaction(transaction: Transaction): Uint8Array {
  return writeTransaction(new WireWriter(), transaction).finish();
}

export function decodeTransaction(bytes: Uint8Array, trace?: WireField[]): Decoded<Transaction> {
  return decode(bytes, readTransaction, trace);
}

export function readTransaction(reader: WireReader): Transaction {
  return {
    version: reader.u32("version"),
    inputs: reader.list("inputs", minInputBytes, readInput),
    outputs: reader.list("outputs", minOutputBytes, readOutput),
    lockTime: reader.u32("lockTime"),
    jobId: reader.hex("jobId", hashBytes),
  };
}

export function writeTransaction(writer: WireWriter, transaction: Transaction, withScriptSigs = true): WireWriter {
  return writer
    .u32(transaction.version)
    .list(transaction.inputs, (_, input) => {
      writer
        .hex(input.transactionId, hashBytes)
        .u32(input.outputIndex)
        .varHex(withScriptSigs ? input.scriptSig : "")
        .u32(input.sequence);
    })
    .list(transaction.outputs, (_, output) => {
      writer.u64(output.value);
      writeCondition(writer, output.scriptPubKey);
    })
    .u32(transaction.lockTime)
    .hex(transaction.jobId, hashBytes);
}

function readInput(reader: WireReader): Input {
  return {
    transactionId: reader.hex("transactionId", hashBytes),
    outputIndex: reader.u32("outputIndex"),
    scriptSig: reader.varHex("scriptSig", maxScriptSigBytes),
    sequence: reader.u32("sequence"),
  };
}

function readOutput(reader: WireReader): Output {
  return { value: reader.u64("value"), scriptPubKey: readCondition(reader) };
}

/** The id, 32 bytes in hexadecimal. */
export const transactionId = remembered((transaction: Transaction): string => {
  return bytesToHex(sha256(writeTransaction(new WireWriter(), transaction, false).finish()));
});

const signatureTag = utf8ToBytes("CamelidCoin transaction signature\0");

/** The digest that the owners of all inputs sign. */
export function signatureHash(transaction: Transaction): Uint8Array {
  return sha256
    .create()
    .update(signatureTag)
    .update(hexToBytes(transactionId(transaction)))
    .digest();
}

/** The transaction with its inputs signed, each by the secret key at its place (one key for all if only one is given). */
export function signTransaction(transaction: Transaction, secretKeys: readonly string[]): Transaction {
  if (secretKeys.length !== 1 && secretKeys.length !== transaction.inputs.length)
    throw new RangeError(`${secretKeys.length} keys for ${transaction.inputs.length} inputs`);
  const digest = signatureHash(transaction);
  const scriptSigOf = (secretKey: string) => publicKeyOf(secretKey) + signDigest(digest, secretKey);
  const scriptSigs = secretKeys.map(scriptSigOf);
  const inputs = transaction.inputs.map((input, i) => ({ ...input, scriptSig: scriptSigs[i] ?? scriptSigs[0]! }));
  return { ...transaction, inputs };
}

export interface Unlocking {
  readonly publicKey: string;
  readonly signature: string;
  readonly keyHash: string;
}

/** Who claims to sign each input; undefined where the scriptSig is not a public key and a signature. */
export const unlockings = remembered((transaction: Transaction): readonly (Unlocking | undefined)[] => {
  return transaction.inputs.map(({ scriptSig }) => {
    if (scriptSig.length !== 2 * unlockingBytes) return undefined;
    const publicKey = scriptSig.slice(0, 2 * publicKeyBytes);
    return { publicKey, signature: scriptSig.slice(2 * publicKeyBytes), keyHash: keyHash(publicKey) };
  });
});

/** The first input whose signature does not hold, -1 if all do. */
export const firstUnsignedInput = remembered((transaction: Transaction): number => {
  const digest = signatureHash(transaction);
  return unlockings(transaction).findIndex(
    (unlocking) => unlocking === undefined || !signatureHolds(digest, unlocking.signature, unlocking.publicKey),
  );
});

const noTransaction = "00".repeat(hashBytes);
const noOutput = 0xffff_ffff;

/** The input of a coinbase: spends nothing; its sequence is the block's height, so that no two coinbases have one id. */
export function coinbaseInput(heightBlocks: number, data = ""): Input {
  return { transactionId: noTransaction, outputIndex: noOutput, scriptSig: data, sequence: heightBlocks };
}

/** Whether this is a coinbase: a single input that spends nothing. */
export function isCoinbase({ inputs }: Transaction): boolean {
  return inputs.length === 1 && spendsNothing(inputs[0]!);
}

function spendsNothing(input: Input): boolean {
  return input.transactionId === noTransaction && input.outputIndex === noOutput;
}

/** What can be said of a transaction (coinbase or not) without knowing anything else. */
export const checkTransaction = remembered((transaction: Transaction): Outcome<undefined> => {
  const { version, inputs, outputs, jobId } = transaction;
  if (version !== transactionVersion) return refuse("version", `version ${version}, known is ${transactionVersion}`);
  if (inputs.length === 0) return refuse("no-inputs", "a transaction spends at least one output");
  if (!isCoinbase(transaction)) {
    if (outputs.length === 0) return refuse("no-outputs", "a transaction has at least one output");
    const spent = new Set<string>();
    for (const [i, input] of inputs.entries()) {
      if (spendsNothing(input)) return refuse("coinbase-input", `input ${i} spends nothing`);
      if (spent.has(outpointKey(input)))
        return refuse("duplicate-input", `input ${i} spends an output that an earlier one spends`);
      spent.add(outpointKey(input));
    }
  }
  for (const [i, { value, scriptPubKey }] of outputs.entries()) {
    if (value < 1 || value > maxAmountUnits)
      return refuse("output-value", `output ${i} is worth ${value}, not 1 to ${maxAmountUnits} units`);
    if (scriptPubKey.kind !== "address" && scriptPubKey.jobId !== jobId)
      return refuse("other-job", `output ${i} is the ${scriptPubKey.kind} of another job than the transaction's`);
  }
  if (totalUnits(outputs.map((output) => output.value)) === undefined)
    return refuse("output-total", `the outputs together are worth more than ${maxAmountUnits} units`);
  return accept(undefined);
});

/** The key of an output in maps. */
export function outpointKey({ transactionId, outputIndex }: Outpoint): string {
  return `${transactionId}:${outputIndex}`;
}
