/** When messages come to whom, and what they cost the network, as actors see it. Times are microseconds of the simulation. */
import type { NodeId } from "../sim/network/message.ts";

export interface Traffic {
  /** Messages that their authors sent. */
  messages: number;
  /** Transmissions over a link, and their bytes. */
  transmissions: number;
  bytes: number;
}

export interface MessageTimes {
  readonly traffic: Readonly<Traffic>;
  /** When a flood of so many payload bytes comes to a node; Infinity where it never does. */
  floodArrivesUs(from: NodeId, to: NodeId, payloadBytes: number, sentAtUs: number): number;
  /** When a message to one receiver comes to it; Infinity where it never does. */
  directArrivesUs(from: NodeId, to: NodeId, payloadBytes: number, sentAtUs: number): number;
  /** From when on everybody has got a flood, or has no use for it any more. */
  everybodyHeardUs(from: NodeId, payloadBytes: number, sentAtUs: number): number;
  countFlood(from: NodeId, payloadBytes: number, sentAtUs: number): void;
  countDirect(from: NodeId, to: NodeId, payloadBytes: number, sentAtUs: number): void;
}
