import { spawnSync } from "node:child_process";
import { roundSync } from "../support/round.ts";

/** What one run did, so that contenders can be held to the same work, and how long it took. */
export interface Work {
  readonly events: number;
  readonly checksum: number;
  readonly cpuMs: number;
}

export interface Contender {
  readonly name: string;
  readonly run: () => Work;
}

/** CPU time of this process with its helper threads: other processes on the machine disturb it less than wall time. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** One contender is to be so many times as fast as another. */
export interface Aim {
  readonly name: string;
  readonly against: string;
  readonly atLeast: number;
}

/**
 * Runs contenders in turn, once to warm up and then several times over. Prints each one's median rate, and for each aim the
 * median of the ratios within a round.
 */
export function compare(title: string, contenders: readonly Contender[], aims: readonly Aim[], repeats: number): void {
  const runAll = () => {
    const works = new Map<string, Work>();
    const timed = contenders.map(({ name, run }) => {
      // Setting up is no part of what is timed, so contenders say their own duration.
      const once = () => {
        const work = run();
        works.set(name, work);
        return { overriddenDuration: work.cpuMs };
      };
      return [name, once] as const;
    });
    roundSync(Object.fromEntries(timed));
    return works;
  };
  runAll();
  const rounds = Array.from({ length: repeats }, runAll);
  const expected = rounds[0]!.get(contenders[0]!.name)!;
  for (const round of rounds) for (const [name, work] of round) checkSameWork(`${title}, ${name}`, expected, work);
  console.log(`\n${title}: ${expected.events} events, checksum ${expected.checksum}, ${repeats} interleaved repeats`);
  for (const { name } of contenders)
    printRate(name, median(rounds.map((round) => millionsPerSecond(round.get(name)!))));
  for (const { name, against, atLeast } of aims) {
    const ratio = median(rounds.map((round) => round.get(against)!.cpuMs / round.get(name)!.cpuMs));
    const verdict = ratio >= atLeast ? "reached" : "MISSED";
    console.log(`  ${name} / ${against}: ${ratio.toFixed(2)}, aim ${atLeast} ${verdict}`);
  }
}

/** Runs the same work in SimPy and prints its rate; says so if python3-simpy3 is not there. */
export function beside(script: string, input: object, expected: Work): void {
  // A Python of the user's own may come first on the path; Debian's packages belong to the system's.
  const pythons = ["python3", "/usr/bin/python3"];
  const python = pythons.find((each) => spawnSync(each, ["-c", "import simpy"]).status === 0);
  if (python === undefined) {
    console.log("  SimPy: not installed (apt-get install python3-simpy3)");
    return;
  }
  const path = new URL(script, import.meta.url).pathname;
  const ran = spawnSync(python, [path], { input: JSON.stringify(input) });
  if (ran.status !== 0) throw new Error(`${script}: ${ran.stderr}`);
  const work = JSON.parse(String(ran.stdout)) as Work & { version: string };
  checkSameWork(script, expected, work);
  printRate(`SimPy ${work.version}, ${work.events} events`, millionsPerSecond(work));
}

function checkSameWork(who: string, expected: Work, { events, checksum }: Work): void {
  if (events === expected.events && checksum === expected.checksum) return;
  throw new Error(
    `${who}: expected ${expected.events} events, checksum ${expected.checksum}, got ${events}, ${checksum}`,
  );
}

function millionsPerSecond({ events, cpuMs }: Work): number {
  return events / cpuMs / 1000;
}

function printRate(name: string, rate: number): void {
  console.log(`  ${name.padEnd(32)} ${rate.toFixed(3).padStart(8)} million/s`);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
}
