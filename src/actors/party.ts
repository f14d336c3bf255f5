/** What all parties have: a place in the network, keys, and random streams of their own, named after them. */
import type { NodeId } from "../sim/network/message.ts";
import type { Stream, Streams } from "../sim/streams.ts";
import { Wallet } from "./wallet.ts";

export interface Party {
  /** `node/honest/3`: also the beginning of its streams' names. */
  readonly name: string;
  readonly id: NodeId;
  readonly wallet: Wallet;
}

export function newParty(name: string, id: NodeId, streams: Streams, minOutputUnits: number): Party {
  return { name, id, wallet: new Wallet(hexOf(streams.fresh(`${name}/key`), 32), minOutputUnits) };
}

export function bytesOf(stream: Stream, bytes: number): Uint8Array {
  return Uint8Array.from({ length: bytes }, () => stream.below(256));
}

export function hexOf(stream: Stream, bytes: number): string {
  return Buffer.from(bytesOf(stream, bytes)).toString("hex");
}
