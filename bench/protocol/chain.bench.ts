/** What a simulated node pays per transaction when thousands of nodes take in the same blocks, and what mining costs. */
import { sha256 } from "@noble/hashes/sha2.js";
import { expect, test } from "vitest";
import { encodeHeader, genesisBlock } from "../../src/protocol/chain/block.ts";
import { Chain } from "../../src/protocol/chain/chain.ts";
import { mine, workAssumed } from "../../src/protocol/chain/proof-of-work.ts";
import { keyHash, publicKeyOf } from "../../src/protocol/keys.ts";
import { parameters } from "../../src/protocol/parameters.ts";
import { noJob, signTransaction, type Transaction, transactionId } from "../../src/protocol/transaction.ts";
import { interleaved } from "./interleaved.ts";

const full = parameters("full");
const secretKey = "0b".repeat(32);
const condition = { kind: "address", keyHash: keyHash(publicKeyOf(secretKey)) } as const;
const paymentsPerBlock = 50;
const genesis = genesisBlock(
  0,
  Array.from({ length: paymentsPerBlock }, () => ({ value: 1e6, scriptPubKey: condition })),
);
const options = { workCheck: workAssumed };

/** Ten blocks in which every coin is paid on, and an empty branch that beats them. */
function blocks() {
  const chain = new Chain(genesis, full, options);
  let coins: [Transaction, number][] = genesis.transactions[0]!.outputs.map((_, i) => [genesis.transactions[0]!, i]);
  for (let height = 1; height <= 10; height++) {
    const payments = coins.map(([from, outputIndex]) =>
      signTransaction(
        {
          version: 1,
          inputs: [{ transactionId: transactionId(from), outputIndex, scriptSig: "", sequence: 0 }],
          outputs: [{ value: from.outputs[outputIndex]!.value - 1, scriptPubKey: condition }],
          lockTime: 0,
          jobId: noJob,
        },
        [secretKey],
      ),
    );
    chain.add(chain.assemble(condition, payments, height * 1000), 1e12);
    coins = payments.map((payment) => [payment, 0]);
  }
  const rival = new Chain(genesis, full, options);
  for (let height = 1; height <= 11; height++) rival.add(rival.assemble(condition, [], height * 1000 + 1), 1e12);
  const blocksOf = (of: Chain) => Array.from({ length: of.tip.heightBlocks }, (_, i) => of.at(i + 1)!.block);
  return { long: blocksOf(chain), rival: blocksOf(rival) };
}

test("blocks taken in by many nodes, and taken back", () => {
  const { long, rival } = blocks();
  const nodes = 20;
  const unspentAfter = (branches: readonly (typeof long)[]) => {
    let unspent = 0;
    for (let node = 0; node < nodes; node++) {
      const chain = new Chain(genesis, full, options);
      for (const branch of branches) for (const block of branch) chain.add(block, 1e12);
      unspent += [...chain.outputs.entries()].length;
    }
    return unspent;
  };
  const operations = nodes * long.length * paymentsPerBlock;
  const applied = interleaved(
    9,
    operations,
    () => unspentAfter([long]),
    () => unspentAfter([long]),
  );
  const reorganised = interleaved(
    9,
    operations,
    () => unspentAfter([long, rival]),
    () => unspentAfter([long, rival]),
  );
  console.log(
    `transactions applied, all nodes sharing the blocks: ${Math.round(applied.ours).toLocaleString("en")}/s; applied and undone again: ${Math.round(reorganised.ours).toLocaleString("en")}/s`,
  );
  expect(unspentAfter([long])).toBe(nodes * (paymentsPerBlock + long.length));
  expect(unspentAfter([long, rival])).toBe(nodes * (paymentsPerBlock + rival.length));
});

test("mining beside bare noble", () => {
  const { header } = genesis;
  const bytes = encodeHeader(header);
  const operations = 20_000;
  const measured = interleaved(
    9,
    operations,
    () => (mine(header, 0n, 0, operations) === undefined ? operations : 0),
    () => {
      let hashed = 0;
      for (let i = 0; i < operations; i++) hashed += sha256(bytes).length / 32;
      return hashed;
    },
  );
  console.log(
    `nonces tried: ${Math.round(measured.ours).toLocaleString("en")}/s; ratio to bare hashing ${measured.ratio.toFixed(3)}`,
  );
  expect(measured.ratio).toBeGreaterThanOrEqual(0.8);
});
