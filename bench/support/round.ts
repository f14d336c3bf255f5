/** One round of a bench, by tinybench: every contender once, in turn. Rounds over, ratios within a round share the machine's mood. */
import { Bench } from "tinybench";

/** Once, however short it was; what a contender returns as `overriddenDuration` is its duration, in milliseconds. */
const once = { iterations: 1, time: 0, warmup: false, retainSamples: true, throws: true } as const;

/** Milliseconds of each, in the order given. */
export async function round(contenders: Readonly<Record<string, () => Promise<unknown>>>): Promise<number[]> {
  const bench = new Bench(once);
  for (const [name, run] of Object.entries(contenders)) bench.add(name, run, { async: true });
  await bench.run();
  return durations(bench);
}

/** As `round`, of contenders that do not wait for anything. */
export function roundSync(contenders: Readonly<Record<string, () => unknown>>): number[] {
  const bench = new Bench(once);
  for (const [name, run] of Object.entries(contenders)) bench.add(name, run, { async: false });
  bench.runSync();
  return durations(bench);
}

function durations({ tasks }: Bench): number[] {
  return tasks.map(({ name, result }) => {
    if (result.state !== "completed") throw new Error(`${name}: ${result.state}`);
    return result.latency.samples![0]!;
  });
}
