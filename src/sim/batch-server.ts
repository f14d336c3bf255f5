import { SimulationError } from "./errors.ts";
import type { EventHandle, Kernel } from "./kernel.ts";
import type { ResourceMonitors } from "./resource.ts";
import { Signal } from "./signal.ts";

// A batch is collected after everything else that happens at the same time has happened.
const AFTER_ALL_OTHERS = 127;

export interface BatchServerOptions<Job> {
  /** Jobs served together at most. */
  readonly maxBatch: number;
  /** How long a batch takes, in whole microseconds. */
  readonly serviceUs: (batch: readonly Job[]) => number;
  /** How long an idle server waits for more jobs to join the first, in microseconds. */
  readonly lingerUs?: number;
  readonly monitors?: ResourceMonitors;
}

/** How a job was served. */
export interface Served {
  readonly startedAtUs: number;
  readonly batchSize: number;
}

/** A server that takes up to `maxBatch` waiting jobs at once, in the order of submission, and ends them together: a GPU. */
export class BatchServer<Job> {
  readonly name: string;
  readonly #kernel: Kernel;
  readonly #options: BatchServerOptions<Job>;
  #queue: Ticket<Job>[] = [];
  #batch: readonly Ticket<Job>[] = [];
  #startedAtUs = 0;
  #start: EventHandle | undefined;

  constructor(kernel: Kernel, name: string, options: BatchServerOptions<Job>) {
    if (!(Number.isSafeInteger(options.maxBatch) && options.maxBatch >= 1)) {
      throw new SimulationError("bad-argument", `server ${name}: expected maxBatch from 1, got ${options.maxBatch}`);
    }
    this.#kernel = kernel;
    this.name = name;
    this.#options = options;
  }

  get waiting(): number {
    return this.#queue.length;
  }

  /** Jobs in service. */
  get serving(): number {
    return this.#batch.length;
  }

  /** Queues a job. The ticket fires when its batch ends. */
  submit(job: Job): Ticket<Job> {
    const ticket = new Ticket(this.#kernel, job);
    this.#queue.push(ticket);
    this.#options.monitors?.queue?.set(this.#queue.length);
    if (this.#batch.length === 0) this.#collect(this.#options.lingerUs ?? 0);
    return ticket;
  }

  /** Takes a job back that has not been started. False if it has. */
  withdraw(ticket: Ticket<Job>): boolean {
    const index = this.#queue.indexOf(ticket);
    if (index < 0) return false;
    this.#queue.splice(index, 1);
    this.#options.monitors?.queue?.set(this.#queue.length);
    return true;
  }

  /** Sees to it that a batch will start: now if it is full, otherwise after lingering. */
  #collect(lingerUs: number): void {
    const full = this.#queue.length >= this.#options.maxBatch;
    if (this.#start !== undefined) {
      if (!full) return;
      this.#kernel.cancel(this.#start);
    }
    this.#start = this.#kernel.schedule(
      full ? 0 : lingerUs,
      startBatch,
      this as BatchServer<unknown>,
      AFTER_ALL_OTHERS,
    );
  }

  /** Not for users: takes the next batch. */
  start(): void {
    this.#start = undefined;
    if (this.#queue.length === 0) return;
    this.#batch = this.#queue.splice(0, this.#options.maxBatch);
    this.#startedAtUs = this.#kernel.nowUs;
    const { monitors } = this.#options;
    monitors?.queue?.set(this.#queue.length);
    monitors?.busy?.set(this.#batch.length);
    for (const { submittedAtUs } of this.#batch) monitors?.waitUs?.add(this.#startedAtUs - submittedAtUs);
    const serviceUs = this.#options.serviceUs(this.#batch.map(({ job }) => job));
    this.#kernel.schedule(serviceUs, endBatch, this as BatchServer<unknown>);
  }

  /** Not for users: ends the batch in service. */
  end(): void {
    const batch = this.#batch;
    this.#batch = [];
    this.#options.monitors?.busy?.set(0);
    for (const ticket of batch) ticket.fire({ startedAtUs: this.#startedAtUs, batchSize: batch.length });
    if (this.#queue.length > 0) this.#collect(0);
  }
}

/** A job handed to a batch server. */
export class Ticket<Job> extends Signal<Served> {
  readonly job: Job;
  readonly submittedAtUs: number;

  constructor(kernel: Kernel, job: Job) {
    super(kernel);
    this.job = job;
    this.submittedAtUs = kernel.nowUs;
  }
}

function startBatch(server: BatchServer<unknown>): void {
  server.start();
}

function endBatch(server: BatchServer<unknown>): void {
  server.end();
}
