import type { TextSink } from "./text-file.ts";

/** Details shown when something is clicked in the viewer. */
export type TraceDetails = Readonly<Record<string, string | number | boolean | null>>;

/**
 * A run as a Chrome trace, for https://ui.perfetto.dev or chrome://tracing: who was busy with what, when. Virtual
 * microseconds are the trace's microseconds. Format: "Trace Event Format" (Chromium project), JSON object form.
 *
 * Written as it happens; `close` makes it valid JSON.
 */
export class ChromeTrace {
  readonly #sink: TextSink;
  readonly #groups = new Map<string, number>();
  #lanes = 0;
  #flows = 0;
  #first = true;

  constructor(sink: TextSink) {
    this.#sink = sink;
    sink('{"displayTimeUnit":"ms","traceEvents":[');
  }

  /** A row in the viewer, under the heading of its group: `lane("node/17", "gpu")`. */
  lane(group: string, name: string): TraceLane {
    let pid = this.#groups.get(group);
    if (pid === undefined) {
      pid = this.#groups.size + 1;
      this.#groups.set(group, pid);
      this.#write({ name: "process_name", ph: "M", pid, tid: 0, args: { name: group } });
    }
    const tid = ++this.#lanes;
    this.#write({ name: "thread_name", ph: "M", pid, tid, args: { name } });
    return new TraceLane((event) => this.#write({ ...event, pid, tid }));
  }

  /** An arrow from one lane to another, such as a message: it connects the spans that enclose its two ends. */
  arrow(name: string, from: TraceLane, sentAtUs: number, to: TraceLane, arrivedAtUs: number): void {
    const id = ++this.#flows;
    from.write({ name, cat: "flow", ph: "s", id, ts: sentAtUs });
    to.write({ name, cat: "flow", ph: "f", bp: "e", id, ts: arrivedAtUs });
  }

  close(): void {
    this.#sink("\n]}\n");
  }

  #write(event: object): void {
    this.#sink(`${this.#first ? "" : ","}\n${JSON.stringify(event)}`);
    this.#first = false;
  }
}

/** One row of a trace. Spans on one lane must nest or follow one another. */
export class TraceLane {
  /** Not for users: adds the lane's numbers to a raw trace event. */
  readonly write: (event: object) => void;

  constructor(write: (event: object) => void) {
    this.write = write;
  }

  /** Something that took from one time to another. */
  span(name: string, fromUs: number, toUs: number, args: TraceDetails = {}): void {
    this.write({ name, ph: "X", ts: fromUs, dur: toUs - fromUs, args });
  }

  /** Something that took no time. */
  instant(name: string, atUs: number, args: TraceDetails = {}): void {
    this.write({ name, ph: "i", s: "t", ts: atUs, args });
  }

  /** A level from now on, drawn as a curve. */
  level(name: string, atUs: number, value: number): void {
    this.write({ name, ph: "C", ts: atUs, args: { value } });
  }
}
