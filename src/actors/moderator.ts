/** The moderator of the centralised variant (whitepaper 4.2): gives each job to one free node, first come, first served. */
import type { JobRun, WorkingNode } from "./job-run.ts";
import { messagePayloadBytes } from "./message-sizes.ts";
import type { Party } from "./party.ts";
import type { SimContext } from "./sim-context.ts";

export class Moderator {
  readonly party: Party;
  readonly #world: SimContext;
  readonly #jobs: JobRun[] = [];
  readonly #free: WorkingNode[] = [];
  readonly #announced = new Set<WorkingNode>();

  constructor(world: SimContext, party: Party) {
    this.#world = world;
    this.party = party;
  }

  /** The client's job arrives after this call's sender has counted it. */
  onJob(run: JobRun): void {
    this.#jobs.push(run);
    this.#assign();
  }

  /** A node announces that it is free; once is enough until it gets a job. */
  onNodeFree(node: WorkingNode): void {
    if (this.#announced.has(node)) return;
    this.#announced.add(node);
    this.#world.send(node.party, this.party, messagePayloadBytes.accepted, () => {
      this.#free.push(node);
      this.#assign();
    });
  }

  #assign(): void {
    while (this.#jobs.length > 0 && this.#free.length > 0) {
      const [run, node] = [this.#jobs.shift()!, this.#free.shift()!];
      this.#world.log?.record("job.assigned", { job: run.name, node: node.name });
      this.#world.send(this.party, node.party, run.postedBytes, () => {
        this.#announced.delete(node);
        // A node without a free stake cannot take it: somebody else gets it.
        if (!node.start(run)) this.onJob(run);
      });
    }
  }
}
