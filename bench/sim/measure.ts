import { spawnSync } from "node:child_process";

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

/** Runs contenders in turn, several times over, and prints each one's rate and how it stands to the first: medians. */
export function compare(title: string, contenders: readonly Contender[], repeats: number): void {
  const rounds = Array.from({ length: repeats }, () => contenders.map(({ run }) => run()));
  const expected = rounds[0]![0]!;
  for (const { events, checksum } of rounds.flat()) {
    if (events !== expected.events || checksum !== expected.checksum) {
      throw new Error(
        `${title}: expected ${expected.events} events, checksum ${expected.checksum}, got ${events}, ${checksum}`,
      );
    }
  }
  console.log(`\n${title}: ${expected.events} events, checksum ${expected.checksum}, ${repeats} interleaved repeats`);
  for (const [index, { name }] of contenders.entries()) {
    const rate = median(rounds.map((round) => round[index]!.events / round[index]!.cpuMs / 1000));
    const ratio = median(rounds.map((round) => round[0]!.cpuMs / round[index]!.cpuMs));
    console.log(
      `  ${name.padEnd(40)} ${rate.toFixed(3).padStart(8)} million/s   ${ratio.toFixed(2).padStart(6)} of the first`,
    );
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
  if (work.events !== expected.events || work.checksum !== expected.checksum) {
    throw new Error(
      `${script}: expected ${expected.events} events, checksum ${expected.checksum}, got ${work.events}, ${work.checksum}`,
    );
  }
  const rate = work.events / work.cpuMs / 1000;
  console.log(
    `  ${`SimPy ${work.version}, ${work.events} events`.padEnd(40)} ${rate.toFixed(3).padStart(8)} million/s`,
  );
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
}
