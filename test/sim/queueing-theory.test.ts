import { expect, test } from "vitest";
import { Kernel } from "../../src/sim/kernel.ts";
import { Monitors } from "../../src/sim/monitors.ts";
import { Process, type Script } from "../../src/sim/process.ts";
import { Resource } from "../../src/sim/resource.ts";
import { Streams } from "../../src/sim/streams.ts";

const MEAN_SERVICE_US = 1_000_000;
const LOAD = 0.7;

/** One replication of M/M/1: customers arrive, queue for the one server, are served, leave. */
function replicate(run: number, customers: number) {
  const streams = new Streams("m/m/1", run);
  const gaps = streams.of("arrivals");
  const services = streams.of("services");
  const kernel = new Kernel();
  const monitors = new Monitors(kernel);
  const inSystem = monitors.timeAverage("in system");
  const queue = monitors.timeAverage("queue");
  const sojournUs = monitors.distribution("sojourn");
  const server = new Resource(kernel, "server", 1, { queue });

  function* customer(): Script {
    const arrivedAtUs = kernel.nowUs;
    inSystem.add(1);
    const request = server.request();
    yield request;
    yield Math.round(services.exponential(MEAN_SERVICE_US));
    request.release();
    inSystem.add(-1);
    sojournUs.add(kernel.nowUs - arrivedAtUs);
  }
  function* arrivals(): Script {
    for (let i = 0; i < customers; i++) {
      yield Math.round(gaps.exponential(MEAN_SERVICE_US / LOAD));
      new Process(kernel, "customer", customer());
    }
  }
  new Process(kernel, "arrivals", arrivals());
  kernel.run();
  return { kernel, inSystem, queue, sojournUs };
}

test("M/M/1: mean queue length and sojourn agree with theory over ten replications", () => {
  const runs = Array.from({ length: 10 }, (_, run) => replicate(run, 12_000));
  // Lq = load^2 / (1 - load); W = service / (1 - load). Kleinrock, Queueing Systems I (1975), section 3.2.
  expectMean(
    runs.map(({ queue }) => queue.mean),
    LOAD ** 2 / (1 - LOAD),
  );
  expectMean(
    runs.map(({ sojournUs }) => sojournUs.mean),
    MEAN_SERVICE_US / (1 - LOAD),
  );
  expect(new Set(runs.map(({ queue }) => queue.mean)).size).toBe(10);
});

test("Little's law holds exactly: time spent in the system, counted by customer and by time, is the same", () => {
  const { inSystem, sojournUs, kernel } = replicate(3, 5000);
  expect(sojournUs.count).toBe(5000);
  expect(inSystem.area).toBe(sojournUs.sum);
  expect(inSystem.mean).toBeCloseTo((sojournUs.count / kernel.nowUs) * sojournUs.mean, 10);
});

/** The 99.9 % interval of Student's t with 9 degrees of freedom (4.781) holds the theory's value, and is no excuse: under 15 %. */
function expectMean(values: number[], theory: number): void {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  const halfWidth = 4.781 * Math.sqrt(variance / values.length);
  expect(Math.abs(mean - theory)).toBeLessThan(halfWidth);
  expect(halfWidth / theory).toBeLessThan(0.15);
}
