/** Outages in terms of parties, as the network knows them: by node numbers. */

import type { Outages } from "../sim/network/fault-timeline.ts";
import type { Fault } from "../sim/network/faults.ts";
import type { NodeId } from "../sim/network/message.ts";
import type { Party } from "./party.ts";
import type { PartySelector, WorldFault, WorldOutages } from "./world-settings.ts";

export function outagesOf({ loss, script, churn }: WorldOutages, parties: readonly Party[]): Outages {
  const nodesOf = (some: readonly PartySelector[]) => some.flatMap((one) => chosen(one, parties));
  const fault = (given: WorldFault): Fault => {
    switch (given.kind) {
      case "down":
      case "up":
        return { atUs: given.atUs, kind: given.kind, nodes: nodesOf(given.parties) };
      case "partition":
        return { atUs: given.atUs, kind: "partition", groups: given.groups.map(nodesOf) };
      default:
        return given;
    }
  };
  return {
    script: [{ atUs: 0, kind: "loss", probability: loss }, ...script.map(fault)],
    churn: churn.map(({ parties: some, rates }) => ({ nodes: nodesOf(some), rates })),
  };
}

/** The first of those whose names are it or begin with it; nobody where the share is less than half a party. */
function chosen({ of, share }: PartySelector, parties: readonly Party[]): NodeId[] {
  const named = parties.filter(({ name }) => name === of || name.startsWith(`${of}/`));
  return named.slice(0, Math.round(share * named.length)).map(({ id }) => id);
}
