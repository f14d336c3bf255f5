import type { Streams } from "../streams.ts";
import type { NodeId } from "./message.ts";
import type { Network } from "./network.ts";

/**
 * Connects nodes without peer discovery: each opens connections to some others drawn uniformly, as Bitcoin Core opens 8
 * (its outbound full-relay connections), and accepts all that come in.
 */
export function connectAtRandom(network: Network, streams: Streams, outbound = 8): void {
  for (let node: NodeId = 0; node < network.size; node++) {
    const draw = streams.of(`network/outbound/${node}`);
    const wanted = Math.min(outbound, network.size - 1 - network.neighbours(node).length);
    for (let opened = 0; opened < wanted; ) {
      const other = draw.below(network.size);
      if (other !== node && network.connect(node, other)) opened++;
    }
  }
}
