import type { clientBehaviors } from "../../src/actors/behaviors/clients.ts";
import type { nodeBehaviors } from "../../src/actors/behaviors/nodes.ts";
import type { Charge } from "../../src/protocol/jobs/job-record.ts";

/** One way in which a row of the dispute table can be played: who is honest, and what the others do. */
export interface Scenario {
  readonly name: string;
  /** What happens, as figures call it. */
  readonly label: string;
  readonly charge: Charge;
  readonly accuserHonest: boolean;
  readonly accusedHonest: boolean;
  readonly client: keyof typeof clientBehaviors;
  readonly node: keyof typeof nodeBehaviors;
  /** How the node makes its output: as asked, on other numerics, by the cheat of the settings, or not at all. */
  readonly output: "as asked" | "other numerics" | "cheat" | "unrelated";
  /** A second node, the client's own, that commits to anything. */
  readonly accomplice?: true;
}

/** The accuser of `unpaid` is the node, of the other charges the client. */
export const scenarios: readonly Scenario[] = [
  unpaid("late-payment", "payment late", true, true, "pays-late", "honest"),
  unpaid("no-payment", "client never pays", true, false, "never-pays", "honest"),
  { ...unpaid("redirected", "payment redirected", true, false, "payment-replacement", "honest"), accomplice: true },
  unpaid("paid-cries", "node was paid, cries", false, true, "honest", "false-unpaid-charge"),
  unpaid("cheat-cries", "cheat cries, client never pays", false, false, "never-pays", "honest", "cheat"),

  invalid("other-numerics", "node rounds otherwise", true, true, "honest", "other numerics"),
  invalid("unrelated", "unrelated output", true, false, "honest", "unrelated"),
  invalid("cheat", "cheat verified", true, false, "honest", "cheat"),
  invalid("made-up", "evidence made up", false, true, "fabricated-evidence", "as asked"),
  invalid("hunted", "index hunted", false, true, "index-grinding", "other numerics"),
  invalid("made-up-cheat", "evidence made up, on a cheat", false, false, "fabricated-evidence", "cheat"),

  noOutput("late-output", "output late", true, true, "honest", "delivers-late"),
  noOutput("withheld", "output withheld", true, false, "honest", "withholds"),
  noOutput("noise", "noise for output", true, false, "honest", "garbage-output"),
  noOutput("denied", "delivery denied", false, true, "false-nondelivery-charge", "honest"),
  noOutput("denied-cheat", "cheat's delivery denied", false, false, "false-nondelivery-charge", "honest", "cheat"),
];

type Output = Scenario["output"];

function unpaid(
  name: string,
  label: string,
  accuserHonest: boolean,
  accusedHonest: boolean,
  client: Scenario["client"],
  node: Scenario["node"],
  output: Output = "as asked",
): Scenario {
  return { name, label, charge: "unpaid", accuserHonest, accusedHonest, client, node, output };
}

function invalid(
  name: string,
  label: string,
  accuserHonest: boolean,
  accusedHonest: boolean,
  client: Scenario["client"],
  output: Output,
): Scenario {
  return { name, label, charge: "invalid-output", accuserHonest, accusedHonest, client, node: "honest", output };
}

function noOutput(
  name: string,
  label: string,
  accuserHonest: boolean,
  accusedHonest: boolean,
  client: Scenario["client"],
  node: Scenario["node"],
  output: Output = "as asked",
): Scenario {
  return { name, label, charge: "no-output", accuserHonest, accusedHonest, client, node, output };
}

export function honestClient({ charge, accuserHonest, accusedHonest }: Scenario): boolean {
  return charge === "unpaid" ? accusedHonest : accuserHonest;
}

export function honestNode({ charge, accuserHonest, accusedHonest }: Scenario): boolean {
  return charge === "unpaid" ? accuserHonest : accusedHonest;
}

export const scenarioNames = scenarios.map(({ name }) => name) as [string, ...string[]];
