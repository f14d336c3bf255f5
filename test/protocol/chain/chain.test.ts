import { describe, expect, test } from "vitest";
import { type Block, headerHash } from "../../../src/protocol/chain/block.ts";
import { Chain, type Follower } from "../../../src/protocol/chain/chain.ts";
import { easiestTarget, retarget, workAssumed, workOf } from "../../../src/protocol/chain/proof-of-work.ts";
import { rewardUnits } from "../../../src/protocol/chain/reward.ts";
import { err, ok } from "../../../src/protocol/result.ts";
import { noRulings } from "../../../src/protocol/spending-condition.ts";
import { signTransaction, type Transaction, transactionId } from "../../../src/protocol/transaction.ts";
import { client, job, miner, node, pays, spends, thief, unsigned } from "../people.ts";
import {
  allocation,
  genesis,
  grow,
  lateMs,
  minimal,
  money,
  newChain,
  nextBlock,
  put,
  sealed,
  type Wishes,
} from "./chains.ts";

const startMs = genesis.header.timestampMs;
/** The client pays the node 900 of its 1000 units, fee 100. */
const payment = signTransaction(unsigned([spends(allocation, 0)], [pays(node, 900)]), [client.secretKey]);
/** The client pays the same money to somebody else. */
const doubleSpend = signTransaction(unsigned([spends(allocation, 0)], [pays(thief, 1000)]), [client.secretKey]);

/** The change a block made by numbers of blocks, or the code of the rejection. */
function adding(chain: Chain, block: Block, nowMs = lateMs): unknown {
  const result = chain.add(block, nowMs);
  return result.ok ? [result.value.undone.length, result.value.done.length] : result.rejection.code;
}

describe("one block after another", () => {
  test("the genesis block is the tip of a new chain, and its allocations are money", () => {
    const chain = newChain();
    expect(chain.tip).toMatchObject({ block: genesis, heightBlocks: 0, hash: headerHash(genesis.header) });
    expect(chain.tip.parent).toBeUndefined();
    expect(chain.tip.work).toBe(64n);
    expect(Object.values(money(chain))).toEqual(expect.arrayContaining([1000, 600]));
    expect(chain.spendContext()).toMatchObject({ heightBlocks: 1, coinbaseMaturityBlocks: 2 });
  });

  test("a genesis block that is no block is the caller's mistake", () => {
    expect(() => new Chain({ ...genesis, transactions: [] }, minimal)).toThrow("genesis block: ");
  });

  test("a block moves money, fees go to the miner, work adds up", () => {
    const chain = newChain();
    const block = nextBlock(chain, { transactions: [payment], feesUnits: 100 });
    expect(chain.add(block, lateMs)).toEqual({ ok: true, value: { undone: [], done: [block] } });
    expect(chain.tip).toMatchObject({ block, heightBlocks: 1, work: 128n, target: easiestTarget(minimal) });
    expect(chain.at(1)).toBe(chain.tip);
    expect(chain.link(headerHash(block.header))).toBe(chain.tip);
    expect(money(chain)).toEqual({
      [`${transactionId(allocation)}:1`]: 600,
      [`${transactionId(payment)}:0`]: 900,
      [`${transactionId(block.transactions[0]!)}:0`]: rewardUnits(1, minimal) + 100,
    });
  });

  test("a block may spend what an earlier transaction of it creates", () => {
    const onward = signTransaction(unsigned([spends(payment)], [pays(thief, 850)]), [node.secretKey]);
    const chain = newChain();
    expect(adding(chain, nextBlock(chain, { transactions: [onward, payment], feesUnits: 150 }))).toBe("missing-output");
    expect(adding(chain, nextBlock(chain, { transactions: [payment, onward], feesUnits: 150 }))).toEqual([0, 1]);
  });

  test("a coinbase can be spent when it is old enough", () => {
    const chain = newChain();
    const [first] = grow(chain, 1);
    const coinbase = first!.block.transactions[0]!;
    const spend = signTransaction(unsigned([spends(coinbase)], [pays(node, 1)]), [miner.secretKey]);
    const feesUnits = coinbase.outputs[0]!.value - 1;
    const tooEarly = nextBlock(chain, { transactions: [spend], feesUnits });
    expect(adding(chain, tooEarly)).toBe("immature-coinbase");
    grow(chain, 1);
    expect(adding(chain, nextBlock(chain, { transactions: [spend], feesUnits }))).toEqual([0, 1]);
  });

  test("rewards halve at their height", () => {
    const chain = newChain();
    grow(chain, 9);
    const whole = rewardUnits(1, minimal);
    expect(adding(chain, nextBlock(chain, { coinbaseOutputs: [pays(miner, whole)] }))).toBe("coinbase-value");
    expect(adding(chain, nextBlock(chain, { coinbaseOutputs: [pays(miner, whole / 2)] }))).toEqual([0, 1]);
  });
});

describe("a block is refused, and nothing changes", () => {
  const reward = rewardUnits(1, minimal);

  test.each<[string, Wishes]>([
    ["coinbase-value", { coinbaseOutputs: [pays(miner, reward + 1)] }],
    ["coinbase-value", { coinbaseOutputs: [pays(miner, reward - 1)] }],
    ["coinbase-value", { transactions: [payment], feesUnits: 101 }],
    ["coinbase-value", { transactions: [payment], feesUnits: 99 }],
    ["coinbase-height", { coinbaseHeightBlocks: 2 }],
    ["missing-output", { transactions: [payment, doubleSpend], feesUnits: 100 }],
    ["missing-output", { transactions: [payment, payment], feesUnits: 200 }],
    ["bad-signature", { transactions: [{ ...payment, outputs: [pays(thief, 900)] }], feesUnits: 100 }],
    ["locked", { transactions: [signTransaction({ ...payment, lockTime: 1 }, [client.secretKey])], feesUnits: 100 }],
    ["no-outputs", { transactions: [{ ...payment, outputs: [] }] }],
    ["time-too-early", { timestampMs: startMs }],
    ["time-too-late", { timestampMs: lateMs + minimal.maxFutureMs + 1 }],
  ])("%s", (code, wishes) => {
    const chain = newChain();
    const before = money(chain);
    expect(adding(chain, nextBlock(chain, wishes))).toBe(code);
    expect(money(chain)).toEqual(before);
    expect(chain.tip.heightBlocks).toBe(0);
    expect(adding(chain, nextBlock(chain, { transactions: [payment], feesUnits: 100 }))).toEqual([0, 1]);
  });

  test("when its hash is above the target", () => {
    const chain = newChain();
    const block = nextBlock(chain);
    let nonce = block.header.nonce + 1;
    const hashAt = (n: number) => BigInt(`0x${headerHash({ ...block.header, nonce: n })}`);
    while (hashAt(nonce) <= chain.targetAfter(chain.tip)) nonce++;
    expect(adding(chain, { ...block, header: { ...block.header, nonce } })).toBe("too-little-work");
    expect(adding(newChain({ workCheck: workAssumed }), { ...block, header: { ...block.header, nonce } })).toEqual([
      0, 1,
    ]);
  });

  test("when its header commits to other transactions", () => {
    const chain = newChain();
    const block = nextBlock(chain);
    expect(adding(chain, { ...block, transactions: [...block.transactions, payment] })).toBe("transactions-hash");
  });

  test("when it is known, or its parent is not", () => {
    const chain = newChain();
    const first = nextBlock(chain);
    const second = nextBlock(chain, { parent: put(newChain(), first) });
    expect(adding(chain, second)).toBe("unknown-parent");
    expect(adding(chain, first)).toEqual([0, 1]);
    expect(adding(chain, first)).toBe("known-block");
    expect(adding(chain, second)).toEqual([0, 1]);
    expect(adding(chain, genesis)).toBe("known-block");
  });

  test("when it is too large, by a byte", () => {
    const data = "00".repeat(50);
    const bytes = 76 + 1 + 42 + 41 + 50 + 30;
    const block = nextBlock(newChain(), { data });
    expect(adding(newChain({}, { maxBlockBytes: bytes }), block)).toEqual([0, 1]);
    expect(adding(newChain({}, { maxBlockBytes: bytes - 1 }), block)).toBe("block-too-large");
  });

  test("the message says which transaction of which block", () => {
    const chain = newChain();
    const block = nextBlock(chain, { transactions: [payment, doubleSpend], feesUnits: 100 });
    expect(chain.add(block, lateMs)).toMatchObject({
      rejection: {
        message: `block ${headerHash(block.header)}: transaction 2: input 0 spends an output that is spent or never was`,
      },
    });
  });
});

describe("time", () => {
  test("a block must be later than the median of the three before it", () => {
    const chain = newChain();
    grow(chain, 1, { timestampMs: startMs + 100 });
    expect(adding(chain, nextBlock(chain, { timestampMs: startMs + 100 }))).toBe("time-too-early");
    grow(chain, 1, { timestampMs: startMs + 200 });
    // The times of the last three, in order: 0, 100, 200.
    expect(adding(chain, nextBlock(chain, { timestampMs: startMs + 100 }))).toBe("time-too-early");
    grow(chain, 1, { timestampMs: startMs + 101 });
    // 100, 101, 200: the tip itself is no bound.
    expect(chain.medianTimeMs(chain.tip)).toBe(startMs + 101);
    expect(adding(chain, nextBlock(chain, { timestampMs: startMs + 102 }))).toEqual([0, 1]);
  });

  test("only the last three count", () => {
    const chain = newChain();
    for (const time of [10, 1000, 11, 12, 13]) grow(chain, 1, { timestampMs: startMs + time });
    expect(chain.medianTimeMs(chain.tip)).toBe(startMs + 12);
    expect(chain.medianTimeMs(chain.at(4)!)).toBe(startMs + 12);
    expect(chain.medianTimeMs(chain.at(3)!)).toBe(startMs + 11);
    expect(chain.medianTimeMs(chain.at(0)!)).toBe(startMs);
  });

  test("a block from too far ahead may come again later", () => {
    const chain = newChain();
    const block = nextBlock(chain, { timestampMs: startMs + 5000 });
    expect(adding(chain, block, startMs + 2999)).toBe("time-too-late");
    expect(adding(chain, block, startMs + 3000)).toEqual([0, 1]);
  });
});

describe("the target follows the time that blocks take", () => {
  const easiest = easiestTarget(minimal);

  test("after every fourth block, over the four intervals before", () => {
    const chain = newChain({ workCheck: workAssumed });
    const times = [100, 200, 300, 2000, 4000, 5000, 6000, 6001];
    const targets = times.map((time) => {
      const link = grow(chain, 1, { timestampMs: startMs + time })[0]!;
      return link.target;
    });
    const second = retarget(easiest, 2000, minimal);
    expect(second).toBe(easiest / 2n);
    expect(targets).toEqual([easiest, easiest, easiest, easiest, second, second, second, second]);
    expect(chain.targetAfter(chain.tip)).toBe(retarget(second, 4001, minimal));
    expect(chain.targetAfter(chain.at(4)!)).toBe(second);
    expect(chain.targetAfter(chain.at(0)!)).toBe(easiest);
    expect(chain.tip.work).toBe(5n * workOf(easiest) + 4n * workOf(second));
  });

  test("a block mined for the old target is refused after it moved", () => {
    const chain = newChain();
    for (const time of [1, 2, 3, 4]) grow(chain, 1, { timestampMs: startMs + time });
    const parent = chain.tip;
    expect(chain.targetAfter(parent)).toBe(easiest / 4n);
    const block = nextBlock(chain);
    for (let timestampMs = startMs + 100; ; timestampMs++) {
      const easy = sealed(chain, parent.parent!, { ...block, header: { ...block.header, timestampMs } });
      if (BigInt(`0x${headerHash(easy.header)}`) <= easiest / 4n) continue;
      expect(adding(chain, easy)).toBe("too-little-work");
      break;
    }
    expect(adding(chain, block)).toEqual([0, 1]);
  });
});

describe("reorganisation", () => {
  test("equal work changes nothing, more work takes over", () => {
    const chain = newChain();
    const [a1] = grow(chain, 1, { data: "aa" });
    const b1 = nextBlock(chain, { parent: chain.at(0)!, data: "bb" });
    expect(adding(chain, b1)).toEqual([0, 0]);
    expect(chain.tip).toBe(a1);
    const b2 = nextBlock(chain, { parent: chain.link(headerHash(b1.header))! });
    expect(chain.add(b2, lateMs)).toEqual({ ok: true, value: { undone: [a1!.block], done: [b1, b2] } });
    expect(chain.tip.block).toBe(b2);
    expect(chain.at(1)!.block).toBe(b1);
  });

  test("it is work that counts, not length", () => {
    const chain = newChain({ workCheck: workAssumed });
    // Four quick blocks make the next one worth 256 hashes; five slow ones are worth 64 each.
    for (const time of [1, 2, 3, 4, 5]) grow(chain, 1, { timestampMs: startMs + time });
    const tip = chain.tip;
    const slow = grow(chain, 7, { parent: chain.at(0)!, data: "51" });
    expect(slow.at(-1)!.heightBlocks).toBe(7);
    expect(chain.tip).toBe(tip);
    grow(chain, 1, { parent: slow.at(-1)!, data: "51" });
    expect(chain.tip).toBe(tip);
    grow(chain, 1, { parent: chain.tip });
    expect(chain.tip.heightBlocks).toBe(6);
  });

  test("a payment undone is undone everywhere: money, fee, change of hands", () => {
    const chain = newChain();
    const onward = signTransaction(unsigned([spends(payment)], [pays(thief, 900)]), [node.secretKey]);
    grow(chain, 1, { transactions: [payment], feesUnits: 100 });
    grow(chain, 1, { transactions: [onward] });
    const [b1] = grow(chain, 1, { parent: chain.at(0)!, transactions: [doubleSpend], data: "bb" });
    grow(chain, 2, { parent: b1! });

    const other = newChain();
    for (const height of [1, 2, 3]) put(other, chain.at(height)!.block);
    expect(money(chain)).toEqual(money(other));
    expect(money(chain)[`${transactionId(doubleSpend)}:0`]).toBe(1000);
    expect(money(chain)[`${transactionId(payment)}:0`]).toBeUndefined();
  });

  test("there and back gives the same state", () => {
    const chain = newChain();
    grow(chain, 1, { transactions: [payment], feesUnits: 100 });
    const before = money(chain);
    const a1 = chain.tip;
    const b = grow(chain, 2, { parent: chain.at(0)!, data: "bb" });
    expect(chain.tip).toBe(b[1]);
    const a = grow(chain, 2, { parent: a1 });
    expect(chain.tip).toBe(a[1]);
    const straight = newChain();
    put(straight, a1.block);
    expect(money(straight)).toEqual(before);
    for (const link of a) put(straight, link.block);
    expect(money(chain)).toEqual(money(straight));
  });

  test("a branch that does not fit leaves all as it was, for good", () => {
    const chain = newChain();
    grow(chain, 2, { transactions: [] });
    const [tip, before] = [chain.tip, money(chain)];
    const [b1] = grow(chain, 1, { parent: chain.at(0)!, data: "bb" });
    const [b2] = grow(chain, 1, { parent: b1!, transactions: [payment], feesUnits: 99 });
    const b3 = nextBlock(chain, { parent: b2! });
    expect(adding(chain, b3)).toBe("coinbase-value");
    expect(chain.tip).toBe(tip);
    expect(money(chain)).toEqual(before);
    expect(chain.at(3)).toBeUndefined();
    const b4 = nextBlock(chain, { parent: chain.link(headerHash(b3.header))! });
    expect(adding(chain, b4)).toBe("coinbase-value");
    expect(chain.tip).toBe(tip);
    grow(chain, 1);
    expect(chain.tip.parent).toBe(tip);
    // The sound part of the branch can still win.
    const sound = grow(chain, 3, { parent: b1!, data: "cc" });
    expect(chain.tip).toBe(sound[2]);
  });
});

describe("what follows the chain", () => {
  /** Writes down what happens to it, and can forbid a transaction. */
  class Diary implements Follower {
    readonly rulings = noRulings;
    readonly lines: string[] = [];
    forbidden: Transaction | undefined;

    admits(transaction: Transaction, heightBlocks: number, timestampMs: number) {
      this.lines.push(`asked at ${heightBlocks}, ${timestampMs - startMs}`);
      return transaction === this.forbidden ? err("forbidden", "too young") : ok(undefined);
    }
    connect(_: Block, heightBlocks: number) {
      this.lines.push(`+${heightBlocks}`);
    }
    disconnect(_: Block, heightBlocks: number) {
      this.lines.push(`-${heightBlocks}`);
    }
  }

  test("it is moved with every block, in order, there and back", () => {
    const follower = new Diary();
    const chain = newChain({ follower });
    grow(chain, 2, { data: "aa" });
    grow(chain, 3, { parent: chain.at(0)!, data: "bb" });
    expect(follower.lines).toEqual(["+0", "+1", "+2", "-2", "-1", "+1", "+2", "+3"]);
  });

  test("a branch that does not fit is taken back from it too", () => {
    const follower = new Diary();
    const chain = newChain({ follower });
    grow(chain, 1, { data: "aa" });
    const [b1] = grow(chain, 1, { parent: chain.at(0)!, data: "bb" });
    const unfit = nextBlock(chain, { parent: b1!, feesUnits: 1 });
    expect(adding(chain, unfit)).toBe("coinbase-value");
    expect(follower.lines).toEqual(["+0", "+1", "-1", "+1", "-1", "+1"]);
    // What comes after it is not even tried.
    const after = nextBlock(chain, { parent: chain.link(headerHash(unfit.header))! });
    expect(adding(chain, after)).toBe("coinbase-value");
    expect(follower.lines).toHaveLength(6);
  });

  test("it decides what a block may hold, by height and time", () => {
    const follower = new Diary();
    const chain = newChain({ follower });
    follower.forbidden = payment;
    const wishes = { transactions: [payment], feesUnits: 100 };
    expect(adding(chain, nextBlock(chain, wishes))).toBe("forbidden");
    expect(follower.lines.at(-1)).toBe("asked at 1, 1000");
    const linesSoFar = follower.lines.length;
    expect(adding(chain, nextBlock(chain, { transactions: [{ ...payment, lockTime: 5 }] }))).toBe("locked");
    expect(follower.lines).toHaveLength(linesSoFar);
    expect(chain.assemble(miner.condition, [payment], startMs + 1).transactions).toHaveLength(1);
    follower.forbidden = undefined;
    expect(adding(chain, nextBlock(chain, { ...wishes, timestampMs: startMs + 7 }))).toEqual([0, 1]);
  });

  test("its rulings open what a job locked, from the block after on", () => {
    const follower = { ...new Diary(), admits: () => ok(undefined), disconnect() {}, connect() {} };
    let award: string | undefined;
    const rulings = { ...noRulings, escrowAward: (id: string) => (id === job ? award : undefined) };
    const chain = newChain({ follower: { ...follower, rulings } });
    const lock = signTransaction(
      unsigned([spends(allocation, 0)], [{ value: 1000, scriptPubKey: { kind: "escrow", jobId: job } }], {
        jobId: job,
      }),
      [client.secretKey],
    );
    const claim = signTransaction(unsigned([spends(lock)], [pays(node, 1000)]), [node.secretKey]);
    grow(chain, 1, { transactions: [lock] });
    expect(adding(chain, nextBlock(chain, { transactions: [claim] }))).toBe("no-ruling");
    award = node.keyHash;
    expect(adding(chain, nextBlock(chain, { transactions: [claim], data: "01" }))).toEqual([0, 1]);
  });
});

describe("assembling a block", () => {
  const onward = signTransaction(unsigned([spends(payment)], [pays(thief, 850)]), [node.secretKey]);

  test("it holds what fits, in order, and pays reward and fees; assembling changes nothing", () => {
    const chain = newChain();
    const before = money(chain);
    const twice = unsigned([spends(allocation, 0), spends(allocation, 0)], [pays(thief, 2000)]);
    const repeated = signTransaction(twice, [client.secretKey]);
    const block = chain.assemble(miner.condition, [repeated, onward, payment, doubleSpend, onward], startMs + 1, "07");
    expect(block.transactions.slice(1)).toEqual([payment, onward]);
    expect(block.transactions[0]!.outputs).toEqual([pays(miner, rewardUnits(1, minimal) + 150)]);
    expect(block.transactions[0]!.inputs[0]!.scriptSig).toBe("07");
    expect(block.header).toMatchObject({ timestampMs: startMs + 1, previousHash: chain.tip.hash, nonce: 0 });
    expect(money(chain)).toEqual(before);
    expect(adding(chain, sealed(chain, chain.tip, block))).toEqual([0, 1]);
  });

  test("it is filled up to its limit", () => {
    const spare = 76 + 42 + 41 + 30 + 9;
    const room = spare + 42 + 41 + 97 + 30;
    const assembled = (maxBlockBytes: number) =>
      newChain({}, { maxBlockBytes }).assemble(miner.condition, [payment], startMs + 1);
    expect(assembled(room).transactions).toHaveLength(2);
    expect(assembled(room - 1).transactions).toHaveLength(1);

    const other = signTransaction(unsigned([spends(allocation, 1)], [pays(client, 600)]), [node.secretKey]);
    const ofTwo = (maxBlockBytes: number) =>
      newChain({}, { maxBlockBytes }).assemble(miner.condition, [payment, other], startMs + 1).transactions.length;
    expect(ofTwo(room + (room - spare))).toBe(3);
    expect(ofTwo(room + (room - spare) - 1)).toBe(2);
  });

  test("when nothing is left to pay, the coinbase pays nothing", () => {
    const chain = newChain({}, { initialRewardUnits: 0 });
    const block = sealed(chain, chain.tip, chain.assemble(miner.condition, [], startMs + 1));
    expect(block.transactions[0]!.outputs).toEqual([]);
    expect(adding(chain, block)).toEqual([0, 1]);
  });
});
