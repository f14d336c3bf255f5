import type { Effort } from "../../src/actors/accounts.ts";
import { joules } from "../../src/actors/hardware-profile.ts";
import { holdings } from "../../src/actors/holdings.ts";
import type { DisputeRecord } from "../../src/actors/job-run.ts";
import type { World } from "../../src/actors/world.ts";
import { rewardUnits } from "../../src/protocol/chain/reward.ts";
import type { DisputeRow } from "./rows.ts";
import { honestClient, honestNode, type Scenario } from "./scenarios.ts";

/** What one job came to. The world has played to its end, and has posted it. */
export function disputeRow(world: World, reading: string, scenario: Scenario): DisputeRow {
  const [run] = world.runs;
  if (run === undefined) throw new Error(`${scenario.name}, ${reading}: no job was posted`);
  const { settings, ledger } = world;
  const record = ledger.jobs.get(run.id)!;
  const worker = world.nodes.at(-1)!;
  const accomplice = world.nodes.length > 1 ? world.nodes[0]! : undefined;
  const [client] = world.clients;
  const [charge, others] = chargeOf(run.disputes, scenario);
  const after = holdings(world);
  const of = (party: { readonly wallet: { readonly keyHash: string } } | undefined): number =>
    party === undefined ? 0 : (after.byOwner.get(party.wallet.keyHash) ?? 0);
  const before = allocations(world);
  const power = settings.minerHardware;
  const inJoules = (effort: Effort) => joules(effort.busyUs, power);
  const retests = run.disputes.map((one) => one.retests);
  const retestJoules = retests.map(inJoules);
  return {
    reading,
    scenario: scenario.name,
    label: scenario.label,
    charge: scenario.charge,
    accuserHonest: scenario.accuserHonest,
    accusedHonest: scenario.accusedHonest,
    prompt: run.prompt.number,
    end: charge?.end ?? "no charge",
    decidedBy: charge === undefined ? "no charge" : (charge.decidedBy ?? "nothing yet"),
    otherCharges: others.map(({ charge, end, decidedBy }) => `${charge} ${end}: ${decidedBy}`).join("; ") || "none",
    stage: record.stage,
    readable: run.delivered.fired,
    decisionSeconds: charge === undefined ? null : (charge.endedAtUs - charge.openedAtUs) / 1e6,
    clientBeforeUnits: before.get(client!.party.wallet.keyHash) ?? 0,
    clientAfterUnits: of(client!.party),
    nodeBeforeUnits: before.get(worker.party.wallet.keyHash) ?? 0,
    nodeAfterUnits: of(worker.party),
    accompliceBeforeUnits: (accomplice && before.get(accomplice.party.wallet.keyHash)) ?? 0,
    accompliceAfterUnits: of(accomplice?.party),
    minersAfterUnits: world.miners.reduce((sum, { party }) => sum + of(party), 0),
    undecidedUnits: after.undecidedUnits,
    issuedUnits: issued(world),
    messages: run.disputes.reduce((sum, { messages }) => sum + messages, 0),
    bytes: run.disputes.reduce((sum, { bytes }) => sum + bytes, 0),
    retestTokens: retests.reduce((sum, { prefillTokens }) => sum + prefillTokens, 0),
    retestJoules: retestJoules.includes(null) ? null : retestJoules.reduce((sum: number, one) => sum + one!, 0),
    clientTokens: client!.account.verification.prefillTokens,
    clientJoules: inJoules(client!.account.verification),
    generationTokens: worker.account.generation.prefillTokens + worker.account.generation.decodeTokens,
    generationJoules: inJoules(worker.account.generation),
    ...wrongs(world, scenario),
  };
}

/** The charge that the scenario is about, the one that a pool has taken in if any, and what else was brought. */
function chargeOf(
  proceedings: readonly DisputeRecord[],
  scenario: Scenario,
): [charge: DisputeRecord | undefined, others: DisputeRecord[]] {
  const own = proceedings.filter(({ charge }) => charge === scenario.charge);
  const charge = own.find(({ end }) => end !== "refused") ?? own[0];
  return [charge, proceedings.filter((one) => one !== charge)];
}

/** Who ends with what they should not, judged by what was done and not by what the rules say of it. */
function wrongs(
  { runs, nodes, ledger }: World,
  scenario: Scenario,
): Pick<DisputeRow, "innocentLoses" | "innocentUnpaid" | "guiltyGains"> {
  const [run] = runs;
  const { stage, ruling } = ledger.jobs.get(run!.id)!;
  const worker = nodes.at(-1)!.party.wallet.keyHash;
  const paid = stage === "settled";
  const nodePaid = paid && ruling!.escrowTo === worker;
  const slashed = ruling?.slashed === worker;
  const readable = run!.delivered.fired;
  const valid = scenario.output === "as asked" || scenario.output === "other numerics";
  const [goodClient, goodNode] = [honestClient(scenario), honestNode(scenario)];
  const readUnpaid = readable && valid && !nodePaid;
  return {
    innocentLoses: (goodNode && (slashed || readUnpaid)) || (goodClient && paid && !(readable && valid)),
    innocentUnpaid: goodNode && valid && !readable && !nodePaid,
    guiltyGains:
      (!goodNode && nodePaid && !(readable && valid)) || (!goodClient && (readUnpaid || (goodNode && slashed))),
  };
}

function allocations({ ledger }: World): Map<string, number> {
  const units = new Map<string, number>();
  for (const { value, scriptPubKey } of ledger.genesis.transactions[0]!.outputs)
    if (scriptPubKey.kind === "address")
      units.set(scriptPubKey.keyHash, (units.get(scriptPubKey.keyHash) ?? 0) + value);
  return units;
}

function issued(world: World): number {
  const { chain, protocol } = world.ledger;
  let units = [...allocations(world).values()].reduce((sum, one) => sum + one, 0);
  for (let height = 1; height <= chain.tip.heightBlocks; height++) units += rewardUnits(height, protocol.parameters);
  return units;
}
