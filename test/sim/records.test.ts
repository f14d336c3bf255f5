import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ChromeTrace } from "../../src/sim/chrome-trace.ts";
import { EventLog } from "../../src/sim/event-log.ts";
import { Kernel } from "../../src/sim/kernel.ts";
import { Process, type Script } from "../../src/sim/process.ts";
import { Resource } from "../../src/sim/resource.ts";
import { Streams } from "../../src/sim/streams.ts";
import { TextFile } from "../../src/sim/text-file.ts";

/** A laundry with two machines: three customers, washing times from a named stream. */
function laundry(run: number, customers = 3) {
  const lines: string[] = [];
  const pieces: string[] = [];
  const kernel = new Kernel();
  const log = new EventLog(kernel, (line) => lines.push(line));
  const trace = new ChromeTrace((piece) => pieces.push(piece));
  const machines = new Resource(kernel, "machines", 2);
  const washing = new Streams("laundry", run).of("washing");
  const door = trace.lane("laundry", "door");
  function* customer(name: string): Script {
    const lane = trace.lane("customers", name);
    log.record("arrived", { name });
    door.instant(name, kernel.nowUs);
    const arrivedAtUs = kernel.nowUs;
    const request = machines.request();
    yield request;
    const startedAtUs = kernel.nowUs;
    log.record("washing", { name, waitedUs: startedAtUs - arrivedAtUs });
    yield 1000 + washing.below(1000);
    request.release();
    lane.span("waiting", arrivedAtUs, startedAtUs);
    lane.span("washing", startedAtUs, kernel.nowUs, { machines: 2 });
    trace.arrow("leaves", lane, startedAtUs, door, kernel.nowUs);
    door.level("machines in use", kernel.nowUs, machines.inUse);
    log.record("left", { name });
  }
  for (let i = 0; i < customers; i++) new Process(kernel, `customer/${i}`, customer(`customer/${i}`));
  kernel.run();
  trace.close();
  return { log: lines.join(""), trace: pieces.join("") };
}

describe("the event log", () => {
  test("is this one, byte for byte", () => {
    // The stream's first draws below 1000, computed as in streams.test.ts: 385, 58, 364.
    expect(laundry(0).log.split("\n")).toEqual([
      '{"t":0,"kind":"arrived","name":"customer/0"}',
      '{"t":0,"kind":"washing","name":"customer/0","waitedUs":0}',
      '{"t":0,"kind":"arrived","name":"customer/1"}',
      '{"t":0,"kind":"washing","name":"customer/1","waitedUs":0}',
      '{"t":0,"kind":"arrived","name":"customer/2"}',
      '{"t":1058,"kind":"left","name":"customer/1"}',
      '{"t":1058,"kind":"washing","name":"customer/2","waitedUs":1058}',
      '{"t":1385,"kind":"left","name":"customer/0"}',
      '{"t":2422,"kind":"left","name":"customer/2"}',
      "",
    ]);
  });

  test("the same run twice is byte-identical, another run number is not", () => {
    const [first, again, other] = [laundry(0, 50), laundry(0, 50), laundry(1, 50)];
    expect(again).toEqual(first);
    expect(other.log).not.toBe(first.log);
  });

  test("a record cannot lie about its time", () => {
    const log = new EventLog(new Kernel(), () => {});
    expect(() => log.record("arrived", { t: 7 })).toThrow("log arrived: the fields t and kind are the log's own");
  });
});

describe("the Chrome trace", () => {
  interface TraceEvent {
    readonly name: string;
    readonly ph: string;
    readonly pid: number;
    readonly tid: number;
    readonly ts?: number;
    readonly dur?: number;
    readonly id?: number;
    readonly args?: Record<string, unknown>;
  }

  test("is valid: every event has what its phase requires, on a lane that has a name", () => {
    const { traceEvents, displayTimeUnit } = JSON.parse(laundry(0).trace) as {
      traceEvents: TraceEvent[];
      displayTimeUnit: string;
    };
    expect(displayTimeUnit).toBe("ms");
    const groups = new Map<number, unknown>();
    const lanes = new Map<string, unknown>();
    const started = new Set<number>();
    for (const event of traceEvents) {
      expect(typeof event.name).toBe("string");
      if (event.ph === "M") {
        if (event.name === "process_name") groups.set(event.pid, event.args!["name"]);
        else lanes.set(`${event.pid}/${event.tid}`, event.args!["name"]);
        continue;
      }
      expect(groups.has(event.pid)).toBe(true);
      expect(lanes.has(`${event.pid}/${event.tid}`)).toBe(true);
      expect(Number.isSafeInteger(event.ts)).toBe(true);
      if (event.ph === "X") expect(event.dur).toBeGreaterThanOrEqual(0);
      else if (event.ph === "C") expect(typeof event.args!["value"]).toBe("number");
      else if (event.ph === "s") started.add(event.id!);
      else if (event.ph === "f") expect(started.delete(event.id!)).toBe(true);
      else expect(event.ph).toBe("i");
    }
    expect([...groups.values()]).toEqual(["laundry", "customers"]);
    expect([...lanes.values()]).toEqual(["door", "customer/0", "customer/1", "customer/2"]);
    expect(traceEvents.filter(({ ph, name }) => ph === "X" && name === "washing").length).toBe(3);
    expect(started.size).toBe(0);
  });

  test("a trace of nothing is valid too", () => {
    let text = "";
    new ChromeTrace((piece) => (text += piece)).close();
    expect(JSON.parse(text)).toEqual({ displayTimeUnit: "ms", traceEvents: [] });
  });
});

test("a text file holds what was written, whatever the size of the pieces", () => {
  const folder = mkdtempSync(join(tmpdir(), "sim-"));
  try {
    const file = new TextFile(join(folder, "log.jsonl"));
    const pieces = Array.from({ length: 3000 }, (_, i) => `${"ä".repeat(i % 100)}\n`);
    for (const piece of pieces) file.write(piece);
    file.close();
    expect(readFileSync(join(folder, "log.jsonl"), "utf8")).toBe(pieces.join(""));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
