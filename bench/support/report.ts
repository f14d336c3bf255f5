import { median } from "../../src/statistics/median.ts";
import type { Measurement } from "./interleaved.ts";

export type Target = { readonly atMost: number } | { readonly atLeast: number };

let missed = 0;

/**
 * Prints the ratio of two contenders: of their fastest repeats, which the target is held against (whatever else runs on
 * the machine only ever adds time), then the median and the range of the ratios within a repeat. A missed target makes
 * the process exit with 1.
 */
export function reportRatio(name: string, numerator: Measurement, denominator: Measurement, target?: Target): void {
  const fastest = Math.min(...numerator.wallMs) / Math.min(...denominator.wallMs);
  const ratios = numerator.wallMs.map((ms, repeat) => ms / denominator.wallMs[repeat]!);
  report(name, fastest, ratios, target);
}

/** As `reportRatio`, of a best value and the repeats around it. */
export function report(name: string, best: number, repeats: readonly number[], target?: Target): void {
  const spread = `median ${number(median(repeats))} [${number(Math.min(...repeats))} to ${number(Math.max(...repeats))}]`;
  console.log(`${name.padEnd(54)} ${number(best).padStart(5)}  ${spread.padEnd(32)} ${verdict(best, target)}`);
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
