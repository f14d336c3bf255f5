/** Power of NVIDIA boards (NVML) as `nvidia-smi` samples it, integrated into joules. */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { EnergyMeter } from "./energy-meter.ts";

const sampleMs = 100;
/** Without its daemon the driver takes seconds to wake up. */
const firstSampleMs = 10_000;
/** After so long without a sample the tool counts as dead. */
const silenceMs = 5_000;

/**
 * Since Ampere `power.draw` is the mean of the last second; the momentary power has a name of its own, which older drivers
 * do not know.
 */
const fields = ["power.draw.instant", "power.draw"];

/**
 * Starts `nvidia-smi` (found on PATH unless another is given), which then prints a sample of every board each 100 ms until the
 * meter is closed. Null when it is absent, or does not print the watts of every board.
 */
export async function openNvidiaMeter(command = "nvidia-smi"): Promise<EnergyMeter | null> {
  for (const field of fields) {
    const sampler = new Sampler(command, field);
    if (await sampler.hasStarted())
      return {
        source: "nvidia-smi",
        leastSeconds: 1,
        readJoules: () => sampler.joulesAt(performance.now()),
        close: () => sampler.stop(),
      };
    sampler.stop();
  }
  return null;
}

/** Energy of one board so far, and its latest sample. */
interface Board {
  joules: number;
  watts: number;
  atMs: number;
}

class Sampler {
  readonly #child: ChildProcess;
  readonly #boards = new Map<string, Board>();
  /** Readings that wait for a sample of every board later than theirs. */
  #waiting: Reading[] = [];
  #ended = false;
  readonly #kill = (): void => this.stop();

  constructor(command: string, field: string) {
    const query = [`--query-gpu=uuid,${field}`, "--format=csv,noheader,nounits", "-lms", String(sampleMs)];
    this.#child = spawn(command, query, { stdio: ["ignore", "pipe", "ignore"] });
    this.#child.on("error", this.#kill);
    this.#child.on("exit", this.#kill);
    process.on("exit", this.#kill);
    createInterface({ input: this.#child.stdout! }).on("line", (line) => this.#take(line));
  }

  /** Whether every board has given two samples: a tool that fails at once, or knows no watts, has not started. */
  async hasStarted(): Promise<boolean> {
    return (await this.joulesAt(performance.now(), firstSampleMs)) !== null;
  }

  /** Joules of all boards together up to that moment, by the trapezoid rule; null once the tool is dead. */
  joulesAt(atMs: number, patienceMs = silenceMs): Promise<number | null> {
    if (this.#ended) return Promise.resolve(null);
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.stop(), patienceMs);
      this.#waiting.push(new Reading(atMs, timer, resolve));
    });
  }

  /** Readings that still wait get null. */
  stop(): void {
    if (this.#ended) return;
    this.#ended = true;
    process.removeListener("exit", this.#kill);
    this.#child.kill();
    for (const reading of this.#waiting) reading.answer(null);
    this.#waiting = [];
  }

  /** A line is `GPU-uuid, 61.27`. Anything but a number of watts (`[N/A]`, an error message) means: no figure any more. */
  #take(line: string): void {
    if (this.#ended) return;
    const [, uuid, text] = /^([^,]+), *([^,]+)$/.exec(line.trim()) ?? [];
    const watts = Number(text);
    if (uuid === undefined || !(watts >= 0)) {
      this.stop();
      return;
    }
    this.#sample(uuid, watts, performance.now());
    this.#waiting = this.#waiting.filter((reading) => !reading.answerFrom(this.#boards.size));
  }

  #sample(uuid: string, watts: number, nowMs: number): void {
    const board = this.#boards.get(uuid);
    if (board === undefined) {
      this.#boards.set(uuid, { joules: 0, watts, atMs: nowMs });
      return;
    }
    for (const reading of this.#waiting) reading.take(uuid, board, { watts, atMs: nowMs });
    board.joules += trapezoid(board, watts, nowMs);
    board.watts = watts;
    board.atMs = nowMs;
  }
}

/** A reading of all boards at one moment, complete when each has a sample later than it. */
class Reading {
  readonly #atMs: number;
  readonly #timer: NodeJS.Timeout;
  readonly #resolve: (joules: number | null) => void;
  readonly #joules = new Map<string, number>();

  constructor(atMs: number, timer: NodeJS.Timeout, resolve: (joules: number | null) => void) {
    this.#atMs = atMs;
    this.#timer = timer;
    this.#resolve = resolve;
  }

  /** What one board had used at the moment of the reading, which lies before its new sample `next`. */
  take(uuid: string, board: Board, next: { readonly watts: number; readonly atMs: number }): void {
    if (this.#joules.has(uuid)) return;
    const share = Math.max(0, (this.#atMs - board.atMs) / (next.atMs - board.atMs));
    const wattsThen = board.watts + share * (next.watts - board.watts);
    this.#joules.set(uuid, board.joules + (share === 0 ? 0 : trapezoid(board, wattsThen, this.#atMs)));
  }

  answerFrom(boards: number): boolean {
    if (this.#joules.size === 0 || this.#joules.size < boards) return false;
    this.answer([...this.#joules.values()].reduce((sum, joules) => sum + joules, 0));
    return true;
  }

  answer(joules: number | null): void {
    clearTimeout(this.#timer);
    this.#resolve(joules);
  }
}

function trapezoid({ watts, atMs }: Board, nextWatts: number, nextMs: number): number {
  return (((watts + nextWatts) / 2) * (nextMs - atMs)) / 1000;
}
