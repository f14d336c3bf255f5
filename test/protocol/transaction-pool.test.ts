import { describe, expect, test } from "vitest";
import { noRulings } from "../../src/protocol/spending-condition.ts";
import {
  finalSequence,
  type Input,
  type Output,
  signTransaction,
  type Transaction,
  transactionId,
} from "../../src/protocol/transaction.ts";
import { TransactionPool } from "../../src/protocol/transaction-pool.ts";
import { type SpendContext, UnspentOutputs } from "../../src/protocol/unspent-outputs.ts";
import { client, job, mints, node, type Person, pays, spends, thief, unsigned } from "./people.ts";

const minted = mints(1, pays(client, 1000), pays(client, 400));
const standing: SpendContext = { heightBlocks: 20, rulings: noRulings, coinbaseMaturityBlocks: 3 };

function poolOverMint(policy = { minFeeUnits: 0, minOutputUnits: 1 }): {
  pool: TransactionPool;
  outputs: UnspentOutputs;
} {
  const outputs = new UnspentOutputs();
  outputs.apply(minted, 1);
  return { pool: new TransactionPool(outputs, policy), outputs };
}

function signed(by: Person, inputs: readonly Input[], ...outputs: readonly Output[]): Transaction {
  return signTransaction(unsigned(inputs, outputs), [by.secretKey]);
}

/** Ids thrown out, or the code of the rejection. */
function adding(pool: TransactionPool, transaction: Transaction, at: Partial<SpendContext> = {}): unknown {
  const result = pool.add(transaction, { ...standing, ...at });
  return result.ok ? result.value.map((waiting) => waiting.id) : result.rejection.code;
}

function waiting(pool: TransactionPool): Transaction[] {
  return [...pool.transactions()].map((entry) => entry.transaction);
}

describe("admission", () => {
  const payment = signed(client, [spends(minted)], pays(node, 990));

  test("a payment waits with its fee, once", () => {
    const { pool } = poolOverMint();
    expect(adding(pool, payment)).toEqual([]);
    expect(adding(pool, payment)).toBe("known-transaction");
    expect(pool.get(transactionId(payment))).toEqual({
      id: transactionId(payment),
      transaction: payment,
      feeUnits: 10,
    });
    expect(pool.spenderOf(spends(minted))?.transaction).toBe(payment);
    expect(pool.size).toBe(1);
  });

  test("fees and outputs below the policy are refused, at it they are taken", () => {
    expect(adding(poolOverMint({ minFeeUnits: 10, minOutputUnits: 1 }).pool, payment)).toEqual([]);
    expect(adding(poolOverMint({ minFeeUnits: 11, minOutputUnits: 1 }).pool, payment)).toBe("fee-too-low");
    expect(adding(poolOverMint({ minFeeUnits: 0, minOutputUnits: 990 }).pool, payment)).toEqual([]);
    expect(adding(poolOverMint({ minFeeUnits: 0, minOutputUnits: 991 }).pool, payment)).toBe("dust");
  });

  test("what no block would take is refused", () => {
    const { pool } = poolOverMint();
    expect(adding(pool, { ...payment, version: 9 })).toBe("version");
    expect(adding(pool, mints(20, pays(thief, 1)))).toBe("lone-coinbase");
    expect(adding(pool, signed(thief, [spends(minted)], pays(thief, 1)))).toBe("wrong-key");
    expect(adding(pool, payment, { heightBlocks: 3 })).toBe("immature-coinbase");
    expect(pool.size).toBe(0);
  });

  test("another signature makes no other transaction", () => {
    const { pool } = poolOverMint();
    adding(pool, payment);
    expect(adding(pool, { ...payment, inputs: [{ ...payment.inputs[0]!, scriptSig: "" }] })).toBe("known-transaction");
  });
});

describe("replacement by sequence", () => {
  const first = signed(client, [spends(minted, 0, 5)], {
    value: 1000,
    scriptPubKey: { kind: "address", keyHash: client.keyHash },
  });
  const update = (sequence: number) => signed(client, [spends(minted, 0, sequence)], pays(node, 1000));

  test.each([
    [4, "sequence-not-higher"],
    [5, "sequence-not-higher"],
    [6, [transactionId(first)]],
    [finalSequence, [transactionId(first)]],
  ])("an update with sequence %i after one with 5", (sequence, result) => {
    const { pool } = poolOverMint();
    adding(pool, first);
    expect(adding(pool, update(sequence))).toEqual(result);
    expect(waiting(pool)).toEqual([typeof result === "string" ? first : update(sequence)]);
  });

  test("the final sequence cannot be replaced", () => {
    const { pool } = poolOverMint();
    adding(pool, update(finalSequence));
    expect(adding(pool, signed(client, [spends(minted, 0, finalSequence)], pays(thief, 1)))).toBe(
      "sequence-not-higher",
    );
  });

  test("it must be higher on every output that both spend", () => {
    const { pool } = poolOverMint();
    const two = signed(client, [spends(minted, 0, 5), spends(minted, 1, 8)], pays(node, 1400));
    adding(pool, two);
    expect(adding(pool, signed(client, [spends(minted, 0, 6), spends(minted, 1, 8)], pays(node, 1)))).toBe(
      "sequence-not-higher",
    );
    expect(adding(pool, signed(client, [spends(minted, 1, 9)], pays(node, 400)))).toEqual([transactionId(two)]);
    expect(pool.spenderOf(spends(minted, 0))).toBeUndefined();
    expect(adding(pool, signed(client, [spends(minted, 0, 0)], pays(node, 1000)))).toEqual([]);
  });

  test("one transaction may replace several, and a refused one replaces none", () => {
    const { pool } = poolOverMint();
    const a = signed(client, [spends(minted, 0, 1)], pays(node, 1000));
    const b = signed(client, [spends(minted, 1, 1)], pays(node, 400));
    adding(pool, a);
    adding(pool, b);
    expect(adding(pool, signed(thief, [spends(minted, 0, 2), spends(minted, 1, 2)], pays(thief, 9)))).toBe("wrong-key");
    expect(waiting(pool)).toEqual([a, b]);
    const both = signed(client, [spends(minted, 0, 2), spends(minted, 1, 2)], pays(node, 1400));
    expect(adding(pool, both)).toEqual([transactionId(a), transactionId(b)]);
    expect(waiting(pool)).toEqual([both]);
  });

  test("what spends a replaced transaction falls with it, and cannot replace it", () => {
    const { pool } = poolOverMint();
    const child = signed(client, [spends(first)], pays(node, 700), pays(thief, 300));
    const grandchild = signed(thief, [spends(child, 1)], pays(node, 300));
    for (const transaction of [first, child, grandchild]) expect(adding(pool, transaction)).toEqual([]);
    const strange = signed(client, [spends(minted, 0, 6), spends(first)], pays(node, 1));
    expect(adding(pool, strange)).toBe("sequence-not-higher");
    const stranger = signed(client, [spends(minted, 0, 6), spends(child, 0)], pays(node, 1));
    expect(adding(pool, stranger)).toBe("missing-output");
    expect(pool.size).toBe(3);
    expect(adding(pool, update(6))).toEqual([first, child, grandchild].map(transactionId));
    expect(pool.size).toBe(1);
    expect(adding(pool, child)).toBe("missing-output");
  });

  test("an output of a waiting transaction can be spent, one it does not have cannot", () => {
    const { pool } = poolOverMint();
    adding(pool, first);
    expect(adding(pool, signed(client, [spends(first, 1)], pays(node, 1)))).toBe("missing-output");
    expect(adding(pool, signed(client, [spends(first, 0)], pays(node, 1001)))).toBe("overspent");
  });
});

describe("dropping what no block will hold", () => {
  test("frees the coins it would have spent, and takes what hangs on it along", () => {
    const { pool } = poolOverMint();
    const final = signed(client, [{ ...spends(minted), sequence: finalSequence }], pays(node, 990));
    const onTop = signed(node, [spends(final)], pays(node, 980));
    const other = signed(client, [spends(minted, 1)], pays(client, 400));
    for (const transaction of [final, onTop, other]) expect(adding(pool, transaction)).toEqual([]);
    const again = signed(client, [spends(minted)], pays(client, 1000));
    expect(adding(pool, again)).toBe("sequence-not-higher");

    expect(pool.drop(transactionId(final)).map(({ id }) => id)).toEqual([final, onTop].map(transactionId));
    expect(waiting(pool)).toEqual([other]);
    expect(adding(pool, again)).toEqual([]);
    expect(pool.drop("00".repeat(32))).toEqual([]);
  });
});

describe("following the chain", () => {
  const payment = signed(client, [spends(minted)], pays(node, 600), pays(client, 400));
  const onward = signed(node, [spends(payment)], pays(thief, 600));
  const rival = signed(client, [spends(minted, 0, 9)], pays(thief, 1000));
  const bystander = signed(client, [spends(minted, 1)], pays(node, 400));

  function poolOfThree() {
    const { pool, outputs } = poolOverMint();
    for (const transaction of [payment, onward, bystander]) adding(pool, transaction);
    return { pool, outputs };
  }

  test("what a block holds no longer waits; what spends it goes on waiting", () => {
    const { pool, outputs } = poolOfThree();
    outputs.apply(payment, 20);
    pool.follow([], [mints(20, pays(node, 1)), payment], { ...standing, heightBlocks: 21 });
    expect(waiting(pool)).toEqual([onward, bystander]);
    expect(pool.spenderOf(spends(minted))).toBeUndefined();
  });

  test("what a block does not touch stays as it is, without being looked at again", () => {
    const { pool, outputs } = poolOfThree();
    const before = [...pool.transactions()];
    outputs.apply(payment, 20);
    pool.follow([], [payment], { ...standing, heightBlocks: 21 });
    expect([...pool.transactions()].every((entry, i) => entry === before[i + 1])).toBe(true);
  });

  test("what a block contradicts leaves, with all that spends it", () => {
    const { pool, outputs } = poolOfThree();
    outputs.apply(rival, 20);
    pool.follow([], [rival], { ...standing, heightBlocks: 21 });
    expect(waiting(pool)).toEqual([bystander]);
    expect(pool.size).toBe(1);
  });

  test("a payment in a block that is undone waits again, before what spends it", () => {
    const { pool, outputs } = poolOfThree();
    const spent = outputs.apply(payment, 20);
    pool.follow([], [payment], { ...standing, heightBlocks: 21 });
    outputs.undo(payment, spent);
    pool.follow([mints(20, pays(node, 1)), payment], [], standing);
    expect(waiting(pool)).toEqual([payment, onward, bystander]);
    expect(pool.get(transactionId(onward))?.feeUnits).toBe(0);
  });

  test("a payment that the other branch contradicts is undone everywhere", () => {
    const { pool, outputs } = poolOfThree();
    const spent = outputs.apply(payment, 20);
    pool.follow([], [payment], { ...standing, heightBlocks: 21 });
    outputs.undo(payment, spent);
    outputs.apply(rival, 20);
    pool.follow([payment], [rival], { ...standing, heightBlocks: 21 });
    expect(waiting(pool)).toEqual([bystander]);
    expect(pool.get(transactionId(payment))).toBeUndefined();
  });

  test("a ruling undone with its block takes the spending that rested on it out of the pool", () => {
    const { pool, outputs } = poolOverMint();
    const lock = signTransaction(
      unsigned([spends(minted)], [{ value: 1000, scriptPubKey: { kind: "escrow", jobId: job } }], { jobId: job }),
      [client.secretKey],
    );
    outputs.apply(lock, 19);
    const award = { ...noRulings, escrowAward: () => node.keyHash };
    expect(adding(pool, signed(node, [spends(lock)], pays(node, 1000)), { rulings: award })).toEqual([]);
    pool.follow([mints(20)], [], standing);
    expect(pool.size).toBe(0);
  });
});
