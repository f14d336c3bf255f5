import { SimulationError } from "./errors.ts";
import type { Kernel } from "./kernel.ts";
import type { Distribution, TimeAverage } from "./monitors.ts";
import { Waitable, type Waiter } from "./waitable.ts";

/** Instruments of a resource, each optional: an absent one costs nothing. */
export interface ResourceMonitors {
  /** Requests that wait. */
  readonly queue?: TimeAverage | undefined;
  /** Units in use. */
  readonly busy?: TimeAverage | undefined;
  /** Microseconds from request to grant. */
  readonly waitUs?: Distribution | undefined;
}

/**
 * A number of equal units (GPUs, licences, memory blocks) with one queue, served strictly in the order of asking: a large
 * request at the head is not overtaken by a small one behind it.
 */
export class Resource {
  readonly name: string;
  readonly capacity: number;
  readonly #kernel: Kernel;
  readonly #monitors: ResourceMonitors;
  // Requests in the order of asking, from #head on; those given up stay until they come to the head.
  #queue: Request[] = [];
  #head = 0;
  #waiting = 0;
  #inUse = 0;

  constructor(kernel: Kernel, name: string, capacity = 1, monitors: ResourceMonitors = {}) {
    if (!(Number.isSafeInteger(capacity) && capacity >= 1)) {
      throw new SimulationError("bad-argument", `resource ${name}: expected a capacity from 1, got ${capacity}`);
    }
    this.#kernel = kernel;
    this.name = name;
    this.capacity = capacity;
    this.#monitors = monitors;
  }

  get inUse(): number {
    return this.#inUse;
  }

  get waiting(): number {
    return this.#waiting;
  }

  /** Asks for units, now. Wait for the request to have them; call its `release` to give them back, or to give up. */
  request(units = 1): Request {
    if (!(Number.isSafeInteger(units) && units >= 1 && units <= this.capacity)) {
      throw new SimulationError(
        "bad-argument",
        `resource ${this.name}: expected 1 to ${this.capacity} units, got ${units}`,
      );
    }
    const request = new Request(this.#kernel, this, units);
    this.#queue.push(request);
    this.#waiting++;
    this.#serve();
    return request;
  }

  /** Not for users: see Request.release. */
  takeBack(units: number, granted: boolean): void {
    if (granted) this.#inUse -= units;
    else this.#waiting--;
    this.#serve();
  }

  #serve(): void {
    while (this.#head < this.#queue.length) {
      const head = this.#queue[this.#head]!;
      if (head.state === "waiting") {
        if (this.#inUse + head.units > this.capacity) break;
        this.#inUse += head.units;
        this.#waiting--;
        this.#monitors.waitUs?.add(this.#kernel.nowUs - head.askedAtUs);
        head.grant();
      }
      this.#head++;
    }
    this.#monitors.busy?.set(this.#inUse);
    this.#monitors.queue?.set(this.#waiting);
    this.#forgetServed();
  }

  #forgetServed(): void {
    if (this.#head === this.#queue.length) this.#queue.length = 0;
    else if (this.#head >= 1024 && 2 * this.#head >= this.#queue.length) this.#queue = this.#queue.slice(this.#head);
    else return;
    this.#head = 0;
  }
}

/** Units asked for: wait for it, use them, `release` them in a `finally` block. One waiter at a time. */
export class Request extends Waitable<Request> {
  readonly units: number;
  readonly askedAtUs: number;
  readonly #resource: Resource;
  #state: "waiting" | "granted" | "over" = "waiting";
  #waiter: Waiter | undefined;

  constructor(kernel: Kernel, resource: Resource, units: number) {
    super(kernel);
    this.#resource = resource;
    this.units = units;
    this.askedAtUs = kernel.nowUs;
  }

  get state(): "waiting" | "granted" | "over" {
    return this.#state;
  }

  get value(): Request {
    return this;
  }

  /** Gives the units back, or the request up if it was not granted yet; doing so twice does nothing. */
  release(): void {
    if (this.#state === "over") return;
    const granted = this.#state === "granted";
    this.#state = "over";
    this.#resource.takeBack(this.units, granted);
  }

  override join(waiter: Waiter): boolean {
    if (this.#state === "over") {
      throw new SimulationError(
        "bad-release",
        `resource ${this.#resource.name}: waiting for a request that was released`,
      );
    }
    this.#waiter = waiter;
    return this.#state === "granted";
  }

  override leave(): void {
    this.release();
  }

  /** Not for users: called by the resource. */
  grant(): void {
    this.#state = "granted";
    this.#waiter?.wake(this);
  }
}
