/** One job in the hands of a node that has committed to its output: the moves that a behavior is made of (whitepaper 2.4, step 5, disputes). */
import type { NodeMoves } from "./behaviors/nodes.ts";
import type { Assignment, JobRun, WorkingNode } from "./job-run.ts";
import { messagePayloadBytes } from "./message-sizes.ts";
import type { SimContext } from "./sim-context.ts";

export class NodeJob implements NodeMoves {
  readonly run: JobRun;
  readonly #world: SimContext;
  readonly #node: WorkingNode;
  readonly #work: Assignment;

  constructor(world: SimContext, node: WorkingNode, run: JobRun, assignment: Assignment) {
    this.#world = world;
    this.#node = node;
    this.run = run;
    this.#work = assignment;
  }

  deliver(content: "output" | "garbage" = "output"): void {
    const { run } = this;
    const bytes = messagePayloadBytes.output(this.#work.opening!);
    this.#world.send(this.#node.party, run.client.party, bytes, () =>
      run.client.onOutput(run, this.#work, content === "output"),
    );
  }

  chargeUnpaid(): void {
    this.#world.disputes.chargeUnpaid(this.run, this.#node);
  }

  proveDelivery(): void {
    const { run } = this;
    const { ledger, disputes } = this.#world;
    if (ledger.protocol.rules.deliveryProof === "opened-commitment") disputes.openCommitment(run, this.#work);
    else if (!ledger.jobs.get(run.id)!.delivered) this.deliver();
  }

  after(delayUs: number, then: () => void): void {
    this.#world.kernel.schedule(delayUs, then);
  }
}
