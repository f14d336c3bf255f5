import { type Scheduling, schedulings } from "../../src/actors/world-settings.ts";
import type { NetworkRow } from "./rows.ts";
import { type Population, populations } from "./settings.ts";

const empty = {
  followsProtocol: null,
  jobs: null,
  committed: null,
  paid: null,
  settled: null,
  passed: null,
  failed: null,
  slashed: null,
  wronglySlashed: null,
  bankrupt: null,
  earnedCoins: null,
  prefillTokens: null,
  decodeTokens: null,
  vainPrefillTokens: null,
  vainDecodeTokens: null,
  busySeconds: null,
  joules: null,
  vainJoules: null,
  firstTokenMedianSeconds: null,
  firstTokenP90Seconds: null,
  verifiedMedianSeconds: null,
  verifiedP90Seconds: null,
  disputes: null,
  disputeMedianSeconds: null,
  messages: null,
  bytes: null,
  blocks: null,
  staleBlocks: null,
  chainBytes: null,
} as const;

export interface MadeUp {
  readonly runs: number;
  /** Seconds to a verified output. */
  readonly waits: Readonly<Record<Scheduling, number>>;
  /** Share of generation tokens for jobs that paid another node. */
  readonly vain: Readonly<Record<Scheduling, number>>;
}

export const madeUp: MadeUp = {
  runs: 4,
  waits: { redundant: 2, exclusive: 3, central: 4 },
  vain: { redundant: 0.6, exclusive: 0.1, central: 0 },
};

/** Rows of a network with one honest kind of node and two cheats, at half time and at the end; runs differ by a few percent. */
export function madeUpRows({ runs, waits, vain }: MadeUp = madeUp): NetworkRow[] {
  return populations.flatMap((population) =>
    schedulings.flatMap((scheduling) =>
      Array.from({ length: runs }, (_, run) =>
        [1, 2].flatMap((hours) => at(population, scheduling, run, hours)),
      ).flat(),
    ),
  );

  function at(population: Population, scheduling: Scheduling, run: number, hours: number): NetworkRow[] {
    const about = 1 + 0.01 * run;
    const head = { ...empty, population, scheduling, run, hours };
    const kinds = population === "mixed" ? ["honest", "truncation", "withholding"] : ["honest"];
    const nodes = kinds.map((kind, k): NetworkRow => {
      const caught = kind === "truncation" ? 6 * hours : 0;
      const withheld = kind === "withholding" ? 10 * hours : 0;
      return {
        ...head,
        party: "node",
        kind,
        members: k === 0 ? 8 : 1,
        followsProtocol: k === 0,
        jobs: 50 * hours,
        committed: 30 * hours,
        paid: 10 * hours,
        settled: 10 * hours - caught - withheld,
        passed: 10 * hours - caught - withheld,
        failed: caught,
        slashed: caught + withheld,
        wronglySlashed: 0,
        bankrupt: 0,
        earnedCoins: (0.1 * hours - 0.02 * (caught + withheld)) * about,
        prefillTokens: 1000 * hours,
        decodeTokens: 1000 * hours * about,
        vainPrefillTokens: 1000 * hours * vain[scheduling],
        vainDecodeTokens: 1000 * hours * about * vain[scheduling],
        busySeconds: 100 * hours,
        joules: 31_200 * hours,
        vainJoules: 31_200 * hours * vain[scheduling],
      };
    });
    const client: NetworkRow = {
      ...head,
      party: "client",
      kind: "verifies",
      members: 2,
      jobs: 30 * hours,
      paid: 30 * hours,
      settled: 20 * hours,
    };
    const network: NetworkRow = {
      ...head,
      party: "network",
      kind: "network",
      members: 12,
      jobs: 30 * hours,
      firstTokenMedianSeconds: 0.9 * waits[scheduling] * about,
      firstTokenP90Seconds: 1.9 * waits[scheduling] * about,
      verifiedMedianSeconds: waits[scheduling] * about * (1 + 0.01 * ((run * 7) % 3)),
      verifiedP90Seconds: 2 * waits[scheduling] * about,
      messages: 300 * hours,
      bytes: 3e6 * hours,
      blocks: 6 * hours,
      staleBlocks: 0,
      chainBytes: 20 * hours * 500,
    };
    return [...nodes, client, network];
  }
}
