/** A node's number in the network, from 0 in the order of joining. */
export type NodeId = number;

/** The receiver of a flood: everybody. */
export const EVERYBODY = -1;

/**
 * Whitepaper §2.1: a header that says from whom, for whom, what and how long, then the payload. What types mean is no
 * business of the network.
 */
export interface Message {
  readonly header: {
    readonly sender: NodeId;
    readonly receiver: NodeId;
    readonly type: string;
    readonly payloadBytes: number;
  };
  readonly payload: unknown;
}

/**
 * The whitepaper gives the header's fields but not their sizes. Sender and receiver as 20-byte addresses, the type in
 * 12 bytes and the length in 4 as in Bitcoin's message header.
 */
export const HEADER_BYTES = 20 + 20 + 12 + 4;

export function messageBytes(message: Message): number {
  return HEADER_BYTES + message.header.payloadBytes;
}
