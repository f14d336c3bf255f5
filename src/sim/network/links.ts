import { SimulationError } from "../errors.ts";
import type { Streams } from "../streams.ts";
import type { NodeId } from "./message.ts";
import {
  DOWNLOAD_BITS_PER_SECOND,
  MEAN_LATENCY_MS,
  NODE_SHARE,
  REGIONS,
  type Region,
  UPLOAD_BITS_PER_SECOND,
} from "./regions.ts";

export interface LinkQuality {
  /** One way, whole microseconds. */
  readonly latencyUs: number;
  readonly bitsPerSecond: number;
}

/** What a connection from one node to another is like; asked once for each direction when two nodes connect. */
export type LinkModel = (from: NodeId, to: NodeId) => LinkQuality;

/** One direction of a connection. It carries one message at a time; what is sent meanwhile waits for its turn. */
export class Link {
  readonly from: NodeId;
  readonly to: NodeId;
  readonly latencyUs: number;
  readonly bitsPerSecond: number;
  freeAtUs = 0;
  /** As long as the two are connected. */
  isOpen = true;

  constructor(from: NodeId, to: NodeId, { latencyUs, bitsPerSecond }: LinkQuality) {
    if (!(Number.isSafeInteger(latencyUs) && latencyUs >= 0 && bitsPerSecond > 0)) {
      const got = `${latencyUs} us and ${bitsPerSecond} bits/s`;
      throw new SimulationError(
        "bad-argument",
        `link ${from} to ${to}: expected whole microseconds and a bandwidth, got ${got}`,
      );
    }
    this.from = from;
    this.to = to;
    this.latencyUs = latencyUs;
    this.bitsPerSecond = bitsPerSecond;
  }

  /** Microseconds from the first bit to the last. */
  transmissionUs(bytes: number): number {
    return Math.ceil((bytes * 8e6) / this.bitsPerSecond);
  }
}

/** Regions for nodes drawn by the published shares, node by node: `regionOf(17)` does not depend on how many nodes there are. */
export function regionsByShare(streams: Streams): (node: NodeId) => Region {
  const drawn: Region[] = [];
  return (node) => {
    drawn[node] ??= regionAt(streams.fresh(`network/region/${node}`).uniform());
    return drawn[node];
  };
}

function regionAt(draw: number): Region {
  let share = 0;
  for (const [index, region] of REGIONS.entries()) {
    share += NODE_SHARE[index]!;
    if (draw < share) return region;
  }
  return REGIONS.at(-1)!;
}

/**
 * Links as published for regions. Latency is drawn once for each pair of nodes, the same in both directions, from SimBlock's
 * Pareto distribution: mean m, least m - 5 ms, shape m / 5. A link is as fast as the sender uploads and the receiver downloads.
 */
export function regionalLinks(regionOf: (node: NodeId) => Region, streams: Streams): LinkModel {
  const drawn = new Map<string, number>();
  return (from, to) => {
    const fromRegion = REGIONS.indexOf(regionOf(from));
    const toRegion = REGIONS.indexOf(regionOf(to));
    const pair = `${Math.min(from, to)}/${Math.max(from, to)}`;
    const uniform = drawn.get(pair) ?? streams.fresh(`network/link/${pair}`).uniform();
    drawn.set(pair, uniform);
    return {
      latencyUs: Math.round(1000 * paretoMs(MEAN_LATENCY_MS[fromRegion]![toRegion]!, uniform)),
      bitsPerSecond: Math.min(UPLOAD_BITS_PER_SECOND[fromRegion]!, DOWNLOAD_BITS_PER_SECOND[toRegion]!),
    };
  };
}

function paretoMs(meanMs: number, uniform: number): number {
  return (meanMs - 5) / (1 - uniform) ** (5 / meanMs);
}
