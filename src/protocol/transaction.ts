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
import { remembered, rememberedText } from "./memo.ts";
import { err, ok, type Result } from "./result.ts";
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
/** Owners whose key hashes are remembered. */
const keptKeys = 2 ** 15;
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

const unsignedForm = remembered((transaction: Transaction) => {
  const encoded = writeTransaction(new WireWriter(), transaction, false).finish();
  return { id: bytesToHex(sha256(encoded)), bytes: encoded.length };
});

/** The id, 32 bytes in hexadecimal. */
export function transactionId(transaction: Transaction): string {
  return unsignedForm(transaction).id;
}

/** Length on the wire. */
export const transactionBytes = remembered((transaction: Transaction): number => encodeTransaction(transaction).length);

const signatureTag = utf8ToBytes("CamelidCoin transaction signature\0");

/** The digest that the owners of all inputs sign. */
export function signatureHash(transaction: Transaction): Uint8Array {
  return sha256
    .create()
    .update(signatureTag)
    .update(hexToBytes(transactionId(transaction)))
    .digest();
}

/**
 * The transaction with its inputs signed, each by the secret key at its place (one key for all if only one is given).
 *
 * A signature is worked out when somebody first reads it: a funding that its payment replaces, or a testament that came too late,
 * is never on any wire. And what has just been signed with a key is signed by that key: what id, owners and length are,
 * and that every signature holds, is known of this object without looking. Of any other, be it a copy, it is not.
 */
export function signTransaction(transaction: Transaction, secretKeys: readonly string[]): Transaction {
  const count = transaction.inputs.length;
  if (secretKeys.length !== 1 && secretKeys.length !== count)
    throw new RangeError(`${secretKeys.length} keys for ${count} inputs`);
  const pens = secretKeys.map((secretKey) => penOf(transaction, secretKey));
  const penAt = (i: number): Pen => pens[i] ?? pens[0]!;
  const signed = { ...transaction, inputs: transaction.inputs.map((input, i) => signedInput(input, penAt(i))) };
  const form = unsignedForm(transaction);
  unsignedForm.know(signed, form);
  unlockings.know(
    signed,
    signed.inputs.map((_, i) => penAt(i).owner),
  );
  firstUnsignedInput.know(signed, -1);
  // The form that an id is of has one byte for each empty scriptSig, its length; a full one has one for its length too.
  transactionBytes.know(signed, form.bytes + count * unlockingBytes);
  return signed;
}

interface Pen {
  readonly owner: Unlocking;
  /** The scriptSig, the same each time. */
  readonly write: () => string;
}

function penOf(transaction: Transaction, secretKey: string): Pen {
  const owner = unlockingBy(publicKeyOf(secretKey));
  let written: string | undefined;
  const write = () => {
    written ??= owner.publicKey + signDigest(signatureHash(transaction), secretKey);
    return written;
  };
  return { owner, write };
}

function signedInput({ transactionId, outputIndex, sequence }: Input, { write }: Pen): Input {
  return {
    transactionId,
    outputIndex,
    get scriptSig() {
      return write();
    },
    sequence,
  };
}

export interface Unlocking {
  readonly publicKey: string;
  readonly keyHash: string;
}

const unlockingBy = rememberedText(keptKeys, (publicKey): Unlocking => ({ publicKey, keyHash: keyHash(publicKey) }));

/** Who claims to sign each input; undefined where the scriptSig is not a public key and a signature. */
export const unlockings = remembered((transaction: Transaction): readonly (Unlocking | undefined)[] => {
  return transaction.inputs.map(({ scriptSig }) => {
    return scriptSig.length === 2 * unlockingBytes ? unlockingBy(scriptSig.slice(0, 2 * publicKeyBytes)) : undefined;
  });
});

/** The first input whose signature does not hold, -1 if all do. */
export const firstUnsignedInput = remembered((transaction: Transaction): number => {
  const digest = signatureHash(transaction);
  const owners = unlockings(transaction);
  return transaction.inputs.findIndex(({ scriptSig }, i) => {
    const owner = owners[i];
    return owner === undefined || !signatureHolds(digest, scriptSig.slice(2 * publicKeyBytes), owner.publicKey);
  });
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
export const checkTransaction = remembered((transaction: Transaction): Result<undefined> => {
  const { version, inputs, outputs, jobId } = transaction;
  if (version !== transactionVersion) return err("version", `version ${version}, known is ${transactionVersion}`);
  if (inputs.length === 0) return err("no-inputs", "a transaction spends at least one output");
  if (!isCoinbase(transaction)) {
    if (outputs.length === 0) return err("no-outputs", "a transaction has at least one output");
    const spent = new Set<string>();
    for (const [i, input] of inputs.entries()) {
      if (spendsNothing(input)) return err("coinbase-input", `input ${i} spends nothing`);
      if (spent.has(outpointKey(input)))
        return err("duplicate-input", `input ${i} spends an output that an earlier one spends`);
      spent.add(outpointKey(input));
    }
  }
  for (const [i, { value, scriptPubKey }] of outputs.entries()) {
    if (value < 1 || value > maxAmountUnits)
      return err("output-value", `output ${i} is worth ${value}, not 1 to ${maxAmountUnits} units`);
    if (scriptPubKey.kind !== "address" && scriptPubKey.jobId !== jobId)
      return err("other-job", `output ${i} is the ${scriptPubKey.kind} of another job than the transaction's`);
  }
  if (totalUnits(outputs.map((output) => output.value)) === undefined)
    return err("output-total", `the outputs together are worth more than ${maxAmountUnits} units`);
  return ok(undefined);
});

/** The key of an output in maps. */
export function outpointKey({ transactionId, outputIndex }: Outpoint): string {
  return `${transactionId}:${outputIndex}`;
}
