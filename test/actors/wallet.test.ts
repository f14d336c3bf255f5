import { expect, test } from "vitest";
import { Wallet } from "../../src/actors/wallet.ts";
import { checkTransaction, firstUnsignedInput, noJob } from "../../src/protocol/transaction.ts";

const secret = "07".repeat(32);
const point = (n: number) => ({ transactionId: "ab".repeat(32), outputIndex: n });
const jobId = "cd".repeat(32);
const somebody = { kind: "address", keyHash: "ef".repeat(20) } as const;

function walletWith(...coins: number[]): Wallet {
  const wallet = new Wallet(secret, 1000);
  for (const [n, units] of coins.entries()) wallet.receive(point(n), units);
  return wallet;
}

test("coins set aside cannot be spent twice, and come back when their transaction will not stand", () => {
  const wallet = walletWith(5000, 5000);
  const coins = wallet.take(7000)!;
  expect(coins.map(({ units }) => units)).toEqual([5000, 5000]);
  expect(wallet.units).toBe(0);
  expect(wallet.take(1)).toBeUndefined();
  wallet.release(point(0));
  expect(wallet.units).toBe(5000);
  wallet.spent(point(1));
  wallet.release(point(1));
  expect(wallet.units).toBe(5000);
});

test("a payment is signed, gives the rest back, and puts a rest too small to stand into the fee", () => {
  const wallet = walletWith(50_000);
  const payment = wallet.pay(wallet.take(30_000)!, { value: 30_000, scriptPubKey: somebody }, 100, jobId);
  expect(payment.outputs.map(({ value }) => value)).toEqual([30_000, 19_900]);
  expect(payment.outputs[1]!.scriptPubKey).toEqual(wallet.condition);
  expect(firstUnsignedInput(payment)).toBe(-1);
  expect(checkTransaction(payment).ok).toBe(true);

  const small = walletWith(31_000);
  const whole = small.pay(small.take(30_000)!, { value: 30_000, scriptPubKey: somebody }, 100, jobId);
  expect(whole.outputs.map(({ value }) => value)).toEqual([30_000]);
});

test("all awarded locks are claimed at once, and none where they are not worth the fee", () => {
  const wallet = walletWith();
  expect(wallet.redeem(100)).toBeUndefined();
  const condition = { kind: "testament", jobId, node: wallet.keyHash } as const;
  wallet.redeemable.push({ coin: { point: point(0), units: 3000 }, condition });
  wallet.redeemable.push({ coin: { point: point(1), units: 4000 }, condition });
  const claim = wallet.redeem(100)!;
  expect(claim.inputs.length).toBe(2);
  expect(claim.jobId).toBe(noJob);
  expect(claim.outputs).toEqual([{ value: 6900, scriptPubKey: wallet.condition }]);
  expect(wallet.redeem(100)).toBeUndefined();
});
