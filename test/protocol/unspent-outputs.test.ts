import { describe, expect, test } from "vitest";
import type { Rulings } from "../../src/protocol/spending-condition.ts";
import { noRulings } from "../../src/protocol/spending-condition.ts";
import { outpointKey, signTransaction, type Transaction } from "../../src/protocol/transaction.ts";
import { checkSpending, type SpendContext, UnspentOutputs } from "../../src/protocol/unspent-outputs.ts";
import { client, job, mints, node, pays, spends, thief, unsigned } from "./people.ts";

const standing: SpendContext = { heightBlocks: 10, rulings: noRulings, coinbaseMaturityBlocks: 3 };
const minted = mints(1, pays(client, 500), pays(node, 70));
const locked = unsigned(
  [spends(minted)],
  [
    { value: 300, scriptPubKey: { kind: "escrow", jobId: job } },
    { value: 200, scriptPubKey: { kind: "testament", jobId: job, node: node.keyHash } },
  ],
  { jobId: job },
);

/** The chain after the coinbase and, at height 5, the client's locking of its coins. */
function outputsWithLock(): UnspentOutputs {
  const outputs = new UnspentOutputs();
  outputs.apply(minted, 1);
  outputs.apply(locked, 5);
  return outputs;
}

function outputsWithMint(): UnspentOutputs {
  const outputs = new UnspentOutputs();
  outputs.apply(minted, 1);
  return outputs;
}

function snapshot(outputs: UnspentOutputs): unknown {
  return Object.fromEntries([...outputs.entries()].sort());
}

/** The fee, or the code of the rejection. */
function verdict(transaction: Transaction, outputs: UnspentOutputs, at: Partial<SpendContext> = {}): unknown {
  const result = checkSpending(transaction, outputs, { ...standing, ...at });
  return result.ok ? result.value : result.rejection.code;
}

describe("spending an address", () => {
  const pay = (value: number, signer = client) =>
    signTransaction(unsigned([spends(minted)], [pays(node, value)]), [signer.secretKey]);

  test("the fee is what the outputs leave; none is allowed, less than none is not", () => {
    expect(verdict(pay(480), outputsWithMint())).toBe(20);
    expect(verdict(pay(500), outputsWithMint())).toBe(0);
    expect(verdict(pay(501), outputsWithMint())).toBe("overspent");
  });

  test("inputs and outputs are summed", () => {
    const both = unsigned([spends(minted, 0), spends(minted, 1)], [pays(thief, 300), pays(thief, 260)]);
    expect(verdict(signTransaction(both, [client.secretKey, node.secretKey]), outputsWithMint())).toBe(10);
  });

  test("only its owner may, and the signature must hold", () => {
    expect(verdict(pay(480, thief), outputsWithMint())).toBe("wrong-key");
    const stolen = { ...pay(480), outputs: [pays(thief, 480)] };
    expect(verdict(stolen, outputsWithMint())).toBe("bad-signature");
    expect(verdict(unsigned([spends(minted)], [pays(node, 1)]), outputsWithMint())).toBe("malformed-script");
  });

  test("a rejection names the input", () => {
    const both = unsigned([spends(minted, 0), spends(minted, 1)], [pays(thief, 1)]);
    const result = checkSpending(signTransaction(both, [client.secretKey]), outputsWithMint(), standing);
    expect(result).toMatchObject({ rejection: { message: expect.stringContaining("input 1 is signed by") } });
  });

  test("an output is spent once, and an unknown one never", () => {
    const outputs = outputsWithMint();
    outputs.apply(pay(480), 2);
    expect(verdict(pay(480), outputs)).toBe("missing-output");
    expect(verdict(pay(470), outputs)).toBe("missing-output");
    const unknown = signTransaction(unsigned([spends(minted, 2)], [pays(node, 1)]), [client.secretKey]);
    expect(verdict(unknown, outputs)).toBe("missing-output");
  });

  test("a coinbase matures, other outputs need not", () => {
    expect(verdict(pay(500), outputsWithMint(), { heightBlocks: 3 })).toBe("immature-coinbase");
    expect(verdict(pay(500), outputsWithMint(), { heightBlocks: 4 })).toBe(0);
    const outputs = outputsWithMint();
    const paid = pay(500);
    outputs.apply(paid, 9);
    const onward = signTransaction(unsigned([spends(paid)], [pays(client, 500)]), [node.secretKey]);
    expect(verdict(onward, outputs, { heightBlocks: 9 })).toBe(0);
  });

  test("a lock time keeps it out of blocks up to that height", () => {
    const later = signTransaction(unsigned([spends(minted)], [pays(node, 500)], { lockTime: 10 }), [client.secretKey]);
    expect(verdict(later, outputsWithMint(), { heightBlocks: 10 })).toBe("locked");
    expect(verdict(later, outputsWithMint(), { heightBlocks: 11 })).toBe(0);
  });
});

describe("spending what a job locked", () => {
  const take = (outputIndex: number, signer: typeof client) =>
    signTransaction(unsigned([spends(locked, outputIndex)], [pays(signer, 200)]), [signer.secretKey]);
  const escrowTo = (award: string): Rulings => ({
    ...noRulings,
    escrowAward: (id) => (id === job ? award : undefined),
  });
  const stakeTo = (award: string): Rulings => ({
    ...noRulings,
    stakeAward: (id, of) => (id === job && of === node.keyHash ? award : undefined),
  });

  test("nobody can while nothing is ruled, not even with a signature", () => {
    for (const who of [client, node, thief])
      for (const output of [0, 1]) expect(verdict(take(output, who), outputsWithLock())).toBe("no-ruling");
  });

  test("an escrow goes to whom it is awarded, and to nobody else", () => {
    expect(verdict(take(0, node), outputsWithLock(), { rulings: escrowTo(node.keyHash) })).toBe(100);
    expect(verdict(take(0, client), outputsWithLock(), { rulings: escrowTo(node.keyHash) })).toBe("wrong-key");
    expect(verdict(take(0, client), outputsWithLock(), { rulings: escrowTo(client.keyHash) })).toBe(100);
    expect(verdict(take(0, node), outputsWithLock(), { rulings: escrowTo(client.keyHash) })).toBe("wrong-key");
  });

  test("a testament without proof of failed validation stays shut; with it, it goes where the ruling says", () => {
    expect(verdict(take(1, client), outputsWithLock(), { rulings: escrowTo(client.keyHash) })).toBe("no-ruling");
    expect(verdict(take(1, client), outputsWithLock(), { rulings: stakeTo(client.keyHash) })).toBe(0);
    expect(verdict(take(1, node), outputsWithLock(), { rulings: stakeTo(client.keyHash) })).toBe("wrong-key");
    expect(verdict(take(0, client), outputsWithLock(), { rulings: stakeTo(client.keyHash) })).toBe("no-ruling");
  });

  test("the ruling names the lock it lacks", () => {
    const result = checkSpending(take(1, client), outputsWithLock(), standing);
    expect(result).toMatchObject({
      rejection: { message: `no ruling awards the testament of job ${job} to anybody` },
    });
  });
});

describe("applying and undoing", () => {
  test("outputs are kept with the height and kind of their block", () => {
    const outputs = outputsWithLock();
    expect(snapshot(outputs)).toEqual({
      [outpointKey(spends(minted, 1))]: { output: minted.outputs[1], heightBlocks: 1, fromCoinbase: true },
      [outpointKey(spends(locked, 0))]: { output: locked.outputs[0], heightBlocks: 5, fromCoinbase: false },
      [outpointKey(spends(locked, 1))]: { output: locked.outputs[1], heightBlocks: 5, fromCoinbase: false },
    });
  });

  test("its entries make the same set again", () => {
    const outputs = outputsWithLock();
    const again = new UnspentOutputs(outputs.entries());
    expect(snapshot(again)).toEqual(snapshot(outputs));
    again.apply(signTransaction(unsigned([spends(minted, 1)], [pays(thief, 70)]), [node.secretKey]), 6);
    expect(outputs.get(spends(minted, 1))).toBeDefined();
  });

  test("a coinbase spends nothing, and undoing it leaves nothing", () => {
    const outputs = new UnspentOutputs();
    expect(outputs.apply(minted, 1)).toEqual([]);
    outputs.undo(minted, []);
    expect([...outputs.entries()]).toEqual([]);
  });

  test("genesis outputs need not mature", () => {
    const outputs = new UnspentOutputs();
    const allocated = mints(0, pays(client, 5));
    outputs.apply(allocated, 0);
    expect(outputs.get(spends(allocated))).toMatchObject({ heightBlocks: 0, fromCoinbase: false });
  });

  test("undoing in reverse order gives back every state on the way", () => {
    const outputs = new UnspentOutputs();
    const both = unsigned([spends(minted, 1), spends(locked, 1)], [pays(thief, 270)]);
    const done: [Transaction, ReturnType<UnspentOutputs["apply"]>, unknown][] = [];
    for (const [height, transaction] of [minted, locked, both].entries()) {
      const before = snapshot(outputs);
      done.push([transaction, outputs.apply(transaction, height), before]);
    }
    for (const [transaction, spent, before] of done.reverse()) {
      outputs.undo(transaction, spent);
      expect(snapshot(outputs)).toEqual(before);
    }
    expect(outputs.get(spends(minted))).toBeUndefined();
  });
});
