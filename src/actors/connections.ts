/** Who is connected to whom when a simulated network starts. */
import { SimulationError } from "../sim/errors.ts";
import { Kernel } from "../sim/kernel.ts";
import { type LinkModel, regionalLinks, regionsByShare } from "../sim/network/links.ts";
import type { NodeId } from "../sim/network/message.ts";
import { Network } from "../sim/network/network.ts";
import { PeerDiscovery } from "../sim/network/peer-discovery.ts";
import type { Streams } from "../sim/streams.ts";

/** `drawn`: each node opens connections to some drawn at random. `discovered`: through seed nodes and gossip (whitepaper 2.1). */
export const peerings = ["drawn", "discovered"] as const;
export type Peering = (typeof peerings)[number];

type Connection = readonly [NodeId, NodeId];

/** Nodes 0 to `size` - 1, how they are connected and over what. */
export interface PeerTopology {
  readonly size: number;
  readonly links: LinkModel;
  readonly connections: readonly Connection[];
}

/** Known to everybody from the start. */
const SEEDS = 3;
/** Bitcoin Core answers with at most 1000 addresses; here nobody knows that many. */
const RECORDS_PER_ANSWER = 1000;
const ASK_EVERY_US = 30_000_000;
const JOIN_WITHIN_US = 60_000_000;
/** Long enough for everybody to have asked some twenty times. */
const DISCOVERY_US = 600_000_000;

export function linksOf(streams: Streams): LinkModel {
  return regionalLinks(regionsByShare(streams), streams);
}

/** @param outbound connections that each node opens, or wants to have */
export function connectionsOf(peering: Peering, streams: Streams, size: number, outbound: number): Connection[] {
  return peering === "drawn" ? [...drawn(streams, size, outbound)] : discovered(streams, size, outbound);
}

/** Each node opens connections to some of those that joined before it, so that one more node changes nobody else's draws. */
function* drawn(streams: Streams, size: number, outbound: number): Generator<Connection> {
  for (let node = 1; node < size; node++) {
    const draw = streams.fresh(`network/outbound/${node}`);
    const others = new Set<NodeId>();
    while (others.size < Math.min(outbound, node)) others.add(draw.below(node));
    for (const other of others) yield [node, other];
  }
}

/**
 * All join within a minute, and find one another for ten; what they are connected to then stays. Seed nodes are nobody's party: they
 * know addresses, and are left by nodes that have found enough others.
 */
function discovered(streams: Streams, size: number, wantedPeers: number): Connection[] {
  const kernel = new Kernel();
  const network = new Network(kernel, { links: linksOf(streams), floods: "shortest-path" });
  const seeds = Array.from({ length: SEEDS }, (_, i) => size + i);
  const options = { seeds, wantedPeers, recordsPerAnswer: RECORDS_PER_ANSWER, askEveryUs: ASK_EVERY_US };
  const discovery = new PeerDiscovery(kernel, network, streams, options);
  for (let node = 0; node < size + SEEDS; node++) network.join((message) => discovery.receive(node, message));
  for (let node = 0; node < size + SEEDS; node++) {
    const joinsAtUs = node < size ? streams.fresh(`network/joining/${node}`).below(JOIN_WITHIN_US) : 0;
    const record = { node, address: `${node}.nodes.invalid`, port: 8333, status: "up", services: [] } as const;
    kernel.scheduleAt(joinsAtUs, () => discovery.start(record));
  }
  kernel.run({ untilUs: DISCOVERY_US });
  for (const seed of seeds) network.setUp(seed, false);
  const reached = network.arrivals(0, 1).all().length;
  if (reached < size)
    throw new SimulationError(
      "bad-argument",
      `peers: ${wantedPeers} wanted by each left the network in pieces, one of ${reached} of ${size} parties; expected more (outboundConnections)`,
    );
  const pairs: Connection[] = [];
  for (let node = 0; node < size; node++)
    for (const other of network.neighbours(node)) if (other < node) pairs.push([node, other]);
  return pairs;
}
