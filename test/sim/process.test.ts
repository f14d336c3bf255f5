import { describe, expect, test } from "vitest";
import { firstOf } from "../../src/sim/first-of.ts";
import { Kernel } from "../../src/sim/kernel.ts";
import { type Interrupt, Process, type Script } from "../../src/sim/process.ts";
import { Resource } from "../../src/sim/resource.ts";
import { Signal } from "../../src/sim/signal.ts";
import { result } from "../../src/sim/waitable.ts";

function stage() {
  const kernel = new Kernel();
  const log: string[] = [];
  return { kernel, log, say: (words: string) => log.push(`${kernel.nowUs} ${words}`) };
}

describe("a process", () => {
  test("sleeps, and starts in an event of its own", () => {
    const { kernel, log, say } = stage();
    function* clock(period: number): Script {
      for (let i = 0; i < 3; i++) {
        say(`tick every ${period}`);
        yield period;
      }
    }
    new Process(kernel, "slow", clock(10));
    new Process(kernel, "fast", clock(4));
    expect(log).toEqual([]);
    kernel.run();
    expect(log).toEqual([
      "0 tick every 10",
      "0 tick every 4",
      "4 tick every 4",
      "8 tick every 4",
      "10 tick every 10",
      "20 tick every 10",
    ]);
  });

  test("waits for a signal, which wakes all who wait in their order and nobody twice", () => {
    const { kernel, log, say } = stage();
    const opening = new Signal<string>(kernel);
    function* guest(name: string, arrival: number): Script {
      yield arrival;
      const word = yield* result(opening);
      say(`${name} enters: ${word}`);
    }
    new Process(kernel, "ada", guest("ada", 5));
    new Process(kernel, "bob", guest("bob", 1));
    new Process(kernel, "cyd", guest("cyd", 30));
    opening.whenReady((word) => say(`the bell rings: ${word}`));
    kernel.schedule(20, () => opening.fire("welcome"));
    kernel.run();
    expect(log).toEqual([
      "20 the bell rings: welcome",
      "20 bob enters: welcome",
      "20 ada enters: welcome",
      "30 cyd enters: welcome",
    ]);
    expect(() => opening.fire("again")).toThrow("this signal has fired before");
  });

  test("can be waited for, and gives what its script returned", () => {
    const { kernel, log, say } = stage();
    function* worker(): Script<number> {
      yield 7;
      return 42;
    }
    function* boss(): Script {
      const child = new Process(kernel, "worker", worker());
      say(`the worker returned ${yield child}`);
      say(`and it still says ${yield child}`);
      expect(child.finished).toBe(true);
    }
    new Process(kernel, "boss", boss());
    kernel.run();
    expect(log).toEqual(["7 the worker returned 42", "7 and it still says 42"]);
  });

  test("scripts call scripts with yield*", () => {
    const { kernel, log, say } = stage();
    function* boil(): Script<string> {
      yield 180;
      return "tea";
    }
    function* breakfast(): Script {
      say(`have ${yield* boil()}`);
    }
    new Process(kernel, "breakfast", breakfast());
    kernel.run();
    expect(log).toEqual(["180 have tea"]);
  });
});

describe("interrupting and stopping", () => {
  test("an interrupt reaches a sleeper where it sleeps, and its old alarm never rings", () => {
    const { kernel, log, say } = stage();
    function* sleeper(): Script {
      try {
        yield 100;
        say("slept well");
      } catch (error) {
        say(`woken by ${(error as Interrupt).cause}`);
        yield 5;
        say("up");
      }
    }
    const process = new Process(kernel, "sleeper", sleeper());
    kernel.schedule(30, () => {
      expect(process.interrupt("the phone")).toBe(true);
      expect(process.interrupt("the door")).toBe(false);
    });
    expect(kernel.run()).toBe("finished");
    expect(log).toEqual(["30 woken by the phone", "35 up"]);
    expect(kernel.nowUs).toBe(35);
    expect(process.interrupt("too late")).toBe(false);
  });

  test("a stopped process runs its finally blocks, gives back what it holds, and wakes who waits for it", () => {
    const { kernel, log, say } = stage();
    const gpu = new Resource(kernel, "gpu");
    function* job(name: string): Script {
      const request = gpu.request();
      try {
        yield request;
        say(`${name} has the gpu`);
        yield 1000;
      } finally {
        request.release();
        say(`${name} is gone`);
      }
    }
    const first = new Process(kernel, "first", job("first"));
    const second = new Process(kernel, "second", job("second"));
    new Process(kernel, "third", job("third"));
    first.whenReady(() => say("somebody noticed"));
    kernel.schedule(10, () => second.stop());
    kernel.schedule(20, () => first.stop());
    kernel.run();
    expect(log).toEqual([
      "0 first has the gpu",
      "10 second is gone",
      "20 first is gone",
      "20 third has the gpu",
      "20 somebody noticed",
      "1020 third is gone",
    ]);
  });

  test("a process that was granted a unit and interrupted in the same instant does not keep it", () => {
    const { kernel, log, say } = stage();
    const gpu = new Resource(kernel, "gpu");
    const holder = gpu.request();
    function* impatient(): Script {
      try {
        yield gpu.request();
      } catch {
        say("gave up");
      }
    }
    const process = new Process(kernel, "impatient", impatient());
    kernel.schedule(10, () => {
      holder.release();
      process.interrupt("enough");
    });
    kernel.run();
    expect(log).toEqual(["10 gave up"]);
    expect(gpu.inUse).toBe(0);
  });

  test("a process cannot stop or interrupt itself", () => {
    const { kernel } = stage();
    function* strange(): Script {
      yield 1;
      self.stop();
    }
    const self: Process = new Process(kernel, "strange", strange());
    expect(() => kernel.run()).toThrow(
      "event resume(strange) at 1 us (sequence 1): stop: process strange cannot do that",
    );
  });
});

describe("waiting with a timeout", () => {
  test("the first of several waits wins, the others are given up", () => {
    const { kernel, log, say } = stage();
    const reply = new Signal<string>(kernel);
    const gpu = new Resource(kernel, "gpu");
    gpu.request();
    function* client(): Script {
      const first = yield* result(firstOf(kernel, [reply, gpu.request(), 500]));
      say(`choice ${first.index} with ${first.value}`);
      const second = yield* result(firstOf(kernel, [reply, 500]));
      say(`choice ${second.index} with ${second.value}`);
      const third = yield* result(firstOf(kernel, [500, reply]));
      say(`choice ${third.index} with ${third.value}, at once`);
    }
    new Process(kernel, "client", client());
    kernel.schedule(700, () => reply.fire("hello"));
    kernel.run();
    expect(log).toEqual(["500 choice 2 with undefined", "700 choice 0 with hello", "700 choice 1 with hello, at once"]);
    expect(gpu.waiting).toBe(0);
    expect(kernel.nowUs).toBe(700);
  });

  test("an interrupted choice gives up every branch", () => {
    const { kernel, log, say } = stage();
    const gpu = new Resource(kernel, "gpu");
    const holder = gpu.request();
    function* client(): Script {
      try {
        yield firstOf(kernel, [gpu.request(), 500]);
      } catch {
        say("called away");
      }
    }
    const process = new Process(kernel, "client", client());
    kernel.schedule(100, () => process.interrupt("fire alarm"));
    kernel.schedule(200, () => holder.release());
    kernel.run();
    expect(log).toEqual(["100 called away"]);
    expect([gpu.waiting, gpu.inUse, kernel.nowUs]).toEqual([0, 0, 200]);
  });
});

describe("faults in scripts", () => {
  test("name the process and the time", () => {
    const { kernel } = stage();
    function* miner(): Script {
      yield 12;
      throw new RangeError("no more nonces");
    }
    new Process(kernel, "miner/3", miner());
    expect(() => kernel.run()).toThrow("event resume(miner/3) at 12 us (sequence 1): no more nonces");
  });

  test("a yield of something that is no wait, and a bad delay, are refused", () => {
    const { kernel } = stage();
    function* confused(): Script {
      yield "soon" as unknown as number;
    }
    new Process(kernel, "confused", confused());
    expect(() => kernel.run()).toThrow("process confused yielded soon: expected microseconds or something to wait for");
    function* fractional(): Script {
      yield 0.5;
    }
    new Process(kernel, "fractional", fractional());
    expect(() => kernel.run()).toThrow("event resume(fractional) at 0 us");
  });
});
