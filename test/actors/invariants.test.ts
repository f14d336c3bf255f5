/** The watch over a run is worth something only if it barks. */
import { describe, expect, test } from "vitest";
import { InvariantBroken } from "../../src/actors/invariants.ts";
import { World } from "../../src/actors/world.ts";
import { coinbase } from "../../src/protocol/chain/block.ts";
import type { JobRecord } from "../../src/protocol/jobs/job-record.ts";
import { answerMadeUp, nodeGroup, settings } from "./worlds.ts";

async function halfway(): Promise<World> {
  const nodes = [nodeGroup("honest", 2), nodeGroup("cheat", 1, { strategy: { name: "unrelated" }, honest: false })];
  const world = new World(settings({ nodes }), { provideOutputs: answerMadeUp, check: true });
  await world.run(world.endUs / 2);
  return world;
}

test("a coin out of nothing stops the run", async () => {
  const world = await halfway();
  const forged = coinbase(99_999, [{ value: 1, scriptPubKey: world.nodes[0]!.party.wallet.condition }]);
  world.ledger.chain.outputs.apply(forged, 1);
  await expect(world.run()).rejects.toThrow(/units unspent, \d+ issued/);
});

test("a stake slashed without a failed check on record stops the run", async () => {
  const world = await halfway();
  const slashed = world.runs.find(({ id }) => world.ledger.jobs.get(id)!.ruling?.slashed != null)!;
  slashed.failedCheck = undefined;
  await expect(world.run()).rejects.toThrow("no check of it is on record as failed");
});

test("an escrow that ends another way than its blocks say stops the run", async () => {
  const world = await halfway();
  const voided = world.runs.find(({ id }) => world.ledger.jobs.get(id)!.stage === "voided")!;
  const record = world.ledger.jobs.get(voided.id)!;
  world.ledger.jobs.undo({ jobId: voided.id, before: { ...record, stage: "settled" } });
  // At its own check, the breach is an error with a code; inside an event, the kernel names the event.
  const error = await world.run(world.kernel.nowUs).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(InvariantBroken);
  expect((error as InvariantBroken).code).toBe("invariant-broken");
});

test("a wallet below zero stops the run", async () => {
  const world = await halfway();
  const { wallet, name } = world.clients[0]!.party;
  Object.defineProperty(wallet, "units", { get: () => -1 });
  await expect(world.run()).rejects.toThrow(`${name} has -1 units`);
});

describe("an escrow ends in one way", () => {
  const broken = async (from: string, change: (record: JobRecord) => JobRecord) => {
    const world = await halfway();
    // The voids of so far are on the watch's record.
    const run = world.runs.find(({ id }) => world.ledger.jobs.get(id)!.stage === from)!;
    world.ledger.jobs.undo({ jobId: run.id, before: change(world.ledger.jobs.get(run.id)!) });
    return { name: run.name, playing: world.run(world.kernel.nowUs) };
  };

  test("a void that comes to life again stops the run", async () => {
    const { name, playing } = await broken("voided", (record) => ({ ...record, stage: "completed", ruling: null }));
    await expect(playing).rejects.toThrow(`${name} was forfeited and is open`);
  });

  test("a slashed stake that is given back stops the run", async () => {
    const { name, playing } = await broken("voided", (record) => ({
      ...record,
      ruling: { ...record.ruling!, slashed: null },
    }));
    await expect(playing).rejects.toThrow(`${name} was forfeited and is void`);
  });

  test("the escrow of a void job in other hands than the client's stops the run", async () => {
    const { name, playing } = await broken("voided", (record) => ({
      ...record,
      ruling: { ...record.ruling!, escrowTo: "00" },
    }));
    await expect(playing).rejects.toThrow(`${name} is voided, and its escrow goes to 00`);
  });

  test("an open job with a ruling stops the run", async () => {
    const { name, playing } = await broken("voided", (record) => ({ ...record, stage: "completed" }));
    await expect(playing).rejects.toThrow(`${name} is completed, its ruling {`);
  });
});

test("a payment that brings the node less than its reward stops the run", async () => {
  const world = new World(settings(), { provideOutputs: answerMadeUp, check: true });
  await world.run(world.endUs / 2);
  const run = world.runs.find(({ id }) => world.ledger.jobs.get(id)!.stage === "settled")!;
  const record = world.ledger.jobs.get(run.id)!;
  world.ledger.jobs.undo({ jobId: run.id, before: { ...record, ruling: { escrowTo: "00", slashed: null } } });
  await expect(world.run(world.kernel.nowUs)).rejects.toThrow(`${run.name} is settled with 0 of 100000 units`);
});
