import type { Kernel } from "../kernel.ts";
import { Process, type Script } from "../process.ts";
import type { Streams } from "../streams.ts";
import type { NodeId } from "./message.ts";
import type { Network } from "./network.ts";

/** Something that goes wrong, or right again, at a time. */
export type Fault = { readonly atUs: number } & (
  | { readonly kind: "down" | "up"; readonly nodes: readonly NodeId[] }
  | { readonly kind: "partition"; readonly groups: readonly (readonly NodeId[])[] }
  | { readonly kind: "heal" }
  | { readonly kind: "loss"; readonly probability: number }
);

/** What faults happen to: a network, or a recorder of what becomes of one. */
export type Disturbed = Pick<Network, "setUp" | "partition" | "heal" | "setLoss">;

// A fault comes before whatever else happens at its time.
const BEFORE_ALL_OTHERS = -127;

/** Schedules the faults of a script. */
export function scheduleFaults(kernel: Kernel, network: Disturbed, script: readonly Fault[]): void {
  for (const fault of script) {
    const happen = () => bring(network, fault);
    kernel.scheduleAt(fault.atUs, happen, undefined, BEFORE_ALL_OTHERS);
  }
}

function bring(network: Disturbed, fault: Fault): void {
  switch (fault.kind) {
    case "down":
    case "up":
      for (const node of fault.nodes) network.setUp(node, fault.kind === "up");
      return;
    case "partition":
      network.partition(fault.groups);
      return;
    case "heal":
      network.heal();
      return;
    case "loss":
      network.setLoss(fault.probability);
  }
}

export interface ChurnRates {
  /** Mean times up and down, exponentially distributed, in microseconds. */
  readonly meanUpUs: number;
  readonly meanDownUs: number;
}

/** Lets nodes come and go for ever, each by its own random stream; stop the processes, or run to a time. */
export function churn(
  kernel: Kernel,
  network: Disturbed,
  streams: Streams,
  nodes: readonly NodeId[],
  rates: ChurnRates,
): Process[] {
  function* comeAndGo(node: NodeId): Script {
    const draw = streams.fresh(`network/churn/${node}`);
    for (;;) {
      yield Math.round(draw.exponential(rates.meanUpUs));
      network.setUp(node, false);
      yield Math.round(draw.exponential(rates.meanDownUs));
      network.setUp(node, true);
    }
  }
  return nodes.map((node) => new Process(kernel, `churn/${node}`, comeAndGo(node)));
}
