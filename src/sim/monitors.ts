import { SimulationError } from "./errors.ts";
import type { Kernel } from "./kernel.ts";

/** One line of a run's measurements. */
export interface MonitorRow {
  readonly name: string;
  readonly kind: "counter" | "time-average" | "distribution";
  readonly count: number;
  readonly mean: number;
  readonly max: number;
  readonly p50?: number;
  readonly p90?: number;
  readonly p99?: number;
}

/**
 * The instruments of a run, by name. Measuring is optional, and off means absent: a model keeps
 * `const queue = monitors?.timeAverage("queue")` and writes `queue?.set(n)`, which skips the call and its arguments.
 */
export class Monitors {
  readonly #kernel: Kernel;
  readonly #instruments = new Map<string, Instrument>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  counter(name: string): Counter {
    return this.#add(name, new Counter());
  }

  timeAverage(name: string): TimeAverage {
    return this.#add(name, new TimeAverage(this.#kernel));
  }

  distribution(name: string): Distribution {
    return this.#add(name, new Distribution());
  }

  /** All instruments, by name, as they stand now. */
  report(): MonitorRow[] {
    const names = [...this.#instruments.keys()].sort();
    return names.map((name) => ({ name, ...this.#instruments.get(name)!.report() }));
  }

  #add<I extends Instrument>(name: string, instrument: I): I {
    if (this.#instruments.has(name)) throw new SimulationError("bad-argument", `monitor ${name}: the name is taken`);
    this.#instruments.set(name, instrument);
    return instrument;
  }
}

interface Instrument {
  report(): Omit<MonitorRow, "name">;
}

/** Counts things, or adds up amounts of them. */
export class Counter implements Instrument {
  #count = 0;

  get count(): number {
    return this.#count;
  }

  add(amount = 1): void {
    this.#count += amount;
  }

  report(): Omit<MonitorRow, "name"> {
    return { kind: "counter", count: this.#count, mean: this.#count, max: this.#count };
  }
}

/** A level that holds between changes (a queue length, units in use), averaged over virtual time since its creation. */
export class TimeAverage implements Instrument {
  readonly #kernel: Kernel;
  readonly #sinceUs: number;
  #changedAtUs: number;
  #level = 0;
  #area = 0;
  #max = 0;
  #changes = 0;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
    this.#sinceUs = kernel.nowUs;
    this.#changedAtUs = kernel.nowUs;
  }

  get level(): number {
    return this.#level;
  }

  set(level: number): void {
    const nowUs = this.#kernel.nowUs;
    this.#area += this.#level * (nowUs - this.#changedAtUs);
    this.#changedAtUs = nowUs;
    this.#level = level;
    this.#changes++;
    if (level > this.#max) this.#max = level;
  }

  add(amount: number): void {
    this.set(this.#level + amount);
  }

  /** Level times microseconds, up to now. */
  get area(): number {
    return this.#area + this.#level * (this.#kernel.nowUs - this.#changedAtUs);
  }

  /** NaN as long as no time has passed. */
  get mean(): number {
    return this.area / (this.#kernel.nowUs - this.#sinceUs);
  }

  get max(): number {
    return this.#max;
  }

  report(): Omit<MonitorRow, "name"> {
    return { kind: "time-average", count: this.#changes, mean: this.mean, max: this.max };
  }
}

// DDSketch with relative accuracy 1 %: Masson, Rim and Lee, "DDSketch: a fast and fully-mergeable quantile sketch with
// relative-error guarantees", PVLDB 12 (2019).
const ACCURACY = 0.01;
const GAMMA = (1 + ACCURACY) / (1 - ACCURACY);
const LOG_GAMMA = Math.log(GAMMA);

/** Values from 0 (waits, sizes) in logarithmic buckets: mean and extremes exact, quantiles within 1 % of the true value. */
export class Distribution implements Instrument {
  readonly #buckets = new Map<number, number>();
  #zeros = 0;
  #count = 0;
  #sum = 0;
  #min = Infinity;
  #max = -Infinity;

  add(value: number): void {
    if (!(value >= 0 && value < Infinity)) {
      throw new SimulationError("bad-argument", `distribution: expected a finite value from 0, got ${value}`);
    }
    this.#count++;
    this.#sum += value;
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
    if (value === 0) {
      this.#zeros++;
      return;
    }
    const bucket = Math.ceil(Math.log(value) / LOG_GAMMA);
    this.#buckets.set(bucket, (this.#buckets.get(bucket) ?? 0) + 1);
  }

  get count(): number {
    return this.#count;
  }

  get sum(): number {
    return this.#sum;
  }

  /** NaN when empty, as are the quantiles. */
  get mean(): number {
    return this.#sum / this.#count;
  }

  get min(): number {
    return this.#min;
  }

  get max(): number {
    return this.#max;
  }

  /** The value at rank floor(q * (count - 1)), q from 0 to 1, within 1 %. */
  quantile(q: number): number {
    if (!(q >= 0 && q <= 1)) throw new SimulationError("bad-argument", `quantile: expected 0 to 1, got ${q}`);
    if (this.#count === 0) return Number.NaN;
    const rank = Math.floor(q * (this.#count - 1));
    let seen = this.#zeros;
    if (rank < seen) return 0;
    for (const bucket of [...this.#buckets.keys()].sort((a, b) => a - b)) {
      seen += this.#buckets.get(bucket)!;
      if (rank < seen) return Math.min(Math.max((2 * GAMMA ** bucket) / (GAMMA + 1), this.#min), this.#max);
    }
    return this.#max;
  }

  report(): Omit<MonitorRow, "name"> {
    const [p50, p90, p99] = [this.quantile(0.5), this.quantile(0.9), this.quantile(0.99)];
    return { kind: "distribution", count: this.#count, mean: this.mean, max: this.#max, p50, p90, p99 };
  }
}
