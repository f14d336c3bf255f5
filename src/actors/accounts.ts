/** What every party did, counted while it happens. Money is not counted here: it follows from the ledger (group-stats.ts). */

import type { ComputeUsage } from "./compute-usage.ts";
import { type Hardware, joules } from "./hardware-profile.ts";

/** Model work and what it took. */
export interface Effort {
  prefillTokens: number;
  decodeTokens: number;
  busyUs: number;
  /** Of machines whose power is known. */
  joules: number;
}

export function noEffort(): Effort {
  return { prefillTokens: 0, decodeTokens: 0, busyUs: 0, joules: 0 };
}

/** Adds work that a machine was busy with; `share` below 1 for work that was stopped on the way. */
export function addEffort(effort: Effort, work: ComputeUsage, busyUs: number, hardware: Hardware, share = 1): void {
  for (const { prefillTokens, decodeTokens } of work) {
    effort.prefillTokens += Math.floor(prefillTokens * share);
    effort.decodeTokens += Math.floor(decodeTokens * share);
  }
  effort.busyUs += busyUs;
  effort.joules += joules(busyUs, hardware) ?? 0;
}

export function addEfforts(to: Effort, from: Effort): void {
  to.prefillTokens += from.prefillTokens;
  to.decodeTokens += from.decodeTokens;
  to.busyUs += from.busyUs;
  to.joules += from.joules;
}

export class NodeAccount {
  started = 0;
  committed = 0;
  /** Could not start for lack of a free stake. */
  underfunded = 0;
  feesUnits = 0;
  readonly generation = noEffort();
}

export class ClientAccount {
  posted = 0;
  /** Could not post for lack of money. */
  outOfFunds = 0;
  paid = 0;
  verified = 0;
  rejected = 0;
  /** From posting to the first readable token, and to an output that passed verification. */
  readonly firstTokenUs: number[] = [];
  readonly verifiedUs: number[] = [];
  readonly verification = noEffort();
  /** Of outsourced verifications: messages of both sides, bytes, and time from the first question to the last answer. */
  readonly inquiries = { messages: 0, bytes: 0, tookUs: [] as number[] };
}

export class MinerAccount {
  blocks = 0;
  readonly retests = noEffort();
}

export class VerifierAccount {
  asked = 0;
  readonly verification = noEffort();
}
