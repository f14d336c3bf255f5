import type { Script } from "../../../sim/process.ts";
import type { ClientJob } from "../../client-job.ts";

/** What a client does with a job that somebody has committed to (steps 4 and 6). */
export interface ClientConduct {
  readonly name: string;
  /** Pays for what it ordered, and charges nobody with what it does not believe. */
  readonly followsProtocol: boolean;
  follow(job: ClientJob): Script;
}
