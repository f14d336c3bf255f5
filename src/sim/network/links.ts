import { SimulationError } from "../errors.ts";
import type { Stream, Streams } from "../streams.ts";
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
  return (node) => {
    const draw = streams.fresh(`network/region/${node}`).uniform();
    let share = 0;
    for (const [index, region] of REGIONS.entries()) {
      share += NODE_SHARE[index]!;
      if (draw < share) return region;
    }
    return REGIONS.at(-1)!;
  };
}

/**
 * Links as published for regions. Latency is drawn once for each pair of nodes, the same in both directions, from SimBlock's
 * Pareto distribution: mean m, least m - 5 ms, shape m / 5. A link is as fast as the sender uploads and the receiver downloads.
 */
export function regionalLinks(regionOf: (node: NodeId) => Region, streams: Streams): LinkModel {
  return (from, to) => {
    const fromRegion = REGIONS.indexOf(regionOf(from));
    const toRegion = REGIONS.indexOf(regionOf(to));
    const draw = streams.fresh(`network/link/${Math.min(from, to)}/${Math.max(from, to)}`);
    return {
      latencyUs: Math.round(1000 * paretoMs(MEAN_LATENCY_MS[fromRegion]![toRegion]!, draw)),
      bitsPerSecond: Math.min(UPLOAD_BITS_PER_SECOND[fromRegion]!, DOWNLOAD_BITS_PER_SECOND[toRegion]!),
    };
  };
}

function paretoMs(meanMs: number, draw: Stream): number {
  return (meanMs - 5) / (1 - draw.uniform()) ** (5 / meanMs);
}
