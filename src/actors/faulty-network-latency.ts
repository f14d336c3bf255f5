/**
 * When messages arrive where links lose some, nodes come and go and the network falls apart: what src/sim/network does event by
 * event, worked out from a timeline of faults that is known beforehand. Links are taken as free, as in gossip-latency.ts.
 *
 * Nothing is lost for good. Every `retryUs` neighbours compare what they have, so that a flood goes on when a way opens; and a message to
 * one receiver is sent again until it gets through.
 */
import { FourAryHeap } from "../sim/four-ary-heap.ts";
import { Arrivals, type Passable } from "../sim/network/arrivals.ts";
import type { FaultTimeline } from "../sim/network/fault-timeline.ts";
import type { Link } from "../sim/network/links.ts";
import type { NodeId } from "../sim/network/message.ts";
import { Topology } from "../sim/network/topology.ts";
import type { Stream, Streams } from "../sim/streams.ts";
import type { PeerTopology } from "./connections.ts";
import { type DeliveryTimes, SIZE_STEP_BYTES, stepsOf, Traffic } from "./delivery-times.ts";

/** A party still cut off this long after something was settled for everybody else no longer acts on it. */
const GIVEN_UP_AFTER_US = 600_000_000;
/** About 0.1 GB. Whatever is asked about again is worked out again, and comes out the same. */
const MAX_TIMES_KEPT = 2 ** 23;

export class FaultyNetworkLatency implements DeliveryTimes {
  readonly traffic = new Traffic();
  readonly #streams: Streams;
  readonly #timeline: FaultTimeline;
  readonly #topology: Topology;
  readonly #inward: readonly (readonly Link[])[];
  readonly #retryUs: number;
  readonly #untilUs: number;
  readonly #floods = new Map<string, FaultyFlood>();

  /** @param untilUs what does not arrive by then never does */
  constructor(
    { size, links, connections }: PeerTopology,
    streams: Streams,
    timeline: FaultTimeline,
    { retryUs, untilUs }: { readonly retryUs: number; readonly untilUs: number },
  ) {
    this.#streams = streams;
    this.#timeline = timeline;
    this.#retryUs = retryUs;
    this.#untilUs = untilUs;
    this.#topology = new Topology(links);
    for (let node = 0; node < size; node++) this.#topology.addNode();
    for (const [one, other] of connections) this.#topology.connect(one, other);
    this.#inward = Array.from({ length: size }, (_, node) =>
      this.#topology.linksFrom(node).map(({ to }) => this.#topology.linkBetween(to, node)!),
    );
  }

  floodArrivesUs(from: NodeId, to: NodeId, payloadBytes: number, sentAtUs: number): number {
    return this.#flood(from, payloadBytes, sentAtUs).arrivesUs(to);
  }

  floodCompleteUs(from: NodeId, payloadBytes: number, sentAtUs: number): number {
    const lastUs = this.#flood(from, payloadBytes, sentAtUs).firstSpreadEndedUs;
    return lastUs === Infinity ? sentAtUs + GIVEN_UP_AFTER_US : lastUs;
  }

  /** Over the path of least delay among what works when it is sent; a link that has stopped working when it comes to it loses it. */
  directArrivesUs(from: NodeId, to: NodeId, payloadBytes: number, sentAtUs: number): number {
    if (from === to) return sentAtUs;
    const bytes = stepsOf(payloadBytes) * SIZE_STEP_BYTES;
    const draw = new LazyStream(this.#streams, `network/loss/${from}/${to}/${bytes}/${sentAtUs}`);
    for (let triedAtUs = sentAtUs; triedAtUs <= this.#untilUs; ) {
      const path = new Arrivals(this.#at(triedAtUs), from, bytes).path(to);
      const arrivesUs = path === undefined ? undefined : this.#follow(path, bytes, triedAtUs, draw);
      if (arrivesUs !== undefined) return arrivesUs;
      const hopelessUntilUs = path === undefined ? this.#timeline.nextChangeUs(triedAtUs) : triedAtUs + 1;
      triedAtUs = this.#tickFrom(sentAtUs, hopelessUntilUs);
    }
    return Infinity;
  }

  countFlood(from: NodeId, payloadBytes: number, sentAtUs: number): void {
    this.traffic.count(payloadBytes, this.#flood(from, payloadBytes, sentAtUs).firstTransmissions);
  }

  /** Counted as one transmission, whatever it takes. */
  countDirect(_from: NodeId, _to: NodeId, payloadBytes: number): void {
    this.traffic.count(payloadBytes, 1);
  }

  /** Two floods that one node sends in the same microsecond, in as many steps, share their fate. */
  #flood(from: NodeId, payloadBytes: number, sentAtUs: number): FaultyFlood {
    const bytes = stepsOf(payloadBytes) * SIZE_STEP_BYTES;
    const key = `${from}/${bytes}/${sentAtUs}`;
    let flood = this.#floods.get(key);
    if (flood === undefined) {
      const draw = new LazyStream(this.#streams, `network/loss/${key}`);
      const nextTryUs = (fromUs: number) => this.#tickFrom(sentAtUs, fromUs);
      flood = new FaultyFlood(this.#timeline, this.#topology, this.#inward, draw, {
        from,
        bytes,
        sentAtUs,
        nextTryUs,
        untilUs: this.#untilUs,
      });
      if ((this.#floods.size + 1) * this.#topology.size > MAX_TIMES_KEPT)
        this.#floods.delete(this.#floods.keys().next().value!);
      this.#floods.set(key, flood);
    }
    return flood;
  }

  /** The first of the times `retryUs` apart that is no earlier. */
  #tickFrom(sentAtUs: number, fromUs: number): number {
    return sentAtUs + Math.ceil((fromUs - sentAtUs) / this.#retryUs) * this.#retryUs;
  }

  /** The network as it is at a time. */
  #at(atUs: number): Passable {
    return {
      size: this.#topology.size,
      isUp: (node) => this.#timeline.isUp(node, atUs),
      linksFrom: (node) => this.#topology.linksFrom(node),
      works: ({ from, to }) => this.#timeline.works(from, to, atUs),
    };
  }

  /** When a message comes to the end of a path; undefined if it is lost on the way. */
  #follow(path: readonly NodeId[], bytes: number, sentAtUs: number, draw: LazyStream): number | undefined {
    let nowUs = sentAtUs;
    for (const [i, to] of path.slice(1).entries()) {
      const link = this.#topology.linkBetween(path[i]!, to)!;
      if (!this.#timeline.works(link.from, to, nowUs)) return undefined;
      const sentUs = nowUs;
      nowUs += link.transmissionUs(bytes) + link.latencyUs;
      if (!passes(this.#timeline, link, sentUs, nowUs, draw)) return undefined;
    }
    return nowUs;
  }
}

/** One flood: first as far as it gets, then on from neighbour to neighbour at every try, as far as somebody asks. */
class FaultyFlood {
  readonly #timeline: FaultTimeline;
  readonly #topology: Topology;
  readonly #inward: readonly (readonly Link[])[];
  readonly #draw: LazyStream;
  readonly #bytes: number;
  readonly #nextTryUs: (fromUs: number) => number;
  readonly #untilUs: number;
  readonly #arrivesUs: Float64Array;
  readonly #via: Int32Array;
  /** 1 for those that an earlier spread has reached: what comes on its way through others does not come sooner by asking. */
  readonly #reached: Uint8Array;
  readonly #frontier = new FourAryHeap();
  #missing: NodeId[];
  /** When the last of all nodes had it without a second try; Infinity if somebody had not. */
  readonly firstSpreadEndedUs: number;
  readonly firstTransmissions: number;
  #triesAtUs: number;

  constructor(
    timeline: FaultTimeline,
    topology: Topology,
    inward: readonly (readonly Link[])[],
    draw: LazyStream,
    of: {
      readonly from: NodeId;
      readonly bytes: number;
      readonly sentAtUs: number;
      /** The first try that is no earlier. */
      readonly nextTryUs: (fromUs: number) => number;
      readonly untilUs: number;
    },
  ) {
    this.#timeline = timeline;
    this.#topology = topology;
    this.#inward = inward;
    this.#draw = draw;
    this.#bytes = of.bytes;
    this.#nextTryUs = of.nextTryUs;
    this.#untilUs = of.untilUs;
    this.#arrivesUs = new Float64Array(topology.size).fill(Infinity);
    this.#via = new Int32Array(topology.size).fill(-1);
    this.#reached = new Uint8Array(topology.size);
    this.#arrivesUs[of.from] = of.sentAtUs;
    this.#frontier.push(of.sentAtUs, of.from);
    this.firstTransmissions = this.#spread();
    this.#missing = [...this.#arrivesUs.keys()].filter((node) => this.#arrivesUs[node] === Infinity);
    this.firstSpreadEndedUs = Math.max(...this.#arrivesUs);
    this.#triesAtUs = this.#nextTryUs(of.sentAtUs + 1);
  }

  arrivesUs(node: NodeId): number {
    while (this.#arrivesUs[node] === Infinity && this.#triesAtUs <= this.#untilUs) this.#tryAgain();
    return this.#arrivesUs[node]!;
  }

  /** Nodes connected to one that has it by now ask for it. */
  #tryAgain(): void {
    const nowUs = this.#triesAtUs;
    let hope = false;
    for (const node of this.#missing)
      for (const link of this.#inward[node]!) {
        if (this.#arrivesUs[link.from]! > nowUs || !this.#timeline.works(link.from, node, nowUs)) continue;
        hope = true;
        this.#transmit(link, nowUs);
      }
    this.#spread();
    this.#missing = this.#missing.filter((node) => this.#arrivesUs[node] === Infinity);
    // As long as nothing changes, who is cut off stays cut off.
    this.#triesAtUs = this.#nextTryUs(hope ? nowUs + 1 : this.#timeline.nextChangeUs(nowUs));
  }

  /** From those at the frontier to everybody they can reach; the number of transmissions. */
  #spread(): number {
    const frontier = this.#frontier;
    let transmissions = 0;
    while (frontier.size > 0) {
      const [nowUs, node] = [frontier.firstTime(), frontier.firstOrder()];
      frontier.removeFirst();
      // A node is pushed again whenever a shorter way is found; only the shortest counts.
      if (nowUs > this.#arrivesUs[node]!) continue;
      for (const link of this.#topology.linksFrom(node)) {
        if (link.to === this.#via[node] || !this.#timeline.works(node, link.to, nowUs)) continue;
        transmissions++;
        this.#transmit(link, nowUs);
      }
    }
    for (const [node, arrivesUs] of this.#arrivesUs.entries()) if (arrivesUs < Infinity) this.#reached[node] = 1;
    return transmissions;
  }

  #transmit(link: Link, sentUs: number): void {
    const throughUs = sentUs + link.transmissionUs(this.#bytes) + link.latencyUs;
    const passed = passes(this.#timeline, link, sentUs, throughUs, this.#draw);
    if (!passed || this.#reached[link.to] === 1 || throughUs >= this.#arrivesUs[link.to]!) return;
    this.#arrivesUs[link.to] = throughUs;
    this.#via[link.to] = link.from;
    this.#frontier.push(throughUs, link.to);
  }
}

/** Whether what is sent over a working link comes out of it. */
function passes(timeline: FaultTimeline, { from, to }: Link, sentUs: number, throughUs: number, draw: LazyStream) {
  const loss = timeline.lossAt(sentUs);
  return (loss === 0 || !draw.stream.chance(loss)) && timeline.works(from, to, throughUs);
}

/** Most messages meet no loss and draw nothing. */
class LazyStream {
  readonly #streams: Streams;
  readonly #path: string;
  #stream: Stream | undefined;

  constructor(streams: Streams, path: string) {
    this.#streams = streams;
    this.#path = path;
  }

  get stream(): Stream {
    this.#stream ??= this.#streams.fresh(this.#path);
    return this.#stream;
  }
}
