/** A run in the terminal: a block that is drawn over and over where a person looks, plain lines elsewhere. */
import { setTimeout as sleep } from "node:timers/promises";
import { isSnapshot, PlaybackFollower } from "../lab/playback/follower.ts";
import type { PlaybackHeader, PlaybackSnapshot } from "../lab/playback/format.ts";
import type { RunPlace } from "../lab/watch/find-run.ts";
import { WatchedRun } from "../lab/watch/watched-run.ts";
import type { Cli } from "./cli.ts";
import { countText, table } from "./terminal.ts";

const LOOK_MS = 500;
/** Plain lines of one cell come no denser than every tenth of its simulated time. */
const PARTS = 10;
const MOST_CELLS = 12;

/** Until the run is finished; throws AbortError when it is interrupted before. */
export async function watchInTerminal(cli: Cli, place: RunPlace, signal: AbortSignal): Promise<void> {
  const run = new WatchedRun(place);
  const cells = new Map<string, WatchedCellText>();
  const show = cli.stdout.isTTY ? redraw(cli) : printLines(cli);
  for (;;) {
    const state = run.look();
    for (const { id } of state.cells) {
      const file = run.fileOf(id);
      if (file === undefined) continue;
      const cell = cells.get(id) ?? new WatchedCellText(id, file);
      cells.set(id, cell);
      cell.look(file);
    }
    show([...cells.values()], state.finished);
    if (state.finished) return;
    await sleep(LOOK_MS, undefined, { signal });
  }
}

class WatchedCellText {
  readonly id: string;
  readonly #follower: PlaybackFollower;
  #snapshot: PlaybackSnapshot | undefined;
  /** Rows of the groups, filled in where a snapshot says "as before". */
  #rows: readonly (readonly number[])[] = [];
  #rate: { readonly atMs: number; readonly events: number } | undefined;
  #eventsPerSecond: number | undefined;

  constructor(id: string, file: string) {
    this.id = id;
    this.#follower = new PlaybackFollower(file);
  }

  get ended(): boolean {
    return this.#follower.ended;
  }

  get part(): number {
    return this.ended ? PARTS : Math.floor(this.#follower.progress * PARTS);
  }

  look(file: string): void {
    if (file !== this.#follower.path) this.#follower.moveTo(file);
    const { lines } = this.#follower.read();
    for (const line of lines.filter(isSnapshot)) {
      this.#snapshot = line;
      this.#rows = line.groups.map((row, i) => row ?? this.#rows[i]!);
    }
    const nowMs = performance.now();
    const events = this.#snapshot?.events ?? 0;
    const before = this.#rate;
    this.#rate = { atMs: nowMs, events };
    this.#eventsPerSecond = before && ((events - before.events) / (nowMs - before.atMs)) * 1000;
  }

  /** Label and value; undefined as long as nothing is known. */
  numbers(): readonly (readonly [string, string])[] | undefined {
    const { header } = this.#follower;
    const snapshot = this.#snapshot;
    if (header === undefined || snapshot === undefined) return undefined;
    const stage = (name: string) => String(snapshot.stages[header.stages.indexOf(name)]);
    const rate = this.ended ? undefined : this.#eventsPerSecond;
    return [
      ["simulated", `${clock(snapshot.atUs)} of ${clock(header.endUs)}`],
      ["jobs", String(this.#total(header, "client", "jobs"))],
      ["open", String(snapshot.open)],
      ["settled", stage("settled")],
      ["disputed", stage("disputed")],
      ["slashed", String(this.#total(header, "node", "slashed"))],
      ["bankrupt", String(this.#total(header, "node", "bankrupt"))],
      ["blocks", String(snapshot.blocks)],
      ["messages", countText(snapshot.messages)],
      ["events", countText(snapshot.events)],
      ["events/s (wall clock)", rate === undefined ? "-" : countText(Math.round(rate))],
    ];
  }

  #total(header: PlaybackHeader, party: "node" | "client", name: string): number {
    return header.groups.reduce((sum, group, i) => {
      if (group.party !== party) return sum;
      return sum + this.#rows[i]![(header.columns[party] as readonly string[]).indexOf(name)]!;
    }, 0);
  }
}

/** Where the cells stand, over what was there before: those that run, and the last ones that are done; all of a finished run. */
function redraw(cli: Cli): (cells: readonly WatchedCellText[], finished: boolean) => void {
  let height = 0;
  return (cells, finished) => {
    const known = cells.filter((cell) => cell.numbers() !== undefined);
    const running = known.filter(({ ended }) => !ended);
    const done = known.filter(({ ended }) => ended);
    const room = finished ? known.length : Math.max(0, MOST_CELLS - running.length);
    const shown = [...done.slice(Math.max(0, done.length - room)), ...running];
    const hidden = known.length - shown.length;
    const heads = (shown[0]?.numbers() ?? []).map(([label]) => label);
    const rows = shown.map((cell) => [cell.id, ...cell.numbers()!.map(([, value]) => value)]);
    const text =
      rows.length === 0
        ? "no cell has begun yet"
        : table(
            [["cell", ...heads], ...rows],
            heads.map((_, i) => i + 1),
          );
    const lines = [...text.split("\n"), ...(hidden > 0 ? [`and ${hidden} more that are done`] : [])];
    const columns = cli.stdout.columns || 120;
    cli.stdout.write(
      `${height > 0 ? `\x1b[${height}A\r\x1b[J` : ""}${lines.map((line) => line.slice(0, columns)).join("\n")}\n`,
    );
    height = lines.length;
  };
}

function printLines(cli: Cli): (cells: readonly WatchedCellText[]) => void {
  const parts = new Map<string, number>();
  return (cells) => {
    for (const cell of cells) {
      const numbers = cell.numbers();
      if (numbers === undefined || parts.get(cell.id) === cell.part) continue;
      parts.set(cell.id, cell.part);
      cli.print(`${cell.id}: ${numbers.map(([label, value]) => `${label} ${value}`).join(", ")}`);
    }
  };
}

/** 5400000000 -> "1:30:00". */
function clock(us: number): string {
  const seconds = Math.floor(us / 1e6);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}
