import { median } from "../../src/lab/statistics/median.ts";
import type { Measurement } from "./interleaved.ts";

export type Target = { readonly atMost: number } | { readonly atLeast: number };

let missed = 0;

/**
 * Prints the ratio of two contenders: median over the repeats of the ratio within a repeat, its range, and whether it
 * meets the target. A missed target makes the process exit with 1.
 */
export function reportRatio(name: string, numerator: Measurement, denominator: Measurement, target?: Target): void {
  const ratios = numerator.wallMs.map((ms, repeat) => ms / denominator.wallMs[repeat]!);
  report(name, ratios, "", target);
}

export function report(name: string, values: readonly number[], unit: string, target?: Target): void {
  const middle = median(values);
  const range = `[${number(Math.min(...values))} to ${number(Math.max(...values))}]`;
  console.log(`${name.padEnd(58)} ${number(middle).padStart(6)}${unit} ${range.padEnd(18)}${verdict(middle, target)}`);
}

export function describe(name: string, { wallMs, checksum }: Measurement): void {
  const [low, high] = [Math.min(...wallMs), Math.max(...wallMs)].map((ms) => ms.toFixed(1));
  console.log(`  ${name.padEnd(36)} ${median(wallMs).toFixed(1).padStart(8)} ms [${low} to ${high}]  work ${checksum}`);
}

function verdict(value: number, target: Target | undefined): string {
  if (target === undefined) return "";
  const met = "atMost" in target ? value <= target.atMost : value >= target.atLeast;
  if (!met) {
    missed++;
    process.exitCode = 1;
  }
  const words = "atMost" in target ? `at most ${target.atMost}` : `at least ${target.atLeast}`;
  return `${met ? "met   " : "MISSED"} (${words})`;
}

function number(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

export function summary(): void {
  console.log(missed === 0 ? "every target met" : `${missed} targets missed`);
}
