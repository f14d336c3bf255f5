/** Statistics of every group at one moment: accounts added up, and money by the ledger. Cumulative. */
import type { JobRecord } from "../protocol/jobs/job-record.ts";
import { addEfforts, type Effort, type NodeAccount, noEffort } from "./accounts.ts";
import type { Hardware } from "./hardware-profile.ts";
import type { DisputeRecord } from "./job-run.ts";
import type { World } from "./world.ts";
import type { NodeGroup, WorldSettings } from "./world-settings.ts";

/** One group of parties, or the whole network. Null where a number does not apply to such a party. */
export interface GroupStats {
  readonly party: "node" | "client" | "verifier" | "miner" | "network";
  readonly kind: string;
  readonly members: number;
  /** Null for those who are no compute nodes. */
  readonly honest: boolean | null;
  readonly atUs: number;
  /** Posted by clients, begun by nodes. */
  readonly jobs: number | null;
  readonly committed: number | null;
  /** Paid by clients to these nodes; the jobs of these clients that were paid. */
  readonly paid: number | null;
  /** Paid in a block, for good. */
  readonly settled: number | null;
  /** Outputs that were verified and passed, or failed. */
  readonly passed: number | null;
  readonly failed: number | null;
  readonly slashed: number | null;
  /** Of them, nodes that had followed the protocol. */
  readonly wronglySlashed: number | null;
  /** Members without the money for another stake. */
  readonly bankrupt: number | null;
  /** Rewards less slashed stakes and fees, all members together. */
  readonly earnedUnits: number | null;
  readonly effort: Effort | null;
  /** Part of `effort` for jobs that paid another node. */
  readonly wasted: Effort | null;
  /** False where the power of a machine is not known: then joules mean nothing. */
  readonly joulesKnown: boolean;
  /** From posting, of all outputs so far, in the order of arrival. */
  readonly firstTokenUs: readonly number[];
  readonly verifiedUs: readonly number[];
  /** From charge to answer or end of the window, of the network's disputes, job by job. */
  readonly disputesUs: readonly number[];
  readonly messages: number | null;
  readonly bytes: number | null;
  readonly blocks: number | null;
  /** Found, and not part of the chain. */
  readonly staleBlocks: number | null;
  readonly chainBytes: number | null;
}

const nothing = {
  honest: null,
  jobs: null,
  committed: null,
  paid: null,
  settled: null,
  passed: null,
  failed: null,
  slashed: null,
  wronglySlashed: null,
  bankrupt: null,
  earnedUnits: null,
  effort: null,
  wasted: null,
  joulesKnown: true,
  firstTokenUs: [],
  verifiedUs: [],
  disputesUs: [],
  messages: null,
  bytes: null,
  blocks: null,
  staleBlocks: null,
  chainBytes: null,
} as const;

export function collectStats(world: World): GroupStats[] {
  const countsByNode = new Map(world.nodes.map(({ party }) => [party.wallet.keyHash, new NodeCounts()]));
  for (const run of world.runs) {
    const record = world.ledger.jobs.get(run.id)!;
    countMoney(countsByNode, record);
    if (run.payment === undefined) continue;
    const counts = countsByNode.get(run.payment.assignment.node.party.wallet.keyHash)!;
    counts.paid++;
    if (run.verified === true) counts.passed++;
    if (run.verified === false) counts.failed++;
    for (const assignment of run.workers.values())
      if (assignment !== run.payment.assignment && assignment.effort !== undefined)
        addEfforts(countsByNode.get(assignment.node.party.wallet.keyHash)!.wasted, assignment.effort);
  }
  return [
    ...nodeStats(world, countsByNode),
    ...clientStats(world),
    ...verifierStats(world),
    minerStats(world),
    networkStats(world),
  ];
}

class NodeCounts {
  paid = 0;
  settled = 0;
  passed = 0;
  failed = 0;
  slashed = 0;
  readonly wasted = noEffort();
}

function countMoney(countsByNode: ReadonlyMap<string, NodeCounts>, { stage, payment, ruling }: JobRecord): void {
  if (stage === "settled") countsByNode.get(payment!.node)!.settled++;
  if (ruling !== null && ruling.slashed !== null) countsByNode.get(ruling.slashed)!.slashed++;
}

function nodeStats(world: World, countsByNode: ReadonlyMap<string, NodeCounts>): GroupStats[] {
  return world.settings.nodes.map((group): GroupStats => {
    const members = world.nodes.filter((node) => node.group === group);
    const total = { jobs: 0, committed: 0, paid: 0, settled: 0, passed: 0, failed: 0, slashed: 0, bankrupt: 0 };
    let earnedUnits = 0;
    const [effort, wasted] = [noEffort(), noEffort()];
    for (const { party, account } of members) {
      const counts = countsByNode.get(party.wallet.keyHash)!;
      const earned = nodeEarnedUnits(counts, account, world.settings);
      total.jobs += account.started;
      total.committed += account.committed;
      for (const key of ["paid", "settled", "passed", "failed", "slashed"] as const) total[key] += counts[key];
      if (isBankrupt(group, earned, world.settings)) total.bankrupt++;
      earnedUnits += earned;
      addEfforts(effort, account.generation);
      addEfforts(wasted, counts.wasted);
    }
    return {
      ...nothing,
      ...at(world, "node", group.kind, members.length),
      ...total,
      honest: group.honest,
      wronglySlashed: group.honest ? total.slashed : 0,
      earnedUnits,
      effort,
      wasted,
      joulesKnown: isKnown(group.hardware),
    };
  });
}

/** Rewards less slashed stakes and fees. */
export function nodeEarnedUnits(
  { settled, slashed }: { readonly settled: number; readonly slashed: number },
  { feesUnits }: NodeAccount,
  { jobs }: WorldSettings,
): number {
  return settled * jobs.rewardUnits - slashed * jobs.stakeUnits - feesUnits;
}

/** Without the money for another stake. */
export function isBankrupt({ fundsUnits }: NodeGroup, earnedUnits: number, { jobs }: WorldSettings): boolean {
  return fundsUnits + earnedUnits < jobs.stakeUnits + jobs.feeUnits;
}

function clientStats(world: World): GroupStats[] {
  return world.settings.clients.map((group): GroupStats => {
    const members = world.clients.filter((client) => client.group === group);
    const accounts = members.map(({ account }) => account);
    const sum = (of: (account: (typeof accounts)[number]) => number) => accounts.reduce((s, one) => s + of(one), 0);
    const own = new Set(members.map(({ party }) => party.wallet.keyHash));
    const records = [...world.ledger.jobs.records()].filter(({ client }) => own.has(client));
    return {
      ...nothing,
      ...at(world, "client", group.kind, members.length),
      jobs: sum(({ posted }) => posted),
      paid: sum(({ paid }) => paid),
      settled: records.filter(({ stage }) => stage === "settled").length,
      passed: sum(({ verified, rejected }) => verified - rejected),
      failed: sum(({ rejected }) => rejected),
      effort: total(accounts.map(({ verification }) => verification)),
      joulesKnown: isKnown(group.hardware),
      firstTokenUs: accounts.flatMap(({ firstTokenUs }) => firstTokenUs),
      verifiedUs: accounts.flatMap(({ verifiedUs }) => verifiedUs),
    };
  });
}

function verifierStats(world: World): GroupStats[] {
  return world.settings.verifiers.map((group): GroupStats => {
    const accounts = world.verifiers.filter((one) => one.group === group).map(({ account }) => account);
    return {
      ...nothing,
      ...at(world, "verifier", group.kind, accounts.length),
      jobs: accounts.reduce((sum, { asked }) => sum + asked, 0),
      effort: total(accounts.map(({ verification }) => verification)),
      joulesKnown: isKnown(group.hardware),
    };
  });
}

function minerStats(world: World): GroupStats {
  const accounts = world.miners.map(({ account }) => account);
  return {
    ...nothing,
    ...at(world, "miner", "miner", accounts.length),
    effort: total(accounts.map(({ retests }) => retests)),
    joulesKnown: isKnown(world.settings.minerHardware),
    blocks: accounts.reduce((sum, { blocks }) => sum + blocks, 0),
  };
}

function networkStats(world: World): GroupStats {
  const { ledger } = world;
  const blocks = ledger.chain.tip.heightBlocks;
  return {
    ...nothing,
    ...at(world, "network", "network", world.nodes.length + world.clients.length + world.verifiers.length),
    jobs: world.runs.length,
    firstTokenUs: world.clients.flatMap(({ account }) => account.firstTokenUs),
    verifiedUs: world.clients.flatMap(({ account }) => account.verifiedUs),
    disputesUs: world.runs.flatMap(({ disputes }) => disputes.flatMap(durationUs)),
    messages: world.messages.traffic.messages,
    bytes: world.messages.traffic.bytes,
    blocks,
    staleBlocks: ledger.blocksFound - blocks,
    chainBytes: ledger.chainBytes(),
  };
}

/** Of a charge that was taken in and has ended. */
function durationUs({ end, openedAtUs, endedAtUs }: DisputeRecord): number[] {
  return end === "dismissed" || end === "upheld" ? [endedAtUs - openedAtUs] : [];
}

function at(world: World, party: GroupStats["party"], kind: string, members: number) {
  return { party, kind, members, atUs: world.kernel.nowUs } as const;
}

function total(efforts: readonly Effort[]): Effort {
  const sum = noEffort();
  for (const effort of efforts) addEfforts(sum, effort);
  return sum;
}

function isKnown({ watts }: Hardware): boolean {
  return watts !== null;
}
