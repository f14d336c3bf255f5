/** What each conduct leads to, on one job: which charge is brought, what decides it, who ends with what. */
import { describe, expect, test } from "vitest";
import { clientBehaviors } from "../../../src/actors/behaviors/clients.ts";
import { nodeBehaviors } from "../../../src/actors/behaviors/nodes.ts";
import { verifierBehaviors } from "../../../src/actors/behaviors/verifiers.ts";
import type { OutputRequest } from "../../../src/actors/output-provider.ts";
import type { NodeGroup } from "../../../src/actors/world-settings.ts";
import { type Revision, revisions, ruleSet } from "../../../src/protocol/revisions.ts";
import { clientGroup, madeUpClaim, nodeGroup, played, settings, verifierGroup } from "../worlds.ts";

interface Parties {
  readonly client?: keyof typeof clientBehaviors;
  readonly node?: keyof typeof nodeBehaviors;
  readonly more?: readonly NodeGroup[];
  readonly foreignWords?: boolean;
}

/** One job between one client and one node, under the revision with the blog's RASTiC unless said otherwise. */
async function oneJob(revision: Revision, parties: Parties = {}, rastic: "blog" | "whitepaper" = "blog") {
  const { client = "honest", node = "honest", more = [], foreignWords = false } = parties;
  const answer = async (questions: readonly OutputRequest[]) =>
    questions.map((question) => ({
      ...madeUpClaim(question),
      ...(foreignWords ? { promptReferenceTokens: [999, 999, 999] } : {}),
    }));
  const { world, lines } = await played(
    {
      rules: { ...ruleSet(revision), rastic },
      nodes: [...more, nodeGroup("honest", 1, { behavior: nodeBehaviors[node] })],
      clients: [clientGroup("client", 1, { behavior: clientBehaviors[client] })],
      jobs: { ...settings().jobs, perHour: 600, perClient: 1 },
    },
    answer,
  );
  const [run] = world.runs;
  const { stage, ruling } = world.ledger.jobs.get(run!.id)!;
  const worker = world.nodes.at(-1)!.party.wallet.keyHash;
  return {
    stage,
    slashed: ruling?.slashed === worker,
    paid: stage === "settled" && ruling?.escrowTo === worker,
    readable: run!.delivered.fired,
    charges: run!.disputes.map(({ charge, end, decidedBy }) => `${charge} ${end}: ${decidedBy}`),
    run: run!,
    lines,
  };
}

describe.each(revisions)("revision %s", (revision) => {
  test("honest parties need no charge", async () => {
    expect(await oneJob(revision)).toMatchObject({ paid: true, slashed: false, readable: true, charges: [] });
  });

  test("a client that never pays is charged, and the job is void", async () => {
    expect(await oneJob(revision, { client: "never-pays" })).toMatchObject({
      stage: "voided",
      slashed: false,
      readable: false,
      charges: ["unpaid upheld: end of the window"],
    });
  });

  test("a late payment answers the charge", async () => {
    const late = await oneJob(revision, { client: "pays-late" });
    expect(late).toMatchObject({ paid: true, readable: true, charges: ["unpaid dismissed: payment"] });
  });

  test("a node that was paid and says otherwise is refused", async () => {
    const cries = await oneJob(revision, { node: "false-unpaid-charge" });
    expect(cries).toMatchObject({ paid: true, charges: ["unpaid refused: payment-exists"] });
  });

  test("made-up reference tokens are tested again by the miners, and the charge fails", async () => {
    const { charges, paid, slashed, run } = await oneJob(revision, { client: "fabricated-evidence" });
    expect({ charges, paid, slashed }).toEqual({
      charges: ["invalid-output dismissed: re-test"],
      paid: true,
      slashed: false,
    });
    const [{ retests, bytes, messages }] = run.disputes as [(typeof run.disputes)[number]];
    expect(retests.prefillTokens).toBeGreaterThan(3 * 3);
    expect(messages).toBe(1);
    expect(bytes).toBeGreaterThan(0);
  });

  test("a node that withholds loses its stake", async () => {
    expect(await oneJob(revision, { node: "withholds" })).toMatchObject({
      stage: "voided",
      slashed: true,
      charges: ["no-output upheld: end of the window"],
    });
  });

  test("a node that delivers late has answered the charge, and is paid", async () => {
    const { charges, paid, readable } = await oneJob(revision, { node: "delivers-late" });
    expect({ paid, readable }).toEqual({ paid: true, readable: true });
    expect(charges).toEqual([`no-output dismissed: ${revision === "2023.1" ? "delivery" : "opening"}`]);
  });
});

describe("what 2026.1 repairs", () => {
  test("noise passes for a delivery in 2023.1, and for none in 2026.1", async () => {
    expect(await oneJob("2023.1", { node: "garbage-output" })).toMatchObject({
      paid: true,
      readable: false,
      charges: ["no-output refused: delivery-exists"],
    });
    expect(await oneJob("2026.1", { node: "garbage-output" })).toMatchObject({ slashed: true, paid: false });
  });

  test("a client that denies a delivery is refused at once, or makes the node show the output to everybody", async () => {
    const denies = { client: "false-nondelivery-charge" } as const;
    expect((await oneJob("2023.1", denies)).charges).toEqual(["no-output refused: delivery-exists"]);
    expect(await oneJob("2026.1", denies)).toMatchObject({ paid: true, charges: ["no-output dismissed: opening"] });
  });

  test("an accuser that hunts for an index finds the client's own words, where it may draw and the whitepaper is read literally", async () => {
    const hunts = { client: "index-grinding", foreignWords: true } as const;
    expect(await oneJob("2023.1", hunts, "whitepaper")).toMatchObject({
      slashed: true,
      charges: ["invalid-output upheld: re-test"],
    });
    // In the blog's reading an honest output has nothing to hit.
    expect(await oneJob("2023.1", hunts)).toMatchObject({ paid: true, charges: [] });
    expect(await oneJob("2026.1", hunts, "whitepaper")).toMatchObject({
      paid: true,
      charges: ["invalid-output refused: nonce-mismatch"],
    });
  });

  test("a payment is redirected to an accomplice in 2023.1, and stands in 2026.1", async () => {
    const more = [nodeGroup("accomplice", 1, { strategy: { name: "unrelated" }, honest: false })];
    expect(await oneJob("2023.1", { client: "payment-replacement", more })).toMatchObject({
      stage: "settled",
      paid: false,
      readable: true,
      charges: ["unpaid refused: payment-exists"],
    });
    const repaired = await oneJob("2026.1", { client: "payment-replacement", more });
    expect(repaired).toMatchObject({ stage: "voided", paid: false, readable: false });
  });
});

test("verifiers that deny make the honest majority's work a minority's", async () => {
  const { world } = await played({
    scheduling: "central",
    clients: [clientGroup("outsources", 1, { verification: "outsourced" })],
    verifiers: [verifierGroup("liars", 4, { behavior: verifierBehaviors.deny })],
  });
  expect(world.runs.length).toBeGreaterThan(3);
  expect(world.runs.every(({ verified }) => verified === false)).toBe(true);
  // What the client concludes from them, the miners' own test refutes.
  expect(world.runs.every(({ disputes }) => disputes[0]!.end === "dismissed")).toBe(true);
});

test.each(Object.entries({ ...clientBehaviors, ...nodeBehaviors, ...verifierBehaviors }))(
  "%s is listed under its own name",
  (name, behavior) => expect(behavior.name).toBe(name),
);
