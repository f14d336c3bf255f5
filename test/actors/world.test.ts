/** Small networks from the first job to the last block; every invariant is checked at each block. */

import { describe, expect, test } from "vitest";
import { clientBehaviors } from "../../src/actors/behaviors/clients.ts";
import { nodeBehaviors } from "../../src/actors/behaviors/nodes.ts";
import { verifierBehaviors } from "../../src/actors/behaviors/verifiers.ts";
import { collectStats } from "../../src/actors/group-stats.ts";
import type { OutputRequest } from "../../src/actors/output-provider.ts";
import type { World } from "../../src/actors/world.ts";
import type { NodeGroup } from "../../src/actors/world-settings.ts";
import { ruleSet } from "../../src/protocol/revisions.ts";
import { clientGroup, madeUpClaim, nodeGroup, played, settings, verifierGroup } from "./worlds.ts";

const stages = (world: World) => Object.fromEntries(Map.groupBy(world.ledger.jobs.records(), ({ stage }) => stage));
const standing = (world: World, kind: string) => collectStats(world).find((one) => one.kind === kind)!;

describe("honest nodes", () => {
  test("are paid for every job, in blocks, and keep their stakes", async () => {
    const { world } = await played();
    expect(world.runs.length).toBeGreaterThan(15);
    expect(Object.keys(stages(world))).toEqual(["settled"]);
    const honest = standing(world, "honest");
    expect(honest).toMatchObject({ paid: world.runs.length, settled: world.runs.length, slashed: 0, bankrupt: 0 });
    expect(honest.passed).toBe(world.runs.length);
    const fees = world.nodes.reduce((sum, { account }) => sum + account.feesUnits, 0);
    expect(honest.earnedUnits).toBe(world.runs.length * 100_000 - fees);
  });

  test("work in vain when all of them work on every job, and not when a moderator assigns it", async () => {
    const redundant = standing((await played()).world, "honest");
    const central = standing((await played({ scheduling: "central" })).world, "honest");
    expect(redundant.paid).toBe(central.paid);
    expect(redundant.effort!.decodeTokens).toBeGreaterThan(5 * central.effort!.decodeTokens);
    expect(redundant.wasted!.decodeTokens).toBe(redundant.effort!.decodeTokens - central.effort!.decodeTokens);
    expect(central.wasted).toEqual({ prefillTokens: 0, decodeTokens: 0, busyUs: 0, joules: 0 });
  });

  test("stop soon after they hear that another node has the job, where acceptance is exclusive", async () => {
    const { world } = await played({ scheduling: "exclusive" });
    expect(Object.keys(stages(world))).toEqual(["settled"]);
    for (const run of world.runs) expect(run.taker).toBe(run.payment!.assignment.node);
    const { effort, wasted } = standing(world, "honest");
    expect(wasted!.decodeTokens).toBeLessThan(0.3 * effort!.decodeTokens);
  });

  test("cannot take jobs without a free stake, and go on when their stakes are free again", async () => {
    const { world, lines } = await played({ nodes: [nodeGroup("honest", 2, { fundsUnits: 3 * 101_000 })] });
    expect(lines.some((line) => line.includes("node.starved"))).toBe(true);
    expect(standing(world, "honest").settled!).toBeGreaterThan(4);
    expect(standing(world, "honest").bankrupt).toBe(0);
  });
});

describe("nodes that break the protocol", () => {
  const cheat = (change: Partial<NodeGroup>) =>
    played({ nodes: [nodeGroup("cheat", 1, { honest: false, ...change })], scheduling: "central" });

  test("lose the stake of every unrelated output that is verified", async () => {
    const { world } = await cheat({ strategy: { name: "unrelated" } });
    const { paid, failed, slashed, earnedUnits } = standing(world, "cheat");
    expect(paid).toBe(world.runs.length);
    expect(failed).toBe(paid);
    expect(slashed).toBe(paid);
    expect(earnedUnits).toBeLessThan(-100_000 * slashed!);
    expect(Object.keys(stages(world))).toEqual(["voided"]);
  });

  test("end up bankrupt", async () => {
    const { world } = await cheat({ strategy: { name: "unrelated" }, fundsUnits: 5 * 101_000 });
    expect(standing(world, "cheat")).toMatchObject({ slashed: 5, bankrupt: 1 });
    expect(stages(world)["created"]!.length).toBeGreaterThan(0);
  });

  test("lose the stake when they take the money and send nothing", async () => {
    const { world, lines } = await cheat({ behavior: nodeBehaviors.withholds });
    expect(standing(world, "cheat").slashed).toBe(world.runs.length);
    expect(world.runs.every(({ failedCheck }) => failedCheck === "no-output")).toBe(true);
    expect(lines.filter((line) => line.includes('"charge":"no-output"')).length).toBe(world.runs.length);
  });

  test("are not caught by clients that do not look", async () => {
    const { world } = await played({
      nodes: [nodeGroup("cheat", 1, { strategy: { name: "unrelated" }, honest: false })],
      clients: [clientGroup("trusts", 2, { verification: "none" })],
    });
    expect(standing(world, "cheat")).toMatchObject({ slashed: 0, settled: world.runs.length });
  });

  test("win the race of redundant work when they need no time", async () => {
    const { world } = await played({
      nodes: [nodeGroup("honest", 5), nodeGroup("cheat", 1, { strategy: { name: "unrelated" }, honest: false })],
    });
    expect(standing(world, "cheat").paid).toBe(world.runs.length);
  });
});

test("a client that never pays gets nothing, and nobody loses a stake", async () => {
  const { world } = await played({
    clients: [clientGroup("never-pays", 2, { behavior: clientBehaviors["never-pays"], verification: "none" })],
  });
  expect(Object.keys(stages(world))).toEqual(["voided"]);
  expect(standing(world, "honest")).toMatchObject({ paid: 0, slashed: 0 });
  expect(standing(world, "never-pays").firstTokenUs).toEqual([]);
  // Its money was never spent, and is its own again after the next block.
  expect(world.clients.reduce((sum, { party }) => sum + party.wallet.units, 0)).toBeGreaterThan(0);
});

describe("outsourced verification", () => {
  const outsourced = (revision: "2023.1" | "2026.1", cheats: boolean) =>
    played({
      rules: { ...ruleSet(revision), rastic: "blog" },
      scheduling: "central",
      nodes: [nodeGroup("worker", 2, cheats ? { strategy: { name: "unrelated" }, honest: false } : {})],
      clients: [clientGroup("outsources", 2, { verification: "outsourced" })],
      verifiers: [verifierGroup("echo", 3, { behavior: verifierBehaviors.echo })],
    });

  test("passes every cheat when verifiers echo the claimed token, in 2023.1", async () => {
    const { world } = await outsourced("2023.1", true);
    expect(standing(world, "worker")).toMatchObject({ passed: world.runs.length, slashed: 0 });
    expect(standing(world, "echo").effort).toMatchObject({ prefillTokens: 0 });
  });

  test("withholds the claim from them in 2026.1: they can confirm nothing, and re-tests clear honest nodes", async () => {
    const { world } = await outsourced("2026.1", false);
    expect(standing(world, "worker").failed).toBe(world.runs.length);
    expect(standing(world, "worker")).toMatchObject({ slashed: 0, settled: world.runs.length });
  });

  test("is steered by verifiers who collude with the node, in both revisions", async () => {
    for (const revision of ["2023.1", "2026.1"] as const) {
      const { world } = await played({
        rules: { ...ruleSet(revision), rastic: "blog" },
        scheduling: "central",
        nodes: [nodeGroup("cheat", 2, { strategy: { name: "unrelated" }, honest: false })],
        clients: [clientGroup("outsources", 2, { verification: "outsourced" })],
        verifiers: [verifierGroup("friends", 3, { behavior: verifierBehaviors.collude, colludesWith: "cheat" })],
      });
      expect(standing(world, "cheat")).toMatchObject({ passed: world.runs.length, slashed: 0 });
    }
  });

  test("catches cheats where verifiers are honest", async () => {
    for (const revision of ["2023.1", "2026.1"] as const) {
      const { world } = await played({
        rules: { ...ruleSet(revision), rastic: "blog" },
        scheduling: "central",
        nodes: [nodeGroup("cheat", 2, { strategy: { name: "unrelated" }, honest: false })],
        clients: [clientGroup("outsources", 2, { verification: "outsourced" })],
        verifiers: [verifierGroup("honest-verifiers", 4)],
      });
      expect(standing(world, "cheat").slashed).toBe(world.runs.length);
    }
  });
});

test("the whitepaper's RASTiC slashes honest nodes where the model would not have written the client's own words", async () => {
  const rules = ruleSet("2023.1");
  expect(rules.rastic).toBe("whitepaper");
  const foreignWords = async (questions: readonly OutputRequest[]) =>
    questions.map((question) => ({ ...madeUpClaim(question), promptReferenceTokens: [999, 999, 999] }));
  const { world } = await played({ rules, scheduling: "central" }, foreignWords);
  const { wronglySlashed, passed } = standing(world, "honest");
  expect(wronglySlashed).toBeGreaterThan(0);
  expect(wronglySlashed! + passed!).toBe(world.runs.length);
});

test("miners that hear of blocks late fork the chain, and everybody follows the longer branch", async () => {
  // Blocks every two seconds over links that take about a tenth of one.
  const { parameters } = settings();
  const fast = { ...parameters, blockIntervalMs: 2000, blockDelayMs: 2000, counterProofWindowMs: 1000 };
  const jobs = { ...settings().jobs, perHour: 600, hours: 0.1, settleHours: 0.1 };
  const { world, lines } = await played({ parameters: fast, jobs, miners: 6 });
  const blocks = lines.map((line) => JSON.parse(line)).filter(({ kind }) => kind === "block.found");
  expect(world.ledger.blocksFound).toBeGreaterThan(world.ledger.chain.tip.heightBlocks);
  expect(blocks.some(({ undone }) => undone > 0)).toBe(true);
  expect(standing(world, "honest").settled).toBe(world.runs.length);
});
