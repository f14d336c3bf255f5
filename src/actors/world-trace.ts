/**
 * A network's event log as a Chrome trace: when each node generated, each client verified, each dispute lasted. Spans follow from the log
 * alone, so that a trace can be made of a finished log as well.
 */
import type { ChromeTrace, TraceDetails, TraceLane } from "../sim/chrome-trace.ts";

interface LogLine extends TraceDetails {
  readonly t: number;
  readonly kind: string;
}

interface OpenSpan {
  readonly group: string;
  readonly lanes: string;
  readonly name: string;
  readonly fromUs: number;
  readonly args: TraceDetails;
}

export class WorldTrace {
  readonly #trace: ChromeTrace;
  readonly #open = new Map<string, OpenSpan>();
  /** Rows of the viewer: what overlaps lies in rows of its own. */
  readonly #lanes = new Map<string, { readonly lane: TraceLane; freeAtUs: number }[]>();

  constructor(trace: ChromeTrace) {
    this.#trace = trace;
  }

  /** One line of an event log; kinds that are no part of a span are passed over. */
  readonly take = (text: string): void => {
    const { t, kind, ...fields } = JSON.parse(text) as LogLine;
    const { job, node, by, miner } = fields as Readonly<Record<string, string>>;
    switch (kind) {
      case "job.started":
        this.#begin(`generate/${job}/${node}`, node!, "work", "generate", t, { job: job! });
        break;
      case "job.committed":
      case "job.stopped":
        this.#end(`generate/${job}/${node}`, t, { end: kind, ...fields });
        break;
      case "job.delivered":
        this.#begin(`verify/${job}`, clientOf(job!), "verification", "verify", t, { job: job!, node: node! });
        break;
      case "job.verified":
        this.#end(`verify/${job}`, t, fields);
        break;
      case "job.charged":
        this.#begin(`dispute/${job}`, by!, "disputes", `charge: ${fields["charge"]}`, t, { job: job! });
        break;
      case "job.dispute-ended":
        this.#end(`dispute/${job}`, t, fields);
        break;
      case "block.found":
        this.#lane(miner!, "blocks", t).lane.instant(`block ${fields["height"]}`, t, fields);
    }
  };

  /** Ends what was under way; an output that nobody verified is no span. The trace is valid JSON from now on. */
  close(atUs: number): void {
    for (const [key, { name }] of [...this.#open])
      if (name !== "verify") this.#end(key, atUs, { end: "of the simulated time" });
    this.#trace.close();
  }

  #begin(key: string, group: string, lanes: string, name: string, fromUs: number, args: TraceDetails): void {
    this.#open.set(key, { group, lanes, name, fromUs, args });
  }

  #end(key: string, atUs: number, args: TraceDetails): void {
    const span = this.#open.get(key);
    if (span === undefined) return;
    this.#open.delete(key);
    const row = this.#lane(span.group, span.lanes, span.fromUs);
    row.freeAtUs = atUs;
    row.lane.span(span.name, span.fromUs, atUs, { ...span.args, ...args });
  }

  /** The first row of the group that was free at the time. */
  #lane(group: string, lanes: string, atUs: number): { readonly lane: TraceLane; freeAtUs: number } {
    const key = `${group}/${lanes}`;
    const rows = this.#lanes.get(key) ?? [];
    this.#lanes.set(key, rows);
    let row = rows.find(({ freeAtUs }) => freeAtUs <= atUs);
    if (row === undefined) {
      row = { lane: this.#trace.lane(group, rows.length === 0 ? lanes : `${lanes} ${rows.length + 1}`), freeAtUs: 0 };
      rows.push(row);
    }
    return row;
  }
}

/** `client/local/0/17` is a job of `client/local/0`. */
function clientOf(job: string): string {
  return job.slice(0, job.lastIndexOf("/"));
}
