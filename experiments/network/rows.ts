import type { Scheduling } from "../../src/actors/world-settings.ts";
import { type Column, numberColumn, type TableOf, textColumn } from "../../src/lab/results/table.ts";
import type { Population } from "./settings.ts";

/** One group of parties, or the whole network, as it stands at one time of one run; everything is counted from the start. */
export interface NetworkRow {
  readonly population: Population;
  readonly scheduling: Scheduling;
  readonly run: number;
  readonly hours: number;
  readonly party: "node" | "client" | "verifier" | "miner" | "network";
  readonly kind: string;
  readonly members: number;
  /** Null for those who are no compute nodes. */
  readonly followsProtocol: boolean | null;
  readonly jobs: number | null;
  readonly committed: number | null;
  readonly paid: number | null;
  readonly settled: number | null;
  readonly passed: number | null;
  readonly failed: number | null;
  readonly slashed: number | null;
  readonly wronglySlashed: number | null;
  readonly bankrupt: number | null;
  readonly earnedCoins: number | null;
  readonly prefillTokens: number | null;
  readonly decodeTokens: number | null;
  readonly vainPrefillTokens: number | null;
  readonly vainDecodeTokens: number | null;
  readonly busySeconds: number | null;
  readonly joules: number | null;
  readonly vainJoules: number | null;
  readonly firstTokenMedianSeconds: number | null;
  readonly firstTokenP90Seconds: number | null;
  readonly verifiedMedianSeconds: number | null;
  readonly verifiedP90Seconds: number | null;
  readonly disputes: number | null;
  readonly disputeMedianSeconds: number | null;
  readonly messages: number | null;
  readonly bytes: number | null;
  readonly blocks: number | null;
  readonly staleBlocks: number | null;
  readonly chainBytes: number | null;
}

export function networkRowsTable(rows: readonly NetworkRow[]): TableOf<NetworkRow> {
  return { file: "rows.csv", caption: "Everybody's account at each time of each run", columns, rows };
}

const columns: readonly Column<keyof NetworkRow>[] = [
  textColumn("population", "mixed, or only the nodes that follow the protocol, as a control"),
  textColumn(
    "scheduling",
    "who works on a job: every free node, one that accepts first, or one that a moderator assigns",
  ),
  numberColumn("run", null, "number of the independent repetition, from 0"),
  numberColumn("hours", "hours", "virtual time at which the account was taken"),
  textColumn("party", "node, client, verifier, miner, or the network as a whole"),
  textColumn("kind", "group within the party"),
  numberColumn("members", null, "how many belong to the group"),
  {
    name: "followsProtocol",
    type: "boolean",
    unit: null,
    description: "whether these nodes do what the protocol asks; empty for other parties",
  },
  numberColumn("jobs", null, "posted (clients), begun (nodes), positions asked for (verifiers), all (network)"),
  numberColumn("committed", null, "outputs that nodes committed to"),
  numberColumn("paid", null, "jobs that clients paid these nodes for; jobs that these clients paid"),
  numberColumn("settled", null, "of them, payments that a block holds"),
  numberColumn("passed", null, "outputs of paid jobs that were verified and passed"),
  numberColumn("failed", null, "outputs of paid jobs that were verified and failed"),
  numberColumn("slashed", null, "stakes lost"),
  numberColumn("wronglySlashed", null, "of them, stakes of nodes that follow the protocol"),
  numberColumn("bankrupt", null, "members that cannot put up another stake"),
  numberColumn("earnedCoins", "coins", "settled rewards less slashed stakes and fees, all members together"),
  numberColumn("prefillTokens", "tokens", "model work: tokens read many at a time"),
  numberColumn("decodeTokens", "tokens", "model work: tokens generated one at a time"),
  numberColumn("vainPrefillTokens", "tokens", "the part of it for jobs that paid another node"),
  numberColumn("vainDecodeTokens", "tokens", "the part of it for jobs that paid another node"),
  numberColumn("busySeconds", "seconds", "virtual time that the machines were busy"),
  numberColumn("joules", "joules", "energy of that time; empty where a machine's power is not known"),
  numberColumn("vainJoules", "joules", "the part of it for jobs that paid another node"),
  numberColumn("firstTokenMedianSeconds", "seconds", "from posting a job to its first readable token, median"),
  numberColumn("firstTokenP90Seconds", "seconds", "the same, 90th percentile"),
  numberColumn("verifiedMedianSeconds", "seconds", "from posting a job to an output that passed verification, median"),
  numberColumn("verifiedP90Seconds", "seconds", "the same, 90th percentile"),
  numberColumn("disputes", null, "charges that were answered or whose window ended, of the whole network"),
  numberColumn("disputeMedianSeconds", "seconds", "from a charge to its answer or the end of its window, median"),
  numberColumn("messages", null, "messages sent by their authors"),
  numberColumn("bytes", "bytes", "carried over links: every transmission of every message"),
  numberColumn("blocks", null, "in the chain (network), found (miners)"),
  numberColumn("staleBlocks", null, "found, and not part of the chain"),
  numberColumn("chainBytes", "bytes", "blocks of the chain without the first"),
];
