import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Kernel } from "../../src/sim/kernel.ts";
import { Distribution, Monitors } from "../../src/sim/monitors.ts";

describe("monitors", () => {
  test("a time average weighs a level by how long it held", () => {
    const kernel = new Kernel();
    const queue = new Monitors(kernel).timeAverage("queue");
    kernel.scheduleAt(10, () => queue.set(4));
    kernel.scheduleAt(30, () => queue.add(-3));
    kernel.run({ untilUs: 100 });
    expect(queue.area).toBe(0 * 10 + 4 * 20 + 1 * 70);
    expect(queue.mean).toBe(1.5);
    expect([queue.level, queue.max]).toEqual([1, 4]);
  });

  test("one that begins late is averaged from its beginning", () => {
    const kernel = new Kernel();
    kernel.run({ untilUs: 90 });
    const queue = new Monitors(kernel).timeAverage("late");
    expect(queue.mean).toBeNaN();
    queue.set(2);
    kernel.run({ untilUs: 100 });
    expect(queue.mean).toBe(2);
  });

  test("quantiles of any values lie within one percent of the sorted list's", () => {
    const value = fc.oneof(fc.double({ min: 0, max: 1e12, noNaN: true }), fc.integer({ min: 0, max: 100 }));
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 200 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, q) => {
          const distribution = new Distribution();
          for (const each of values) distribution.add(each);
          const exact = values.toSorted((a, b) => a - b)[Math.floor(q * (values.length - 1))]!;
          expect(Math.abs(distribution.quantile(q) - exact)).toBeLessThanOrEqual(0.01 * exact * (1 + 1e-9));
        },
      ),
    );
  });

  test("a report has one line for each name, in order", () => {
    const kernel = new Kernel();
    const monitors = new Monitors(kernel);
    const waits = monitors.distribution("wait");
    const blocks = monitors.counter("blocks");
    for (const wait of [0, 0, 5]) waits.add(wait);
    blocks.add();
    blocks.add(2);
    const report = monitors.report();
    expect(report[0]).toEqual({ name: "blocks", kind: "counter", count: 3, mean: 3, max: 3 });
    expect(report[1]).toMatchObject({ name: "wait", kind: "distribution", count: 3, mean: 5 / 3, max: 5, p50: 0 });
    expect(() => monitors.counter("wait")).toThrow("monitor wait: the name is taken");
  });

  test("an empty distribution has no mean, and bad values are refused", () => {
    const empty = new Distribution();
    expect(empty.mean).toBeNaN();
    expect(empty.quantile(0.5)).toBeNaN();
    expect(() => empty.add(-1)).toThrow("expected a finite value from 0, got -1");
    expect(() => empty.quantile(2)).toThrow("quantile: expected 0 to 1, got 2");
  });

  test("an instrument that is off is not even given its arguments", () => {
    const off = undefined as Monitors | undefined;
    const queue = off?.timeAverage("queue");
    queue?.set(
      (() => {
        throw new Error("computed for nobody");
      })(),
    );
    expect(queue).toBeUndefined();
  });
});
