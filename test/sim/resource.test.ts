import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BatchServer } from "../../src/sim/batch-server.ts";
import { Kernel } from "../../src/sim/kernel.ts";
import { Monitors } from "../../src/sim/monitors.ts";
import { Process, type Script } from "../../src/sim/process.ts";
import { type Request, Resource } from "../../src/sim/resource.ts";

const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);

describe("a resource", () => {
  test("serves in the order of asking, and measures the queue", () => {
    const kernel = new Kernel();
    const monitors = new Monitors(kernel);
    const queue = monitors.timeAverage("queue");
    const busy = monitors.timeAverage("busy");
    const waitUs = monitors.distribution("wait");
    const gpus = new Resource(kernel, "gpus", 2, { queue, busy, waitUs });
    const log: string[] = [];
    function* job(name: string, arrival: number, service: number): Script {
      yield arrival;
      const request = gpus.request();
      yield request;
      log.push(`${kernel.nowUs} ${name} starts`);
      yield service;
      request.release();
    }
    new Process(kernel, "a", job("a", 0, 100));
    new Process(kernel, "b", job("b", 10, 20));
    new Process(kernel, "c", job("c", 20, 50));
    new Process(kernel, "d", job("d", 25, 10));
    kernel.run();
    expect(log).toEqual(["0 a starts", "10 b starts", "30 c starts", "80 d starts"]);
    // c waits from 20 to 30, d from 25 to 80; service takes 100 + 20 + 50 + 10.
    expect(queue.area).toBe(10 + 55);
    expect(busy.area).toBe(180);
    expect([waitUs.count, waitUs.sum, waitUs.max]).toEqual([4, 65, 55]);
    expect([gpus.inUse, gpus.waiting]).toEqual([0, 0]);
  });

  test("a large request at the head is not overtaken by a small one", () => {
    const kernel = new Kernel();
    const memory = new Resource(kernel, "memory", 4);
    const log: string[] = [];
    const first = memory.request(3);
    const large = memory.request(4);
    const small = memory.request(1);
    large.whenReady(() => log.push(`${kernel.nowUs} large`));
    small.whenReady(() => log.push(`${kernel.nowUs} small`));
    expect(memory.waiting).toBe(2);
    kernel.schedule(10, () => first.release());
    kernel.schedule(30, () => large.release());
    kernel.run();
    expect(log).toEqual(["10 large", "30 small"]);
  });

  test("giving up at the head lets those behind it pass", () => {
    const kernel = new Kernel();
    const memory = new Resource(kernel, "memory", 4);
    memory.request(3);
    const large = memory.request(2);
    const small = memory.request(1);
    expect([large.state, small.state]).toEqual(["waiting", "waiting"]);
    large.release();
    large.release();
    expect(small.state).toBe("granted");
    expect([memory.inUse, memory.waiting]).toEqual([4, 0]);
    expect(() => large.join({ wake() {} })).toThrow("waiting for a request that was released");
  });

  test("whatever is asked, given up and released: first come first served, and never more in use than there is", () => {
    const step = fc.record({
      units: fc.integer({ min: 1, max: 3 }),
      gapUs: fc.nat(5),
      holdUs: fc.nat(20),
      gives: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const requests: Request[] = [];
        // Before every event: of all requests in the order of asking, those granted come before those that wait.
        const observer = () => {
          const states = requests.map(({ state }) => state).filter((state) => state !== "over");
          expect(states).toEqual(states.toSorted());
          expect(resource.inUse).toBe(sum(requests.map(({ state, units }) => (state === "granted" ? units : 0))));
          expect(resource.inUse).toBeLessThanOrEqual(3);
        };
        const kernel = new Kernel({ observer });
        const resource = new Resource(kernel, "units", 3);
        let served = 0;
        function* crowd(): Script {
          for (const { units, gapUs, holdUs, gives } of steps) {
            yield gapUs;
            const request = resource.request(units);
            requests.push(request);
            request.whenReady(() => {
              served++;
              kernel.schedule(holdUs, () => request.release());
            });
            if (gives && request.state === "waiting") {
              request.release();
              served++;
            }
          }
        }
        new Process(kernel, "crowd", crowd());
        kernel.run();
        expect([served, resource.inUse, resource.waiting]).toEqual([steps.length, 0, 0]);
      }),
    );
  });

  test("bad numbers are named", () => {
    const kernel = new Kernel();
    expect(() => new Resource(kernel, "gpu", 0)).toThrow("resource gpu: expected a capacity from 1, got 0");
    expect(() => new Resource(kernel, "gpu", 2).request(3)).toThrow("resource gpu: expected 1 to 2 units, got 3");
  });
});

describe("a server of batches", () => {
  function server(options: { maxBatch: number; lingerUs?: number }) {
    const kernel = new Kernel();
    const log: string[] = [];
    const gpu = new BatchServer<string>(kernel, "gpu", {
      ...options,
      serviceUs: (batch) => {
        log.push(`${kernel.nowUs} starts ${batch.join("+")}`);
        return 100 + 10 * batch.length;
      },
    });
    const submitAt = (time: number, ...jobs: string[]) =>
      kernel.scheduleAt(time, () => {
        for (const job of jobs) {
          gpu.submit(job).whenReady(({ batchSize }) => log.push(`${kernel.nowUs} ${job} done, one of ${batchSize}`));
        }
      });
    return { kernel, gpu, log, submitAt };
  }

  test("takes what waits when it is free, up to its size, in order, and ends it together", () => {
    const { kernel, log, submitAt } = server({ maxBatch: 3 });
    submitAt(0, "a", "b");
    submitAt(0, "c");
    submitAt(50, "d");
    submitAt(60, "e", "f", "g");
    kernel.run();
    expect(log).toEqual([
      "0 starts a+b+c",
      "130 a done, one of 3",
      "130 b done, one of 3",
      "130 c done, one of 3",
      "130 starts d+e+f",
      "260 d done, one of 3",
      "260 e done, one of 3",
      "260 f done, one of 3",
      "260 starts g",
      "370 g done, one of 1",
    ]);
  });

  test("lingers for company when told to, but not once full", () => {
    const { kernel, log, submitAt } = server({ maxBatch: 2, lingerUs: 40 });
    submitAt(0, "a");
    submitAt(30, "b");
    submitAt(1000, "c");
    submitAt(1050, "d");
    kernel.run();
    expect(log.filter((line) => line.includes("starts"))).toEqual(["30 starts a+b", "1040 starts c", "1150 starts d"]);
  });

  test("a job can be withdrawn until it is started", () => {
    const { kernel, gpu, log } = server({ maxBatch: 1 });
    const a = gpu.submit("a");
    const b = gpu.submit("b");
    kernel.schedule(50, () =>
      expect([gpu.withdraw(a), gpu.withdraw(b), gpu.withdraw(b)]).toEqual([false, true, false]),
    );
    kernel.run();
    expect(log).toEqual(["0 starts a"]);
    expect([gpu.waiting, gpu.serving]).toEqual([0, 0]);
  });
});
