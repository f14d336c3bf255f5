import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type EventHandle, type EventRecord, Kernel } from "../../src/sim/kernel.ts";
import { SortedListModel } from "./sorted-list-model.ts";

describe("the order of events", () => {
  test("by time, then priority, then the order in which they were scheduled", () => {
    const kernel = new Kernel();
    const log: string[] = [];
    const say = (word: string) => log.push(`${kernel.nowUs} ${word}`);
    kernel.schedule(20, say, "later");
    kernel.schedule(10, say, "first of its priority");
    kernel.schedule(10, say, "patient", 5);
    kernel.schedule(10, say, "second of its priority");
    kernel.schedule(10, say, "urgent", -127);
    expect(kernel.pending).toBe(5);
    expect(kernel.run()).toBe("finished");
    expect(log).toEqual([
      "10 urgent",
      "10 first of its priority",
      "10 second of its priority",
      "10 patient",
      "20 later",
    ]);
    expect([kernel.executed, kernel.pending]).toEqual([5, 0]);
  });

  test("an event may schedule others at the same time, and they come after those already waiting", () => {
    const kernel = new Kernel();
    const log: string[] = [];
    kernel.schedule(5, () => {
      log.push("a");
      kernel.schedule(0, () => log.push("child of a"));
    });
    kernel.schedule(5, () => log.push("b"));
    kernel.run();
    expect(log).toEqual(["a", "b", "child of a"]);
  });

  test("random schedules and cancels run as a sorted list would run them", () => {
    const action = fc.record({
      delay: fc.integer({ min: 0, max: 20 }),
      priority: fc.integer({ min: -2, max: 2 }),
      spawns: fc.integer({ min: 0, max: 3 }),
      cancels: fc.option(fc.nat(400)),
    });
    fc.assert(
      fc.property(fc.array(action, { minLength: 1, maxLength: 400 }), (actions) => {
        const kernel = new Kernel();
        const model = new SortedListModel();
        expect(story(kernel, actions)).toEqual(story(model, actions));
      }),
    );
  });

  test("ten thousand pending events with many ties come out in order, and cancelled ones never", () => {
    const kernel = new Kernel();
    const seen: { time: number; id: number }[] = [];
    const handles: EventHandle[] = [];
    for (let id = 0; id < 10_000; id++) {
      handles.push(kernel.schedule((id * 7919) % 97, () => seen.push({ time: kernel.nowUs, id })));
    }
    for (let id = 0; id < 10_000; id++) if (id % 4 !== 0) expect(kernel.cancel(handles[id]!)).toBe(true);
    expect(kernel.pending).toBe(2500);
    kernel.run();
    const expected = seen.toSorted((a, b) => a.time - b.time || a.id - b.id);
    expect(seen).toEqual(expected);
    expect(seen.length).toBe(2500);
    expect(seen.every(({ id }) => id % 4 === 0)).toBe(true);
  });
});

interface Action {
  readonly delay: number;
  readonly priority: number;
  readonly spawns: number;
  readonly cancels: number | null;
}

/** Events take actions from the list as they run, schedule their children, and cancel any event scheduled so far. */
function story(kernel: Pick<Kernel, "nowUs" | "schedule" | "cancel" | "run">, actions: readonly Action[]): string[] {
  const log: string[] = [];
  const handles: EventHandle[] = [];
  let next = 0;
  const start = () => {
    const id = next++;
    const action = actions[id];
    if (action === undefined) return;
    handles.push(kernel.schedule(action.delay, act, { id, action }, action.priority));
  };
  const act = ({ id, action }: { id: number; action: Action }) => {
    log.push(`${kernel.nowUs}: ${id}`);
    for (let i = 0; i < action.spawns; i++) start();
    if (action.cancels !== null) {
      const victim = action.cancels % handles.length;
      log.push(`cancel ${victim}: ${kernel.cancel(handles[victim]!)}`);
    }
  };
  for (let i = 0; i < 10; i++) start();
  kernel.run();
  return log;
}

describe("cancelling", () => {
  test("works once, and not after the event has run", () => {
    const kernel = new Kernel();
    const log: string[] = [];
    const first = kernel.schedule(1, () => log.push("first"));
    const second = kernel.schedule(2, () => log.push("second"));
    expect(kernel.cancel(second)).toBe(true);
    expect(kernel.cancel(second)).toBe(false);
    kernel.run();
    expect(kernel.cancel(first)).toBe(false);
    expect(log).toEqual(["first"]);
    expect(kernel.executed).toBe(1);
  });

  test("an old handle never hits a later event, though storage is used again thousands of times", () => {
    const kernel = new Kernel();
    const old = kernel.schedule(0, () => {});
    kernel.run();
    let ran = 0;
    for (let i = 0; i < 5000; i++) {
      kernel.schedule(0, () => ran++);
      expect(kernel.cancel(old)).toBe(false);
      kernel.run();
    }
    expect(ran).toBe(5000);
  });

  test("an event that waits for long keeps its place while thousands pass it", () => {
    const kernel = new Kernel();
    const log: string[] = [];
    kernel.schedule(1_000_000, () => log.push(`patient at ${kernel.nowUs}`));
    let left = 20_000;
    const tick = () => {
      if (--left > 0) kernel.schedule(1, tick);
    };
    kernel.schedule(1, tick);
    kernel.run();
    expect(log).toEqual(["patient at 1000000"]);
    expect(kernel.executed).toBe(20_001);
  });
});

describe("running in pieces", () => {
  test("until a time, for some events, or until stopped, and on again", () => {
    const kernel = new Kernel();
    const log: number[] = [];
    for (const time of [10, 20, 30, 40]) kernel.scheduleAt(time, () => log.push(kernel.nowUs));
    kernel.schedule(35, () => kernel.stop());
    expect(kernel.run({ untilUs: 15 })).toBe("until");
    expect(kernel.nowUs).toBe(15);
    expect(kernel.run({ maxEvents: 1 })).toBe("max-events");
    expect(kernel.nowUs).toBe(20);
    expect(kernel.run()).toBe("stopped");
    expect(kernel.nowUs).toBe(35);
    expect(kernel.run({ untilUs: 100 })).toBe("finished");
    expect(kernel.nowUs).toBe(100);
    expect(log).toEqual([10, 20, 30, 40]);
  });

  test("a run to a time is finished when only cancelled events lie beyond it", () => {
    const kernel = new Kernel();
    const event = kernel.schedule(100, () => {});
    expect(kernel.run({ untilUs: 50 })).toBe("until");
    kernel.cancel(event);
    expect(kernel.run({ untilUs: 60 })).toBe("finished");
    expect(() => kernel.run({ untilUs: 60.5 })).toThrow("run: expected untilUs in whole microseconds, got 60.5");
  });

  test("an observer sees every event by time, priority, sequence and name", () => {
    const seen: EventRecord[] = [];
    const kernel = new Kernel({ observer: (event) => seen.push(event) });
    kernel.schedule(3, function deliver() {}, { name: "node/17" }, -1);
    kernel.schedule(2, function mine() {});
    kernel.run();
    expect(seen).toEqual([
      { timeUs: 2, priority: 0, sequence: 1, name: "mine" },
      { timeUs: 3, priority: -1, sequence: 0, name: "deliver(node/17)" },
    ]);
  });
});

describe("what is refused", () => {
  test("the past, what is no whole number, and times past 2^53 - 1", () => {
    const kernel = new Kernel();
    const nothing = () => {};
    kernel.schedule(100, nothing);
    kernel.run();
    expect(() => kernel.scheduleAt(99, nothing)).toThrow("time: 99 us lies before now, 100 us");
    expect(() => kernel.schedule(-1, nothing)).toThrow("delay: -1 us lies before now, 100 us");
    for (const bad of [Number.NaN, 1.5, Infinity, 2 ** 53, Number.MAX_SAFE_INTEGER - 50]) {
      expect(() => kernel.schedule(bad, nothing)).toThrow(`got ${bad} at 100 us`);
    }
    for (const bad of [Number.NaN, 100.5, Infinity, 2 ** 53]) {
      expect(() => kernel.scheduleAt(bad, nothing)).toThrow(`got ${bad} at 100 us`);
    }
    expect(() => kernel.schedule(1, nothing, undefined, 128)).toThrow(
      "priority: expected a whole number from -127 to 127",
    );
    expect(() => kernel.schedule(1, nothing, undefined, 0.5)).toThrow("priority");
    expect(kernel.pending).toBe(0);
    kernel.scheduleAt(Number.MAX_SAFE_INTEGER, nothing);
    expect(kernel.run()).toBe("finished");
    expect(kernel.nowUs).toBe(Number.MAX_SAFE_INTEGER);
  });

  test("running from inside an event", () => {
    const kernel = new Kernel();
    kernel.schedule(1, function nested() {
      kernel.run();
    });
    expect(() => kernel.run()).toThrow("event nested at 1 us (sequence 0): run: called from inside an event");
  });
});

describe("faults in user code", () => {
  test("name the event's time and origin, keep the cause, and leave the rest runnable", () => {
    const kernel = new Kernel();
    const log: string[] = [];
    const broken = new TypeError("no such peer");
    kernel.schedule(
      7,
      function deliver() {
        throw broken;
      },
      { name: "node/17" },
    );
    kernel.schedule(8, () => log.push("next"));
    let caught: unknown;
    try {
      kernel.run();
    } catch (error) {
      caught = error;
    }
    expect(caught).toMatchObject({
      name: "SimulationError",
      code: "event-failed",
      message: "event deliver(node/17) at 7 us (sequence 0): no such peer",
      cause: broken,
    });
    kernel.run();
    expect(log).toEqual(["next"]);
  });
});
