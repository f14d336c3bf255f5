import { schedulings } from "../../src/actors/world-settings.ts";
import { choice, number, orNull, type RowIn, rowTable, text, truth } from "../../src/lab/results/row-table.ts";
import { populations } from "./settings.ts";

/** One group of parties, or the whole network, as it stands at one time of one run; everything is counted from the start. */
export const networkRowTable = rowTable("Everybody's account at each time of each run", {
  population: choice(populations, "mixed, or only the nodes that follow the protocol, as a control"),
  scheduling: choice(
    schedulings,
    "who works on a job: every free node, one that accepts first, or one that a moderator assigns",
  ),
  run: number(null, "number of the independent repetition, from 0"),
  hours: number("hours", "virtual time at which the account was taken"),
  party: choice(
    ["node", "client", "verifier", "miner", "network"],
    "node, client, verifier, miner, or the network as a whole",
  ),
  kind: text("group within the party"),
  members: number(null, "how many belong to the group"),
  /** Null for those who are no compute nodes. */
  followsProtocol: orNull(truth("whether these nodes do what the protocol asks; empty for other parties")),
  jobs: orNull(number(null, "posted (clients), begun (nodes), positions asked for (verifiers), all (network)")),
  committed: orNull(number(null, "outputs that nodes committed to")),
  paid: orNull(number(null, "jobs that clients paid these nodes for; jobs that these clients paid")),
  settled: orNull(number(null, "of them, payments that a block holds")),
  passed: orNull(number(null, "outputs of paid jobs that were verified and passed")),
  failed: orNull(number(null, "outputs of paid jobs that were verified and failed")),
  slashed: orNull(number(null, "stakes lost")),
  wronglySlashed: orNull(number(null, "of them, stakes of nodes that follow the protocol")),
  bankrupt: orNull(number(null, "members that cannot put up another stake")),
  earnedCoins: orNull(number("coins", "settled rewards less slashed stakes and fees, all members together")),
  prefillTokens: orNull(number("tokens", "model work: tokens read many at a time")),
  decodeTokens: orNull(number("tokens", "model work: tokens generated one at a time")),
  vainPrefillTokens: orNull(number("tokens", "the part of it for jobs that paid another node")),
  vainDecodeTokens: orNull(number("tokens", "the part of it for jobs that paid another node")),
  busySeconds: orNull(number("seconds", "virtual time that the machines were busy")),
  joules: orNull(number("joules", "energy of that time; empty where a machine's power is not known")),
  vainJoules: orNull(number("joules", "the part of it for jobs that paid another node")),
  firstTokenMedianSeconds: orNull(number("seconds", "from posting a job to its first readable token, median")),
  firstTokenP90Seconds: orNull(number("seconds", "the same, 90th percentile")),
  verifiedMedianSeconds: orNull(number("seconds", "from posting a job to an output that passed verification, median")),
  verifiedP90Seconds: orNull(number("seconds", "the same, 90th percentile")),
  disputes: orNull(number(null, "charges that were answered or whose window ended, of the whole network")),
  disputeMedianSeconds: orNull(number("seconds", "from a charge to its answer or the end of its window, median")),
  messages: orNull(number(null, "messages sent by their authors")),
  bytes: orNull(number("bytes", "carried over links: every transmission of every message")),
  blocks: orNull(number(null, "in the chain (network), found (miners)")),
  staleBlocks: orNull(number(null, "found, and not part of the chain")),
  chainBytes: orNull(number("bytes", "blocks of the chain without the first")),
});
export type NetworkRow = RowIn<typeof networkRowTable>;
