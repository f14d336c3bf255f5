/** Settings of what goes wrong in a simulated network, and of how its parties found one another. */
import { z } from "zod";
import { peerings } from "../../src/actors/connections.ts";
import type { PartySelector, WorldFault, WorldOutages } from "../../src/actors/world-settings.ts";

const probability = z.number().min(0).max(0.9);
const atHours = z.number().min(0).describe("when, from the start");
const parties = z
  .array(
    z.strictObject({
      of: z
        .string()
        .describe("parties by their names in the event log: node, client/verifies, miner/0; all that begin with it"),
      share: z.number().min(0).max(1).default(1).describe("the first of them, up to this share"),
    }),
  )
  .min(1)
  .describe("whom it concerns");

const fault = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("down"), atHours, parties }),
  z.strictObject({ kind: z.literal("up"), atHours, parties }),
  z.strictObject({
    kind: z.literal("partition"),
    atHours,
    groups: z.array(parties).min(1).describe("who can still reach one another; all others are one more group"),
  }),
  z.strictObject({ kind: z.literal("heal"), atHours }),
  z.strictObject({ kind: z.literal("loss"), atHours, probability }),
]);

const outages = z.strictObject({
  loss: probability.default(0).describe("share of transmissions that are lost, until the script says otherwise"),
  retrySeconds: z
    .number()
    .min(1)
    .default(10)
    .describe("so often neighbours compare what they have, and whoever got no answer sends again"),
  churn: z
    .array(
      z.strictObject({
        parties,
        meanUpHours: z.number().min(0.001).describe("mean time of being connected, exponential"),
        meanDownHours: z.number().min(0.001).describe("mean time of being cut off, exponential"),
      }),
    )
    .default([])
    .describe("who comes and goes"),
  script: z.array(fault).default([]).describe("what happens when: down, up, partition, heal, loss"),
});
export type OutageSettings = z.output<typeof outages>;

export const outageSettings = {
  peering: z
    .enum(peerings)
    .default("drawn")
    .describe("how connections come about: drawn at random, or discovered through seed nodes and gossip"),
  outages: outages
    .nullable()
    .default(null)
    .describe("what goes wrong with the network; machines of those who are cut off work on"),
  simulateTransmissions: z
    .boolean()
    .default(false)
    .describe(
      "also simulates every transmission as an event, and fails if one arrives at another time than was worked out",
    ),
};

interface Named {
  readonly kind: string;
  readonly count: number;
}

/** Calls with path and message of each setting that names nobody, or asks for what cannot be. */
export function checkOutages(
  {
    outages,
    simulateTransmissions,
  }: { readonly outages: OutageSettings | null; readonly simulateTransmissions: boolean },
  world: {
    readonly nodes: readonly Named[];
    readonly clients: readonly Named[];
    readonly verifiers: readonly Named[];
    readonly miners: number;
    readonly jobs: { readonly hours: number; readonly settleHours: number };
  },
  fault: (path: (string | number)[], message: string) => void,
): void {
  if (outages === null) return;
  const known = partyNames(world);
  const check = (some: readonly PartySelector[], path: (string | number)[]) => {
    for (const [i, { of }] of some.entries())
      if (!known.has(of)) fault([...path, i, "of"], `expected a party such as ${[...known].slice(0, 4).join(", ")}`);
  };
  for (const [i, one] of outages.churn.entries()) check(one.parties, ["outages", "churn", i, "parties"]);
  for (const [i, one] of outages.script.entries()) {
    const path = ["outages", "script", i];
    if ("parties" in one) check(one.parties, [...path, "parties"]);
    if ("groups" in one) {
      for (const [g, group] of one.groups.entries()) check(group, [...path, "groups", g]);
      const names = one.groups.flatMap((group) => group.map(({ of }) => of));
      const twice = names.find((of, n) => names.some((other, o) => o !== n && `${of}/`.startsWith(`${other}/`)));
      if (twice !== undefined) fault([...path, "groups"], `expected everybody in one group: ${twice} is in two`);
    }
    const endHours = world.jobs.hours + world.jobs.settleHours;
    if (one.atHours > endHours) fault([...path, "atHours"], `expected at most ${endHours}, when the run ends`);
  }
  const loses = outages.loss > 0 || outages.script.some((one) => one.kind === "loss" && one.probability > 0);
  if (simulateTransmissions && loses)
    fault(
      ["simulateTransmissions"],
      "expected false where transmissions are lost: which ones is drawn otherwise there",
    );
}

/** Every name that means somebody, with those of whole groups first. */
function partyNames({ nodes, clients, verifiers, miners }: Parameters<typeof checkOutages>[1]): ReadonlySet<string> {
  const roles = { node: nodes, client: clients, verifier: verifiers } as const;
  const groups = Object.entries(roles).flatMap(([role, own]) => own.map((group) => ({ role, ...group })));
  return new Set([
    ...Object.keys(roles).filter((role) => groups.some((group) => group.role === role)),
    "miner",
    ...groups.map(({ role, kind }) => `${role}/${kind}`),
    "moderator",
    ...Array.from({ length: miners }, (_, i) => `miner/${i}`),
    ...groups.flatMap(({ role, kind, count }) => Array.from({ length: count }, (_, i) => `${role}/${kind}/${i}`)),
  ]);
}

const HOUR_US = 3_600_000_000;

export function worldOutages(outages: OutageSettings): WorldOutages {
  const us = (hours: number) => Math.round(hours * HOUR_US);
  return {
    loss: outages.loss,
    retryUs: Math.round(outages.retrySeconds * 1_000_000),
    churn: outages.churn.map(({ parties: some, meanUpHours, meanDownHours }) => ({
      parties: some,
      rates: { meanUpUs: us(meanUpHours), meanDownUs: us(meanDownHours) },
    })),
    script: outages.script.map(({ atHours: hours, ...rest }): WorldFault => ({ ...rest, atUs: us(hours) })),
  };
}
