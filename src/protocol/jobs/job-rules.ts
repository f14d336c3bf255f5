/** What every step of a job's life depends on, besides the operation. */
import type { Parameters } from "../parameters.ts";
import type { RuleSet } from "../revisions.ts";

/** When an operation takes effect: a message when it arrives, settling and discarding at their block's time and height. */
export interface BlockContext {
  readonly nowMs: number;
  readonly heightBlocks: number;
}

export interface JobRules {
  readonly rules: RuleSet;
  readonly parameters: Parameters;
}
