/** The yardstick of the HOLD benchmark: a 4-ary heap in typed arrays and nothing else, times and ids, ties in any order. */
export class BareHeap {
  size = 0;
  readonly times: Float64Array;
  readonly ids: Int32Array;

  constructor(capacity: number) {
    this.times = new Float64Array(capacity);
    this.ids = new Int32Array(capacity);
  }

  push(time: number, id: number): void {
    const { times, ids } = this;
    let index = this.size++;
    while (index > 0) {
      const parent = (index - 1) >> 2;
      const parentTime = times[parent]!;
      if (parentTime <= time) break;
      times[index] = parentTime;
      ids[index] = ids[parent]!;
      index = parent;
    }
    times[index] = time;
    ids[index] = id;
  }

  pop(): number {
    const { times, ids } = this;
    const first = ids[0]!;
    const size = --this.size;
    const time = times[size]!;
    const id = ids[size]!;
    let index = 0;
    for (;;) {
      let child = 4 * index + 1;
      if (child >= size) break;
      let least = child;
      let leastTime = times[child]!;
      const end = Math.min(child + 4, size);
      while (++child < end) {
        const childTime = times[child]!;
        if (childTime < leastTime) {
          least = child;
          leastTime = childTime;
        }
      }
      if (time <= leastTime) break;
      times[index] = leastTime;
      ids[index] = ids[least]!;
      index = least;
    }
    times[index] = time;
    ids[index] = id;
    return first;
  }
}
