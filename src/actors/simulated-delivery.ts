/**
 * Messages as events of their own, on the network of src/sim, next to the times that are worked out: the long way, to hold the short one
 * against. Nobody acts on what arrives here; it must arrive at the time that actors are given.
 */
import { SimulationError } from "../sim/errors.ts";
import type { Kernel } from "../sim/kernel.ts";
import { type Fault, scheduleFaults } from "../sim/network/faults.ts";
import type { Message, NodeId } from "../sim/network/message.ts";
import { Network } from "../sim/network/network.ts";
import type { PeerTopology } from "./connections.ts";
import { type DeliveryTimes, SIZE_STEP_BYTES } from "./delivery-times.ts";

interface Sent {
  readonly kind: "flood" | "direct";
  readonly payloadBytes: number;
  readonly sentAtUs: number;
}

/**
 * `compared`: every transmission is an event, on links that carry any number at once, and every arrival is compared with the time that actors
 * are given. `queueing`: every transmission is an event and takes its turn on its link. `deliveries`: every arrival of a message at a party
 * is one.
 */
export type DeliveryDetail = "compared" | "queueing" | "deliveries";

export interface SimulatedDeliveryOptions {
  readonly detail: DeliveryDetail;
  /** What goes wrong and when, without loss; nothing unless given. */
  readonly script?: readonly Fault[] | undefined;
}

const ignore = () => {};

export class SimulatedDelivery implements DeliveryTimes {
  readonly network: Network;
  readonly #kernel: Kernel;
  readonly #times: DeliveryTimes;
  /** Arrivals that were compared with the times given to actors. */
  arrivals = 0;

  constructor(
    kernel: Kernel,
    times: DeliveryTimes,
    { size, links, connections }: PeerTopology,
    { detail, script = [] }: SimulatedDeliveryOptions,
  ) {
    this.#kernel = kernel;
    this.#times = times;
    this.network = new Network(kernel, {
      links,
      floods: detail === "deliveries" ? "shortest-path" : "links",
      frameBytes: SIZE_STEP_BYTES,
      queueing: detail === "queueing",
    });
    const receive = (node: NodeId) => (message: Message) => this.#compare(node, message);
    for (let node = 0; node < size; node++) this.network.join(detail === "compared" ? receive(node) : ignore);
    for (const [one, other] of connections) this.network.connect(one, other);
    scheduleFaults(kernel, this.network, script);
  }

  get traffic(): DeliveryTimes["traffic"] {
    return this.#times.traffic;
  }

  floodArrivesUs(from: NodeId, to: NodeId, payloadBytes: number, sentAtUs: number): number {
    return this.#times.floodArrivesUs(from, to, payloadBytes, sentAtUs);
  }

  directArrivesUs(from: NodeId, to: NodeId, payloadBytes: number, sentAtUs: number): number {
    return this.#times.directArrivesUs(from, to, payloadBytes, sentAtUs);
  }

  floodCompleteUs(from: NodeId, payloadBytes: number, sentAtUs: number): number {
    return this.#times.floodCompleteUs(from, payloadBytes, sentAtUs);
  }

  countFlood(from: NodeId, payloadBytes: number, sentAtUs: number): void {
    this.#times.countFlood(from, payloadBytes, sentAtUs);
    const sent: Sent = { kind: "flood", payloadBytes, sentAtUs };
    this.network.flood(from, "flood", sent, payloadBytes);
  }

  countDirect(from: NodeId, to: NodeId, payloadBytes: number, sentAtUs: number): void {
    this.#times.countDirect(from, to, payloadBytes, sentAtUs);
    if (from === to) return;
    const sent: Sent = { kind: "direct", payloadBytes, sentAtUs };
    // Some are counted before they are sent.
    this.#kernel.scheduleAt(sentAtUs, () => this.network.send(from, to, "direct", sent, payloadBytes));
  }

  #compare(to: NodeId, { header: { sender: from }, payload }: Message): void {
    const { kind, payloadBytes, sentAtUs } = payload as Sent;
    const times = this.#times;
    const expectedUs =
      kind === "flood"
        ? times.floodArrivesUs(from, to, payloadBytes, sentAtUs)
        : times.directArrivesUs(from, to, payloadBytes, sentAtUs);
    const { nowUs } = this.#kernel;
    this.arrivals++;
    if (expectedUs !== nowUs) {
      throw new SimulationError(
        "inconsistent",
        `${kind} of ${payloadBytes} bytes from ${from}, sent at ${sentAtUs} us: came to ${to} at ${nowUs} us, expected at ${expectedUs} us`,
      );
    }
  }
}
