/** The watch over a run is worth something only if it barks. */
import { expect, test } from "vitest";
import { InvariantBroken } from "../../src/actors/invariants.ts";
import { World } from "../../src/actors/world.ts";
import { coinbase } from "../../src/protocol/chain/block.ts";
import { answerMadeUp, nodeGroup, settings } from "./worlds.ts";

async function halfway(): Promise<World> {
  const nodes = [nodeGroup("honest", 2), nodeGroup("cheat", 1, { strategy: { name: "unrelated" }, honest: false })];
  const world = new World(settings({ nodes }), { answer: answerMadeUp, check: true });
  await world.play(world.endUs / 2);
  return world;
}

test("a coin out of nothing stops the run", async () => {
  const world = await halfway();
  const forged = coinbase(99_999, [{ value: 1, scriptPubKey: world.nodes[0]!.party.wallet.condition }]);
  world.ledger.chain.outputs.apply(forged, 1);
  await expect(world.play()).rejects.toThrow(/units unspent, \d+ issued/);
});

test("a stake slashed without a failed check on record stops the run", async () => {
  const world = await halfway();
  const slashed = world.runs.find(({ id }) => world.ledger.jobs.get(id)!.ruling?.slashed != null)!;
  slashed.failedCheck = undefined;
  await expect(world.play()).rejects.toThrow("no check of it is on record as failed");
});

test("an escrow that ends another way than its blocks say stops the run", async () => {
  const world = await halfway();
  const voided = world.runs.find(({ id }) => world.ledger.jobs.get(id)!.stage === "voided")!;
  const record = world.ledger.jobs.get(voided.id)!;
  world.ledger.jobs.undo({ jobId: voided.id, before: { ...record, stage: "settled" } });
  // At its own check, the breach is an error with a code; inside an event, the kernel names the event.
  const error = await world.play(world.kernel.nowUs).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(InvariantBroken);
  expect((error as InvariantBroken).code).toBe("invariant-broken");
});
