/**
 * `playback.jsonl`: how one simulated network went, in a few hundred lines that a page can play. The first line is the header; then
 * follow, in the order of simulated time, snapshots at equal distances, events worth a line, and at last the end. Nothing in it
 * comes from a wall clock: the same cell writes the same bytes.
 */
import type { Stage } from "../../protocol/jobs/job-record.ts";

export const playbackFile = "playback.jsonl";
export const playbackFormat = "camelid-playback/1";

export const stages = [
  "created",
  "accepted",
  "completed",
  "disputed",
  "settled",
  "voided",
  "discarded",
] as const satisfies readonly Stage[];

/** What a snapshot says of a group, by whom it is a group of; counts are cumulative except those of states. */
export const groupColumns = {
  node: [
    // States; who is in none of them is idle. Without the money for a stake is bankrupt, whatever else it does.
    "generating",
    "starved",
    "bankrupt",
    "jobs",
    "committed",
    "paid",
    "passed",
    "failed",
    "settled",
    "slashed",
    "earnedUnits",
    "spendableUnits",
  ],
  client: ["verifying", "jobs", "paid", "passed", "failed", "settled", "spendableUnits"],
  verifier: ["verifying", "jobs", "spendableUnits"],
  miner: ["blocks", "spendableUnits"],
} as const;

export type PlaybackParty = keyof typeof groupColumns;

export interface PlaybackGroup {
  readonly party: PlaybackParty;
  readonly kind: string;
  readonly members: number;
  /** Whether compute nodes follow the protocol; null for others. */
  readonly honest: boolean | null;
}

export interface PlaybackHeader {
  readonly format: typeof playbackFormat;
  /** The cell's name in its run: its key, after its combination of settings where the run varies some. */
  readonly cell: string;
  readonly endUs: number;
  /** Distances between snapshots; there is one more snapshot, at time 0. */
  readonly steps: number;
  readonly unitsPerCoin: number;
  readonly stages: readonly string[];
  readonly columns: typeof groupColumns;
  readonly groups: readonly PlaybackGroup[];
}

export interface PlaybackSnapshot {
  readonly atUs: number;
  /** Of the simulation's kernel, so far. */
  readonly events: number;
  /** Jobs without a payment whose end is open, and those of them that nobody works on. */
  readonly open: number;
  readonly waiting: number;
  /** Jobs in each of the header's stages. */
  readonly stages: readonly number[];
  readonly messages: number;
  readonly bytes: number;
  readonly blocks: number;
  readonly staleBlocks: number;
  /** A row for each of the header's groups, in the columns of its party; null for the same row as in the snapshot before. */
  readonly groups: readonly (readonly number[] | null)[];
}

/** Something that happened between two snapshots; the fields are those of the event log. */
export interface PlaybackEvent {
  readonly atUs: number;
  readonly event: string;
  readonly [field: string]: string | number | boolean | null;
}

export interface PlaybackEnd {
  readonly atUs: number;
  readonly end: true;
}

export type PlaybackLine = PlaybackHeader | PlaybackSnapshot | PlaybackEvent | PlaybackEnd;
