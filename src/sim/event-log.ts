import { SimulationError } from "./errors.ts";
import type { Kernel } from "./kernel.ts";
import type { TextSink } from "./text-file.ts";

/** What a log line can say: plain values, so that two runs can be compared byte by byte. */
export type LogFields = Readonly<Record<string, string | number | boolean | null>>;

/**
 * What happened in a run, one JSON object a line: `{"t":1500000,"kind":"job.accepted","node":17}`, t in microseconds.
 * A model without a log holds undefined and writes `log?.record(...)`.
 */
export class EventLog {
  readonly #kernel: Kernel;
  readonly #sink: TextSink;

  constructor(kernel: Kernel, sink: TextSink) {
    this.#kernel = kernel;
    this.#sink = sink;
  }

  /** Writes one line. Fields come in the order given; `t` and `kind` are the log's own. */
  record(kind: string, fields: LogFields = {}): void {
    if ("t" in fields || "kind" in fields) {
      throw new SimulationError("bad-argument", `log ${kind}: the fields t and kind are the log's own`);
    }
    this.#sink(`${JSON.stringify({ t: this.#kernel.nowUs, kind, ...fields })}\n`);
  }
}
