/**
 * M/M/1 with a million customers, load 0.8, each customer a generator process: arrives, waits for the server, is served,
 * leaves. Run it with `node bench/sim/mm1.ts`; takes about a minute.
 *
 * Every contender gets the same gaps and service times in whole microseconds; events are customers served, the checksum is
 * the sum of the times they spent, in units of 2^20 us.
 */
import { Kernel } from "../../src/sim/kernel.ts";
import { Process, type Script } from "../../src/sim/process.ts";
import { Resource } from "../../src/sim/resource.ts";
import { Streams } from "../../src/sim/streams.ts";
import { beside, compare, cpuMs, type Work } from "./measure.ts";
import { loadSimjs } from "./simjs.ts";

const simjs = await loadSimjs();
const CUSTOMERS = 1_000_000;
const UNIT = 2 ** 20;
const streams = new Streams("m/m/1");
const times = (name: string, meanUs: number) => {
  const draw = streams.of(name);
  return Float64Array.from({ length: CUSTOMERS }, () => Math.round(draw.exponential(meanUs)));
};
const gaps = times("gaps", 1_250_000);
const services = times("services", 1_000_000);

function processes(customers: number): Work {
  const kernel = new Kernel();
  const server = new Resource(kernel, "server");
  let served = 0;
  let spent = 0;
  function* customer(serviceUs: number): Script {
    const arrivedAtUs = kernel.nowUs;
    const request = server.request();
    yield request;
    yield serviceUs;
    request.release();
    served++;
    spent += kernel.nowUs - arrivedAtUs;
  }
  function* arrivals(): Script {
    for (let i = 0; i < customers; i++) {
      yield gaps[i]!;
      new Process(kernel, "customer", customer(services[i]!));
    }
  }
  const start = cpuMs();
  new Process(kernel, "arrivals", arrivals());
  kernel.run();
  return { events: served, checksum: Math.round(spent / UNIT), cpuMs: cpuMs() - start };
}

function simjsEntities(customers: number): Work {
  const sim = new simjs.Sim();
  const server = new simjs.Facility("server", simjs.Facility.FCFS, 1);
  let arrived = 0;
  let served = 0;
  let spent = 0;
  class Customer extends simjs.Entity {
    arrivedAt = 0;
    start(service: number): void {
      this.arrivedAt = this.time();
      this.useFacility(server, service).done(this.leave);
    }
    leave(): void {
      served++;
      spent += this.time() - this.arrivedAt;
    }
  }
  class Arrivals extends simjs.Entity {
    start(): void {
      if (arrived < customers) this.setTimer(gaps[arrived]!).done(this.arrive);
    }
    arrive(): void {
      sim.addEntity(Customer, "customer", services[arrived++]!);
      this.start();
    }
  }
  const start = cpuMs();
  sim.addEntity(Arrivals, "arrivals");
  sim.simulate(Infinity);
  return { events: served, checksum: Math.round(spent / UNIT), cpuMs: cpuMs() - start };
}

compare(
  "M/M/1, load 0.8",
  [
    { name: "kernel, generator processes", run: () => processes(CUSTOMERS) },
    { name: "simjs 2.0.3, entities", run: () => simjsEntities(CUSTOMERS) },
  ],
  [{ name: "kernel, generator processes", against: "simjs 2.0.3, entities", atLeast: 3 }],
  5,
);
const few = CUSTOMERS / 10;
beside("mm1.py", { gaps: [...gaps.subarray(0, few)], services: [...services.subarray(0, few)] }, processes(few));
