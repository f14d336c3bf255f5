import type { Scheduling } from "../../../actors/world-settings.ts";
import type { Population } from "../../experiment-file-network.ts";
import type { Column, TableOf } from "../../results/table.ts";

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

const number = (name: keyof NetworkRow, unit: string | null, description: string): Column<keyof NetworkRow> => ({
  name,
  type: "number",
  unit,
  description,
});
const text = (name: keyof NetworkRow, description: string): Column<keyof NetworkRow> => ({
  name,
  type: "text",
  unit: null,
  description,
});

const columns: readonly Column<keyof NetworkRow>[] = [
  text("population", "mixed, or only the nodes that follow the protocol, as a control"),
  text("scheduling", "who works on a job: every free node, one that accepts first, or one that a moderator assigns"),
  number("run", null, "number of the independent repetition, from 0"),
  number("hours", "hours", "virtual time at which the account was taken"),
  text("party", "node, client, verifier, miner, or the network as a whole"),
  text("kind", "group within the party"),
  number("members", null, "how many belong to the group"),
  {
    name: "followsProtocol",
    type: "boolean",
    unit: null,
    description: "whether these nodes do what the protocol asks; empty for other parties",
  },
  number("jobs", null, "posted (clients), begun (nodes), positions asked for (verifiers), all (network)"),
  number("committed", null, "outputs that nodes committed to"),
  number("paid", null, "jobs that clients paid these nodes for; jobs that these clients paid"),
  number("settled", null, "of them, payments that a block holds"),
  number("passed", null, "outputs of paid jobs that were verified and passed"),
  number("failed", null, "outputs of paid jobs that were verified and failed"),
  number("slashed", null, "stakes lost"),
  number("wronglySlashed", null, "of them, stakes of nodes that follow the protocol"),
  number("bankrupt", null, "members that cannot put up another stake"),
  number("earnedCoins", "coins", "settled rewards less slashed stakes and fees, all members together"),
  number("prefillTokens", "tokens", "model work: tokens read many at a time"),
  number("decodeTokens", "tokens", "model work: tokens generated one at a time"),
  number("vainPrefillTokens", "tokens", "the part of it for jobs that paid another node"),
  number("vainDecodeTokens", "tokens", "the part of it for jobs that paid another node"),
  number("busySeconds", "seconds", "virtual time that the machines were busy"),
  number("joules", "joules", "energy of that time; empty where a machine's power is not known"),
  number("vainJoules", "joules", "the part of it for jobs that paid another node"),
  number("firstTokenMedianSeconds", "seconds", "from posting a job to its first readable token, median"),
  number("firstTokenP90Seconds", "seconds", "the same, 90th percentile"),
  number("verifiedMedianSeconds", "seconds", "from posting a job to an output that passed verification, median"),
  number("verifiedP90Seconds", "seconds", "the same, 90th percentile"),
  number("disputes", null, "charges that were answered or whose window ended, of the whole network"),
  number("disputeMedianSeconds", "seconds", "from a charge to its answer or the end of its window, median"),
  number("messages", null, "messages sent by their authors"),
  number("bytes", "bytes", "carried over links: every transmission of every message"),
  number("blocks", null, "in the chain (network), found (miners)"),
  number("staleBlocks", null, "found, and not part of the chain"),
  number("chainBytes", "bytes", "blocks of the chain without the first"),
];
