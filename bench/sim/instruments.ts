/**
 * What instruments cost: HOLD with 1e3 pending (see hold.ts) by a model that counts, averages a level, keeps a distribution and writes an
 * event log. Off, they are absent (`waits?.add(...)` on undefined) and must cost nothing: at least 0.95 of the speed of a model
 * that has never heard of them, the rest being noise. On, the log goes nowhere: its text is made, not written.
 *
 *   node bench/sim/instruments.ts
 */
import { EventLog } from "../../src/sim/event-log.ts";
import { Kernel } from "../../src/sim/kernel.ts";
import { Monitors } from "../../src/sim/monitors.ts";
import { Streams } from "../../src/sim/streams.ts";
import { compare, cpuMs, type Work } from "./measure.ts";

const PENDING = 1000;
const EVENTS = 1_000_000;
const UNIT = 2 ** 20;
const draw = new Streams("hold").of("delays");
const delays = Float64Array.from({ length: 2 ** 16 }, () => Math.round(draw.exponential(1_000_000)));
const MASK = delays.length - 1;

function timed(kernel: Kernel, hold: (id: number) => void, sum: Float64Array): Work {
  for (let id = 0; id < PENDING; id++) kernel.schedule(delays[id]!, hold, id);
  kernel.run({ maxEvents: PENDING });
  sum[0] = 0;
  const before = kernel.executed;
  const start = cpuMs();
  kernel.run({ maxEvents: EVENTS });
  return { events: kernel.executed - before, checksum: Math.round(sum[0] / UNIT), cpuMs: cpuMs() - start };
}

function bare(): Work {
  const kernel = new Kernel();
  const sum = new Float64Array(1);
  let next = PENDING;
  const hold = (id: number) => {
    const delayUs = delays[next++ & MASK]!;
    sum[0]! += kernel.nowUs;
    kernel.schedule(delayUs, hold, id);
  };
  return timed(kernel, hold, sum);
}

function instrumented(on: boolean): Work {
  const kernel = new Kernel(on ? { observer: () => {} } : {});
  const monitors = on ? new Monitors(kernel) : undefined;
  const [events, level, waits] = [
    monitors?.counter("n"),
    monitors?.timeAverage("level"),
    monitors?.distribution("wait"),
  ];
  const log = on ? new EventLog(kernel, () => {}) : undefined;
  const sum = new Float64Array(1);
  let next = PENDING;
  const hold = (id: number) => {
    const delayUs = delays[next++ & MASK]!;
    sum[0]! += kernel.nowUs;
    events?.add();
    level?.set(id);
    waits?.add(delayUs);
    log?.record("hold", { id, delayUs });
    kernel.schedule(delayUs, hold, id);
  };
  return timed(kernel, hold, sum);
}

const none = { name: "no instruments", run: bare };
const off = { name: "instruments off", run: () => instrumented(false) };
const on = { name: "instruments on", run: () => instrumented(true) };
// A run has them on or off: what V8 learns from a run that has them must not slow down the one that is to have none.
compare(
  "Instruments off, HOLD with 1000 pending",
  [none, off],
  [{ name: off.name, against: none.name, atLeast: 0.95 }],
  9,
);
compare("Instruments on", [none, on], [], 3);
