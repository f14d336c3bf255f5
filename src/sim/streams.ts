import { hash } from "node:crypto";
import seedrandom from "seedrandom";
import { SimulationError } from "./errors.ts";

const TWO_32 = 2 ** 32;
const TWO_53 = 2 ** 53;

/**
 * Named random streams under one root seed.
 *
 * A stream is named after what it decides, by path: `streams.of("node/17/strategy")`. Its draws depend on the seed, the run
 * number and the path alone, so an extra draw in one part of a model, or one more actor, shifts nobody else's randomness,
 * and two revisions of a model can be compared under common random numbers.
 *
 * The generator is seedrandom's `alea` (53 bits, period about 2^116; a stream takes 8 µs and 1 KB to open), seeded by the SHA-256 of
 * (seed, run, path), each field prefixed by its length, so that no two names can spell the same bytes.
 */
export class Streams {
  readonly seed: string;
  readonly run: number;
  readonly #open = new Map<string, Stream>();

  /**
   * @param seed what the experiment file names; any string
   * @param run replication number, an integer from 0: other numbers give independent repetitions of the same experiment
   */
  constructor(seed: string, run = 0) {
    if (!Number.isSafeInteger(run) || run < 0) {
      throw new SimulationError("bad-argument", `run number: expected an integer from 0, got ${run}`);
    }
    this.seed = seed;
    this.run = run;
  }

  /** The stream of this name: one name, one stream, however many parts of a model ask for it. */
  of(path: string): Stream {
    let stream = this.#open.get(path);
    if (stream === undefined) {
      stream = this.fresh(path);
      this.#open.set(path, stream);
    }
    return stream;
  }

  /**
   * The stream of this name from its first draw, not remembered here: for the many short-lived streams of jobs or bootstrap
   * replicates. The same name gives the same draws as `of`, so a caller takes all its draws from the one object.
   */
  fresh(path: string): Stream {
    if (path === "")
      throw new SimulationError("bad-argument", "stream name: expected a path such as node/17/strategy, got ''");
    return new Stream(streamSeed(this.seed, this.run, path));
  }
}

/** Hex SHA-256 over the fields, each preceded by its length in bytes as 4 bytes, big end first. */
function streamSeed(seed: string, run: number, path: string): string {
  const fields = [seed, String(run), path].flatMap((field) => {
    const bytes = Buffer.from(field, "utf8");
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return [length, bytes];
  });
  return hash("sha256", Buffer.concat(fields), "hex");
}

/** One sequence of draws. Every method takes a fixed number of 32-bit draws except `below`, which may reject some. */
export class Stream {
  readonly #generator: seedrandom.PRNG;

  constructor(seed: string) {
    this.#generator = seedrandom.alea(seed);
  }

  /** Uniform in [0, 1), 53 bits. */
  uniform(): number {
    return this.#generator.double();
  }

  /** True with probability p. */
  chance(p: number): boolean {
    if (!(p >= 0 && p <= 1)) throw new SimulationError("bad-argument", `chance: expected 0 to 1, got ${p}`);
    return this.uniform() < p;
  }

  /** Uniform integer in [0, n), every value exactly equally likely; n from 1 to 2^53. */
  below(n: number): number {
    if (!(Number.isInteger(n) && n >= 1 && n <= TWO_53)) {
      throw new SimulationError("bad-argument", `below: expected an integer from 1 to 2^53, got ${n}`);
    }
    if (n === 1) return 0;
    return n <= TWO_32 ? this.#below32(n) : this.#below53(n);
  }

  // Rejection from the smallest power of two that holds n: no division, fewer than two draws on average.
  #below32(n: number): number {
    const shift = Math.clz32(n - 1);
    for (;;) {
      const draw = this.#generator.int32() >>> shift;
      if (draw < n) return draw;
    }
  }

  #below53(n: number): number {
    const limit = TWO_53 - (TWO_53 % n);
    for (;;) {
      const draw = this.uniform() * TWO_53;
      if (draw < limit) return draw % n;
    }
  }

  /** Exponential with this mean, in the mean's unit. */
  exponential(mean: number): number {
    if (!(mean > 0 && mean < Infinity)) {
      throw new SimulationError("bad-argument", `exponential: expected a positive mean, got ${mean}`);
    }
    return -mean * Math.log1p(-this.uniform());
  }

  /** Normal by Box and Muller (1958); one of the pair is thrown away, so a draw leaves no hidden state behind. */
  normal(mean = 0, standardDeviation = 1): number {
    if (!(Number.isFinite(mean) && standardDeviation >= 0 && standardDeviation < Infinity)) {
      throw new SimulationError(
        "bad-argument",
        `normal: expected finite mean, deviation from 0, got ${mean}, ${standardDeviation}`,
      );
    }
    const radius = Math.sqrt(-2 * Math.log1p(-this.uniform()));
    return mean + standardDeviation * radius * Math.cos(2 * Math.PI * this.uniform());
  }

  /** One of the items, each equally likely. */
  pick<T>(items: readonly T[]): T {
    if (items.length === 0) throw new SimulationError("bad-argument", "pick: expected at least one item, got none");
    return items[this.below(items.length)]!;
  }

  /** Puts the items in uniformly random order, in place (Fisher and Yates), and returns the array. */
  shuffle<T>(items: T[]): T[] {
    for (let last = items.length - 1; last > 0; last--) {
      const other = this.below(last + 1);
      const item = items[last]!;
      items[last] = items[other]!;
      items[other] = item;
    }
    return items;
  }
}
