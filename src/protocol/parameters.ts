/**
 * The numbers of the protocol in two presets: `full` as the sources give them, `minimal` small enough that tests and
 * vectors reach every boundary quickly. Rules differ by revision (revisions.ts), never by preset.
 */
import { chainParameterTable } from "./chain/chain-parameters.ts";

export const presetNames = ["minimal", "full"] as const;
export type PresetName = (typeof presetNames)[number];

interface Parameter {
  readonly full: number;
  readonly minimal: number;
  /** Where the full value comes from. */
  readonly source: string;
}

export const parameterTable = {
  ...chainParameterTable,
  /** A job enters a block no earlier than this after its timestamp. */
  blockDelayMs: { full: 600_000, minimal: 10_000, source: "whitepaper 2.4: ten minutes" },
  /** A dispute not answered within this stands. */
  counterProofWindowMs: {
    full: 120_000,
    minimal: 1000,
    source: "our choice: a fifth of the ten minutes; the sources name no window",
  },
  /** Largest distance of a job's timestamp from the receiver's clock, where the revision bounds it. */
  maxClockSkewMs: { full: 120_000, minimal: 500, source: "our choice: small beside the ten minutes" },
  /** A miner that has no other wish drops a job this many blocks after it first saw it. */
  retentionBlocks: {
    full: 144,
    minimal: 4,
    source: "our choice: a day of ten-minute blocks; the sources leave it to the miner",
  },
  /** Least stake that backs one commitment, in thousandths of the job's reward. */
  minStakePerMille: {
    full: 1000,
    minimal: 1000,
    source: "our choice: 1 : 1, the one ratio for which the blog's 51 % holds",
  },
  /** Acceptances a pool keeps per job; later ones are refused. */
  maxAcceptances: { full: 64, minimal: 3, source: "our choice: bounds what one job can cost a node's memory" },
  maxInputBytes: {
    full: 65_536,
    minimal: 64,
    source: "our choice: the prototype's context of 1024 tokens is far below it",
  },
  /** Most tokens a job may ask for. */
  maxTokenLimit: { full: 4096, minimal: 16, source: "our choice: four times the prototype's context" },
  /** k, integrity indices per verification. */
  checkBudget: { full: 1, minimal: 1, source: "whitepaper 2.5.2 and blog: one random token" },
} as const satisfies Record<string, Parameter>;

type ParameterName = keyof typeof parameterTable;
export type Parameters = Readonly<Record<ParameterName, number>>;

export function parameters(preset: PresetName): Parameters {
  return preset === "full" ? presets.full : presets.minimal;
}

const presets = { full: pick("full"), minimal: pick("minimal") };

function pick(preset: PresetName): Parameters {
  const entries = Object.entries(parameterTable).map(([name, parameter]) => [name, parameter[preset]]);
  return Object.fromEntries(entries) as Parameters;
}
