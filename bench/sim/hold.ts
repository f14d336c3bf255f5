/**
 * The HOLD benchmark (Vaucher and Duval 1975): with n events pending, each event that runs schedules one more after a random
 * delay. Run it with `node bench/sim/hold.ts`, which takes about three minutes; `node bench/sim/hold.ts heap` has the
 * kernel use its 4-ary heap alone instead of the calendar queue.
 *
 * Every contender does the same work from the same table of exponential delays, mean 1 s in whole microseconds: n events are
 * scheduled, n more run unmeasured, then the measured ones; the checksum is the sum of their times in seconds of 2^20 us.
 */
import { FourAryHeap } from "../../src/sim/four-ary-heap.ts";
import { Kernel } from "../../src/sim/kernel.ts";
import { Process, type Script } from "../../src/sim/process.ts";
import { Streams } from "../../src/sim/streams.ts";
import { BareHeap } from "./bare-heap.ts";
import { beside, compare, cpuMs, type Work } from "./measure.ts";
import { loadSimjs } from "./simjs.ts";

const simjs = await loadSimjs();
const draw = new Streams("hold").of("delays");
const delays = Float64Array.from({ length: 2 ** 16 }, () => Math.round(draw.exponential(1_000_000)));
const MASK = delays.length - 1;
const UNIT = 2 ** 20;
const onHeap = process.argv[2] === "heap";
const makeKernel = () => (onHeap ? new Kernel({ queue: new FourAryHeap() }) : new Kernel());

function bareHeap(pending: number, events: number): Work {
  const heap = new BareHeap(pending);
  let next = 0;
  for (let id = 0; id < pending; id++) heap.push(delays[next++ & MASK]!, id);
  const loop = (count: number) => {
    let sum = 0;
    for (let i = 0; i < count; i++) {
      const now = heap.times[0]!;
      const id = heap.pop();
      sum += now;
      heap.push(now + delays[next++ & MASK]!, id);
    }
    return sum;
  };
  loop(pending);
  const start = cpuMs();
  const sum = loop(events);
  return { events, checksum: Math.round(sum / UNIT), cpuMs: cpuMs() - start };
}

function callbacks(pending: number, events: number): Work {
  const kernel = makeKernel();
  let next = 0;
  const sum = new Float64Array(1);
  const hold = (id: number) => {
    sum[0]! += kernel.nowUs;
    kernel.schedule(delays[next++ & MASK]!, hold, id);
  };
  for (let id = 0; id < pending; id++) kernel.schedule(delays[next++ & MASK]!, hold, id);
  kernel.run({ maxEvents: pending });
  const before = kernel.executed;
  sum[0] = 0;
  const start = cpuMs();
  kernel.run({ maxEvents: events });
  return { events: kernel.executed - before, checksum: Math.round(sum[0] / UNIT), cpuMs: cpuMs() - start };
}

function processes(pending: number, events: number): Work {
  const kernel = makeKernel();
  let next = 0;
  const sum = new Float64Array(1);
  function* hold(): Script {
    for (;;) {
      yield delays[next++ & MASK]!;
      sum[0]! += kernel.nowUs;
    }
  }
  for (let id = 0; id < pending; id++) new Process(kernel, "hold", hold());
  // Each process starts in an event of its own.
  kernel.run({ maxEvents: 2 * pending });
  const before = kernel.executed;
  sum[0] = 0;
  const start = cpuMs();
  kernel.run({ maxEvents: events });
  return { events: kernel.executed - before, checksum: Math.round(sum[0] / UNIT), cpuMs: cpuMs() - start };
}

function simjsTimers(pending: number, events: number): Work {
  const sim = new simjs.Sim();
  let next = 0;
  let executed = 0;
  let sum = 0;
  class Holder extends simjs.Entity {
    start(): void {
      for (let id = 0; id < pending; id++) this.setTimer(delays[next++ & MASK]!).done(this.hold);
    }
    hold(): void {
      executed++;
      sum += this.time();
      this.setTimer(delays[next++ & MASK]!).done(this.hold);
    }
  }
  sim.addEntity(Holder, "holder");
  sim.simulate(Infinity, pending);
  executed = 0;
  sum = 0;
  const start = cpuMs();
  sim.simulate(Infinity, events);
  return { events: executed, checksum: Math.round(sum / UNIT), cpuMs: cpuMs() - start };
}

for (const [pending, events] of [
  [1e3, 1e6],
  [1e5, 1e6],
  [1e6, 1e6],
] as const) {
  compare(
    `HOLD, ${pending} pending`,
    [
      { name: "bare 4-ary heap loop", run: () => bareHeap(pending, events) },
      { name: "kernel, callbacks", run: () => callbacks(pending, events) },
      { name: "kernel, generator processes", run: () => processes(pending, events) },
      { name: "simjs 2.0.3, timers", run: () => simjsTimers(pending, events) },
    ],
    [
      { name: "kernel, callbacks", against: "bare 4-ary heap loop", atLeast: 0.75 },
      { name: "kernel, callbacks", against: "simjs 2.0.3, timers", atLeast: 8 },
    ],
    5,
  );
  const few = events / 10;
  beside("hold.py", { delays: [...delays], pending, events: few }, bareHeap(pending, few));
}
