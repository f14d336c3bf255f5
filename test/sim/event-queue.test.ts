import fc from "fast-check";
import { describe, expect, test } from "vitest";
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
            queue.keep(wanted);
            model = model.filter(([, id]) => wanted(id));
          }
          expect(queue.size).toBe(model.length);
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
  ])("holds 20,000 events with %s", (_name, delayOf) => {
    const draw = new Streams("hold").of("delays");
    const queue = make();
    let order = 0;
    for (; order < 20_000; order++) queue.push(delayOf(draw.uniform()), order);
    let last: Event = [0, -1];
    for (let i = 0; i < 60_000; i++) {
      const event = removeFirst(queue);
      if (byTimeAndOrder(last, event) > 0) expect(event).toEqual(`after ${last}`);
      last = event;
      queue.push(event[0] + delayOf(draw.uniform()), order++);
    }
    expect(queue.size).toBe(20_000);
    const rest = Array.from({ length: 20_000 }, () => removeFirst(queue));
    expect(rest).toEqual(rest.toSorted(byTimeAndOrder));
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
