import { createHash } from "node:crypto";
import { round } from "./round.ts";

/** One way of doing some work. It returns what it computed, so that a bench also checks that the work was done. */
export type Contender = () => Promise<unknown>;

export interface Measurement {
  /** Wall time of each repeat, in milliseconds. */
  readonly wallMs: readonly number[];
  /** Of what the work computed; the same in every repeat. */
  readonly checksum: string;
}

/**
 * Runs all contenders in turn, `repeats` times over, after one round that nobody times. Side by side in one process they
 * share the machine's mood, so their ratios mean something on a busy machine where their times do not.
 */
export async function interleaved<Name extends string>(
  contenders: Readonly<Record<Name, Contender>>,
  repeats: number,
): Promise<Record<Name, Measurement>> {
  const names = Object.keys(contenders) as Name[];
  const wallMs = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, number[]>;
  const checksums = {} as Record<Name, string>;
  const results = {} as Record<Name, unknown>;
  const keeping = Object.fromEntries(
    names.map((name) => [
      name,
      async () => {
        results[name] = await contenders[name]();
      },
    ]),
  );
  for (let repeat = -1; repeat < repeats; repeat++) {
    const elapsedMs = await round(keeping);
    for (const [i, name] of names.entries()) {
      const checksum = checksumOf(results[name]);
      if (repeat === -1) checksums[name] = checksum;
      else wallMs[name].push(elapsedMs[i]!);
      if (checksum !== checksums[name]) throw new Error(`${name}: repeat ${repeat} computed something else`);
    }
  }
  const measured = names.map((name) => [name, { wallMs: wallMs[name], checksum: checksums[name] }]);
  return Object.fromEntries(measured) as Record<Name, Measurement>;
}

function checksumOf(result: unknown): string {
  const text = JSON.stringify(result, (_, value) => (value instanceof Map ? [...value] : value)) ?? "nothing";
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}
