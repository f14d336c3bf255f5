/** When messages come to whom, and what they cost the network, as actors see it. Times are microseconds of the simulation. */
import { HEADER_BYTES, type NodeId } from "../sim/network/message.ts";

/** Sizes are rounded up to this for their travel time (not in the traffic), so that few different floods have to be worked out. */
export const SIZE_STEP_BYTES = 512;

/** Bytes on the way, header included, in such steps. */
export function stepsOf(payloadBytes: number): number {
  return Math.ceil((HEADER_BYTES + payloadBytes) / SIZE_STEP_BYTES);
}

export class Traffic {
  /** Messages that their authors sent. */
  messages = 0;
  /** Transmissions over a link, and their bytes. */
  transmissions = 0;
  bytes = 0;

  count(payloadBytes: number, transmissions: number): void {
    this.messages++;
    this.transmissions += transmissions;
    this.bytes += transmissions * (HEADER_BYTES + payloadBytes);
  }
}

export interface DeliveryTimes {
  readonly traffic: Readonly<Pick<Traffic, "messages" | "transmissions" | "bytes">>;
  /** When a flood of `payloadBytes` comes to a node; Infinity where it never does. */
  floodArrivesUs(from: NodeId, to: NodeId, payloadBytes: number, sentAtUs: number): number;
  /** When a message to one receiver comes to it; Infinity where it never does. */
  directArrivesUs(from: NodeId, to: NodeId, payloadBytes: number, sentAtUs: number): number;
  /** When everybody has received a flood, or has no use for it any more. */
  floodCompleteUs(from: NodeId, payloadBytes: number, sentAtUs: number): number;
  countFlood(from: NodeId, payloadBytes: number, sentAtUs: number): void;
  countDirect(from: NodeId, to: NodeId, payloadBytes: number, sentAtUs: number): void;
}
