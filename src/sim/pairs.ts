const FIRST_CAPACITY = 256;
const SAMPLE = 64;

/** A growing list of (time, order) pairs. */
export class Pairs {
  count = 0;
  #values = new Float64Array(2 * FIRST_CAPACITY);

  push(time: number, order: number): void {
    const at = 2 * this.count++;
    if (at >= this.#values.length) {
      const larger = new Float64Array(2 * this.#values.length);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[at] = time;
    this.#values[at + 1] = order;
  }

  append(others: Pairs): void {
    for (let index = 0; index < others.count; index++) this.push(others.time(index), others.order(index));
  }

  time(index: number): number {
    return this.#values[2 * index]!;
  }

  order(index: number): number {
    return this.#values[2 * index + 1]!;
  }

  firstTime(): number {
    let first = Infinity;
    for (let index = 0; index < this.count; index++) first = Math.min(first, this.time(index));
    return first;
  }

  sampleQuantile(quantile: number): number {
    const step = Math.max(1, Math.floor(this.count / SAMPLE));
    const sample: number[] = [];
    for (let index = 0; index < this.count; index += step) sample.push(this.time(index));
    sample.sort((a, b) => a - b);
    return sample[Math.floor(quantile * (sample.length - 1))]!;
  }
}
