import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CalendarQueue } from "../../src/sim/calendar-queue.ts";
import type { EventQueue } from "../../src/sim/event-queue.ts";
import { FourAryHeap } from "../../src/sim/four-ary-heap.ts";
import { LadderQueue } from "../../src/sim/ladder-queue.ts";
import { Streams } from "../../src/sim/streams.ts";

type Event = readonly [time: number, order: number];

const byTimeAndOrder = (a: Event, b: Event) => a[0] - b[0] || a[1] - b[1];

function removeFirst(queue: EventQueue): Event {
  const first: Event = [queue.firstTime(), queue.firstOrder()];
  queue.removeFirst();
  return first;
}

const queues: [string, () => EventQueue][] = [
  ["the 4-ary heap", () => new FourAryHeap()],
  ["the ladder queue", () => new LadderQueue()],
  ["the calendar queue", () => new CalendarQueue()],
];

describe.each(queues)("%s", (_, make) => {
  // Pushes, removals and sweeps in any mixture; each time is now plus a delay of very different sizes, often equal.
  const delay = fc.oneof(fc.nat(3), fc.nat(1000), fc.nat(1e6), fc.nat(2 ** 40));
  const step = fc.oneof(
    fc.record({ push: fc.array(delay, { minLength: 1, maxLength: 40 }) }),
    fc.record({ burst: fc.tuple(delay, fc.integer({ min: 100, max: 700 })) }),
    fc.record({ remove: fc.integer({ min: 1, max: 300 }) }),
    fc.record({ keepUnlessDivisibleBy: fc.integer({ min: 2, max: 5 }) }),
  );

  test("gives back what was put in, in total order", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const queue = make();
        let model: Event[] = [];
        let now = 0;
        let order = 0;
        const put = (time: number) => {
          queue.push(time, order);
          model.push([time, order++]);
        };
        const take = (count: number) => {
          model.sort(byTimeAndOrder);
          for (const expected of model.splice(0, count)) {
            expect(removeFirst(queue)).toEqual(expected);
            now = expected[0];
          }
        };
        for (const each of steps) {
          if ("push" in each) for (const wait of each.push) put(now + wait);
          else if ("burst" in each)
            for (let i = 0; i < each.burst[1]; i++) put(now + each.burst[0] + ((i * 7919) % 97));
          else if ("remove" in each) take(each.remove);
          else {
            const wanted = (id: number) => id % each.keepUnlessDivisibleBy !== 0;
            queue.retain(wanted);
            model = model.filter(([, id]) => wanted(id));
          }
          expect(queue.size).toBe(model.length);
          // Having looked, a queue still takes what comes before.
          expect(queue.firstTime()).toBe(Math.min(Infinity, ...model.map(([time]) => time)));
        }
        take(Infinity);
        expect([queue.size, queue.firstTime()]).toEqual([0, Infinity]);
      }),
    );
  });

  test.each([
    ["exponential delays", (draw: number) => Math.round(-1e6 * Math.log1p(-draw))],
    ["all at once", () => 0],
    ["few different delays", (draw: number) => 1000 * Math.floor(4 * draw)],
    ["heavy tails up to 2^50", (draw: number) => Math.round(2 ** (50 * draw))],
    ["two scales", (draw: number) => (draw < 0.9 ? Math.round(10 * draw) : Math.round(1e9 * draw))],
  ])("holds 20,000 events, then 1,000, with %s", (_name, delayOf) => {
    const draw = new Streams("hold").of("delays");
    const queue = make();
    let order = 0;
    let last: Event = [0, -1];
    const take = () => {
      const event = removeFirst(queue);
      if (byTimeAndOrder(last, event) > 0) expect(event).toEqual(`after ${last}`);
      last = event;
    };
    const hold = (count: number) => {
      for (let i = 0; i < count; i++) {
        take();
        queue.push(last[0] + delayOf(draw.uniform()), order++);
      }
    };
    for (; order < 20_000; order++) queue.push(delayOf(draw.uniform()), order);
    hold(60_000);
    while (queue.size > 1000) take();
    hold(60_000);
    expect(queue.size).toBe(1000);
    while (queue.size > 0) take();
    expect(queue.firstTime()).toBe(Infinity);
  });

  test("swells and shrinks, with delays that grow and fall a thousandfold", () => {
    const draw = new Streams("swell").of("delays");
    const queue = make();
    let order = 0;
    let last: Event = [0, -1];
    for (let i = 0; i < 150_000; i++) {
      const wanted = 5000 * (1 + Math.sin(i / 20_000)) * (1 + Math.sin(i / 700));
      const scale = 10 ** (4 + 1.5 * Math.sin(i / 9000));
      if (queue.size <= wanted) queue.push(last[0] + Math.round(draw.exponential(scale)), order++);
      else {
        const event = removeFirst(queue);
        if (byTimeAndOrder(last, event) > 0) expect(event).toEqual(`after ${last}`);
        last = event;
      }
    }
    expect(order).toBeGreaterThan(50_000);
  });
});

describe("the calendar queue, step by step with a heap", () => {
  test.each([
    ["evenly spread delays", (draw: number) => Math.round(2e6 * draw)],
    ["many short delays among long ones", (draw: number) => Math.round(draw < 0.9 ? 1000 * draw : 1e9 * draw)],
    ["delays of every scale", (draw: number) => Math.round(2 ** (38 * draw))],
    ["two humps", (draw: number) => Math.round(draw < 0.5 ? 1e5 * draw : 1e6 + 1e4 * draw)],
    ["delays about a year long", (draw: number) => Math.round(draw < 0.96 ? 1e6 * draw : 1e9 * (draw - 0.96))],
    ["bursts of equal times", (draw: number) => 10_000 * Math.round(100 * draw ** 2)],
    ["a microsecond a slot", (draw: number) => Math.round(100 * draw)],
  ])("%s", (_name, delayOf) => {
    const draw = new Streams("step by step").of("delays");
    for (const pending of [60, 700, 5000]) {
      const queue = new CalendarQueue();
      const heap = new FourAryHeap();
      // Starts late: a slot's number is a large one, and the year's end lies anywhere in the array.
      let now = 2 ** 52 + Math.floor(2 ** 40 * draw.uniform());
      let order = 0;
      const put = () => {
        const time = now + delayOf(draw.uniform());
        // As priorities do, some orders come before all earlier ones.
        const signed = draw.uniform() < 0.2 ? -order++ : order++;
        queue.push(time, signed);
        heap.push(time, signed);
      };
      const differs: Event[] = [];
      while (heap.size < pending) put();
      for (let i = 0; i < 15_000; i++) {
        const expected = removeFirst(heap);
        const event = removeFirst(queue);
        if (byTimeAndOrder(event, expected) !== 0) differs.push(event, expected);
        now = expected[0];
        // The number pending sways, with bursts into one moment.
        const more = heap.size < 1.5 * pending && draw.uniform() < 0.02 ? 20 : 1;
        for (let n = heap.size > pending ? more - 1 : more; n > 0; n--) put();
      }
      expect(differs).toEqual([]);
      queue.retain((id) => id % 2 === 0);
      heap.retain((id) => id % 2 === 0);
      while (heap.size > 0) expect(removeFirst(queue)).toEqual(removeFirst(heap));
      expect([queue.size, queue.firstTime()]).toEqual([0, Infinity]);
    }
  });
});

test("the ladder queue asks about an event before it comes near, and forgets what is not wanted", () => {
  const queue = new LadderQueue((order) => order % 10 === 0);
  for (let order = 0; order < 5000; order++) queue.push(1_000_000 + 10 * order, order);
  const seen: number[] = [];
  while (queue.firstTime() < Infinity) seen.push(removeFirst(queue)[1]);
  expect(seen.length).toBeLessThan(1500);
  expect(seen.filter((order) => order % 10 === 0).length).toBe(500);
});
