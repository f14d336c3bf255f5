/** Who takes part in a simulated network, and under which rules. */
import type { Sampling } from "../protocol/jobs/job.ts";
import type { Parameters } from "../protocol/parameters.ts";
import type { RuleSet } from "../protocol/revisions.ts";
import type { ChurnRates } from "../sim/network/faults.ts";
import type { ClientBehavior } from "./behaviors/clients.ts";
import type { NodeBehavior } from "./behaviors/nodes.ts";
import type { VerifierBehavior } from "./behaviors/verifiers.ts";
import type { Peering } from "./connections.ts";
import type { Hardware } from "./hardware-profile.ts";
import type { Prompt } from "./output-provider.ts";
import type { DeliveryDetail } from "./simulated-delivery.ts";
import type { StrategyChoice } from "./strategies/index.ts";

/**
 * Who works on a job. `redundant`: every free node that it reaches (whitepaper 2.4). `exclusive`: free nodes that have heard of no
 * acceptance (the prototype). `central`: one free node, assigned by a moderator (4.2).
 */
export const schedulings = ["redundant", "exclusive", "central"] as const;
export type Scheduling = (typeof schedulings)[number];

export interface NodeGroup {
  /** Names the group in results, and its members' random streams. */
  readonly kind: string;
  readonly count: number;
  /** How it makes its outputs, and on which numerics. */
  readonly strategy: StrategyChoice;
  readonly hardware: Hardware;
  /** What it does once it has committed. */
  readonly behavior: NodeBehavior;
  /** Whether a slashed stake of such a node is a wrong. */
  readonly honest: boolean;
  /** Coins of each at the start. */
  readonly fundsUnits: number;
}

export interface ClientGroup {
  readonly kind: string;
  readonly count: number;
  readonly hardware: Hardware;
  readonly verification: "local" | "outsourced" | "none";
  /** Share of its outputs that it verifies. */
  readonly verificationRate: number;
  readonly behavior: ClientBehavior;
}

export interface VerifierGroup {
  readonly kind: string;
  readonly count: number;
  readonly hardware: Hardware;
  readonly behavior: VerifierBehavior;
  /** The kind of compute nodes that tells it what they claimed, if any. */
  readonly colludesWith?: string | undefined;
}

/** Parties by their names in the event log: one, or all that begin with it, such as `node/honest`. */
export interface PartySelector {
  readonly of: string;
  /** The first of them: this part of all, rounded to whole parties. */
  readonly share: number;
}

export type WorldFault = { readonly atUs: number } & (
  | { readonly kind: "down" | "up"; readonly parties: readonly PartySelector[] }
  | { readonly kind: "partition"; readonly groups: readonly (readonly PartySelector[])[] }
  | { readonly kind: "heal" }
  | { readonly kind: "loss"; readonly probability: number }
);

/** Outages cut parties off; their machines work on. */
export interface WorldOutages {
  /** A transmission is lost with this probability, until the script changes it. */
  readonly loss: number;
  readonly script: readonly WorldFault[];
  readonly churn: readonly { readonly parties: readonly PartySelector[]; readonly rates: ChurnRates }[];
  /** Interval at which neighbours compare what they have, and unanswered messages are sent again. */
  readonly retryUs: number;
}

export interface WorldSettings {
  readonly seed: string;
  /** Replication number. */
  readonly run: number;
  readonly rules: RuleSet;
  readonly parameters: Parameters;
  readonly scheduling: Scheduling;
  readonly nodes: readonly NodeGroup[];
  readonly clients: readonly ClientGroup[];
  readonly verifiers: readonly VerifierGroup[];
  /** Equal shares of the hashrate. */
  readonly miners: number;
  readonly minerHardware: Hardware;
  readonly modelRoot: string;
  readonly sampling: Sampling;
  readonly prompts: readonly Prompt[];
  readonly jobs: {
    /** Of all clients together, as a Poisson process. */
    readonly perHour: number;
    /** How long jobs are posted; afterwards the run goes on for `settleHours`, so that most reach their end. */
    readonly hours: number;
    readonly settleHours: number;
    /** Most jobs that a client posts; no limit unless given. */
    readonly perClient?: number | undefined;
    readonly tokenLimit: number;
    readonly rewardUnits: number;
    readonly stakeUnits: number;
    readonly feeUnits: number;
  };
  /** Verifiers asked for each checked position. */
  readonly verifiersAsked: number;
  /** Connections that each node opens. */
  readonly outboundConnections: number;
  /** How they come about; drawn unless given. */
  readonly peering?: Peering | undefined;
  /** What goes wrong; nothing unless given. Then nobody may be a mere listener. */
  readonly outages?: WorldOutages | undefined;
  /** Messages are played, too, as events of their own. Compared, one that arrives at another time fails the run: not where some are lost. */
  readonly simulateDelivery?: DeliveryDetail | undefined;
  /** Parties that connect, receive everything, forward nothing and do nothing else; none unless given. */
  readonly listeners?: number | undefined;
}
