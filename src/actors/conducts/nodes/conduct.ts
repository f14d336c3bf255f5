import type { NodeJob } from "../../node-job.ts";

/** What a compute node does with a job once it has committed to an output (steps 3 to 5, disputes). */
export interface NodeConduct {
  readonly name: string;
  /** Delivers what it was paid for, and charges nobody with what it does not believe. */
  readonly followsProtocol: boolean;
  /** The client's payment has arrived. */
  paid(job: NodeJob): void;
  /** Its patience is over, and no payment to it stands. */
  unpaid(job: NodeJob): void;
  /** The client says that it got nothing. */
  accused(job: NodeJob): void;
}
