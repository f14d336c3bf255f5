/** Vectors of keys, addresses, transactions, spending, and the transaction pool. */
import { bytesToHex } from "@noble/hashes/utils.js";
import { z } from "zod";
import { addressOf, keyHashOf } from "../address.ts";
import type { Json } from "../json.ts";
import { isSecretKey, keyHash, publicKeyOf, signatureHolds, signDigest } from "../keys.ts";
import type { Parameters } from "../parameters.ts";
import { err, ok, type Result } from "../result.ts";
import type { Condition, Rulings } from "../spending-condition.ts";
import {
  checkTransaction,
  decodeTransaction,
  encodeTransaction,
  outpointKey,
  signatureHash,
  signTransaction,
  type Transaction,
  transactionId,
} from "../transaction.ts";
import { TransactionPool } from "../transaction-pool.ts";
import { checkSpending, type SpendContext, UnspentOutputs } from "../unspent-outputs.ts";
import { bytes, hex, whole } from "./forms.ts";
import { vectorRule } from "./rule.ts";

const condition: z.ZodType<Condition> = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("address"), keyHash: hex(20) }),
  z.strictObject({ kind: z.literal("escrow"), jobId: hex(32) }),
  z.strictObject({ kind: z.literal("testament"), jobId: hex(32), node: hex(20) }),
]);
const unspentOutput = z.strictObject({
  transactionId: hex(32),
  outputIndex: whole,
  value: whole,
  scriptPubKey: condition,
  heightBlocks: whole,
  fromCoinbase: z.boolean(),
});
/** The state that a transaction meets: the next block's height, all unspent outputs, all awards. */
const moneyState = z.strictObject({
  heightBlocks: whole,
  unspent: z.array(unspentOutput),
  escrowAwards: z.array(z.strictObject({ jobId: hex(32), to: hex(20) })),
  stakeAwards: z.array(z.strictObject({ jobId: hex(32), node: hex(20), to: hex(20) })),
});
type MoneyState = z.infer<typeof moneyState>;
const secretKey = hex(32).refine(isSecretKey, "expected a number from 1 to below the group's order");
const oneTransaction = z.strictObject({ transaction: bytes() });

export const moneyRules = [
  vectorRule("public-key", z.null(), z.strictObject({ secretKey }), (_, __, { secretKey }) => {
    const forms = (["compressed", "uncompressed"] as const).map((form) => {
      const publicKey = publicKeyOf(secretKey, form);
      return [form, { publicKey, keyHash: keyHash(publicKey), address: addressOf(keyHash(publicKey)) }];
    });
    return ok(Object.fromEntries(forms));
  }),
  vectorRule("address-decode", z.null(), z.strictObject({ address: z.string() }), (_, __, { address }) => {
    const decoded = keyHashOf(address);
    return decoded.ok ? ok({ keyHash: decoded.value }) : decoded;
  }),
  vectorRule("signature", z.null(), z.strictObject({ digest: bytes(32), secretKey }), (_, __, { digest, secretKey }) =>
    ok({ signature: signDigest(digest, secretKey) }),
  ),
  vectorRule(
    "signature-verify",
    z.null(),
    z.strictObject({ digest: bytes(32), signature: hex(), publicKey: hex() }),
    (_, __, { digest, signature, publicKey }) => ok({ holds: signatureHolds(digest, signature, publicKey) }),
  ),
  vectorRule("transaction-decode", z.null(), oneTransaction, (_, __, operation) => {
    const decoded = decodeTransaction(operation.transaction);
    if (!decoded.ok) return decoded;
    const transaction = decoded.value;
    return ok({
      transaction: transaction as unknown as Json,
      id: transactionId(transaction),
      signatureHash: bytesToHex(signatureHash(transaction)),
    });
  }),
  vectorRule(
    "transaction-sign",
    z.null(),
    oneTransaction.extend({ secretKey }),
    (_, __, { transaction, secretKey }) => {
      const decoded = decodeTransaction(transaction);
      if (!decoded.ok) return decoded;
      return ok({ transaction: bytesToHex(encodeTransaction(signTransaction(decoded.value, [secretKey]))) });
    },
  ),
  vectorRule("transaction-check", z.null(), oneTransaction, (_, __, operation) => {
    const checked = checkedTransaction(operation.transaction);
    return checked.ok ? ok({ id: transactionId(checked.value) }) : checked;
  }),
  vectorRule("spending", moneyState, oneTransaction, ({ parameters }, pre, operation) => {
    const checked = checkedTransaction(operation.transaction);
    if (!checked.ok) return checked;
    const unspent = unspentOf(pre);
    const fee = checkSpending(checked.value, unspent, spendContextOf(pre, parameters));
    if (!fee.ok) return fee;
    unspent.apply(checked.value, pre.heightBlocks);
    return ok({ feeUnits: fee.value, unspent: unspentJson(unspent) });
  }),
  vectorRule(
    "pool-add",
    moneyState.extend({ waiting: z.array(bytes()) }),
    oneTransaction,
    ({ parameters }, pre, operation) => {
      const context = spendContextOf(pre, parameters);
      const pool = new TransactionPool(unspentOf(pre), parameters);
      for (const one of pre.waiting) {
        const decoded = decodeTransaction(one);
        const added = decoded.ok ? pool.add(decoded.value, context) : decoded;
        if (!added.ok) return err("vector-malformed", `pre.waiting: ${added.rejection.message}`);
      }
      const decoded = decodeTransaction(operation.transaction);
      if (!decoded.ok) return decoded;
      const added = pool.add(decoded.value, context);
      if (!added.ok) return added;
      return ok({
        waiting: [...pool.transactions()].map(({ id, feeUnits }) => ({ id, feeUnits })),
        replaced: added.value.map(({ id }) => id),
      });
    },
  ),
];

function checkedTransaction(encoded: Uint8Array): Result<Transaction> {
  const decoded = decodeTransaction(encoded);
  if (!decoded.ok) return decoded;
  const form = checkTransaction(decoded.value);
  return form.ok ? decoded : form;
}

function unspentOf({ unspent }: MoneyState): UnspentOutputs {
  return new UnspentOutputs(
    unspent.map(({ value, scriptPubKey, heightBlocks, fromCoinbase, ...point }) => [
      outpointKey(point),
      { output: { value, scriptPubKey }, heightBlocks, fromCoinbase },
    ]),
  );
}

function spendContextOf(pre: MoneyState, { coinbaseMaturityBlocks }: Parameters): SpendContext {
  const rulings: Rulings = {
    escrowAward: (jobId) => pre.escrowAwards.find((award) => award.jobId === jobId)?.to,
    stakeAward: (jobId, node) => pre.stakeAwards.find((award) => award.jobId === jobId && award.node === node)?.to,
  };
  return { heightBlocks: pre.heightBlocks, rulings, coinbaseMaturityBlocks };
}

/** By outpoint, in the order of its text `id:index`. */
export function unspentJson(unspent: UnspentOutputs): Json {
  return [...unspent.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, { output, heightBlocks, fromCoinbase }]) => {
      const [id, index] = key.split(":") as [string, string];
      return {
        transactionId: id,
        outputIndex: Number(index),
        ...output,
        heightBlocks,
        fromCoinbase,
      } as unknown as Json;
    });
}
