import { closeSync, openSync, readSync, statSync } from "node:fs";
import { PlaybackFollower } from "../playback/follower.ts";
import { cellsOf, finishedRunsAfter, type RunPlace } from "./find-run.ts";

/** A cell as a list shows it. */
export interface WatchedCell {
  /** The cell's name in its run. */
  readonly id: string;
  readonly ended: boolean;
  /** Share of the simulated time that has passed, 0 to 1. */
  readonly progress: number;
}

export interface RunState {
  readonly experiment: string;
  readonly folder: string;
  readonly finished: boolean;
  readonly cells: readonly WatchedCell[];
}

/** The beginning of a file that surely holds its first line. */
const HEADER_BYTES = 1 << 16;

/**
 * A run as it stands on the disk, looked at again and again: cells appear while they run, move when they are finished, and the whole
 * run moves when it is.
 */
export class WatchedRun {
  #place: RunPlace;
  readonly #openedAtMs = Date.now();
  /** Of each file, by its path and inode: headers never change. */
  readonly #ids = new Map<string, string>();
  #files = new Map<string, string>();
  /** Of cells that run. */
  readonly #followers = new Map<string, PlaybackFollower>();

  constructor(place: RunPlace) {
    this.#place = place;
    this.look();
  }

  /** Where a cell's playback lies now. */
  fileOf(id: string): string | undefined {
    return this.#files.get(id);
  }

  /** Looks again, and says how things stand. */
  look(): RunState {
    const before = this.#files;
    this.#files = this.#find(this.#place);
    if (this.#files.size === 0 && !this.#place.finished) this.#followToItsEnd(before);
    const { experiment, folder, finished } = this.#place;
    const ids = [...this.#files.keys()].sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
    return { experiment, folder, finished, cells: ids.map((id) => this.#cell(id)) };
  }

  /** The finished run is the one that has all of our cells; until it is there, they are where they were. */
  #followToItsEnd(before: ReadonlyMap<string, string>): void {
    this.#files = new Map(before);
    for (const place of finishedRunsAfter(this.#place, this.#openedAtMs)) {
      const files = this.#find(place);
      if ([...before.keys()].some((id) => !files.has(id))) continue;
      this.#place = place;
      this.#files = files;
      return;
    }
  }

  #cell(id: string): WatchedCell {
    if (this.#place.finished) return { id, ended: true, progress: 1 };
    const path = this.#files.get(id)!;
    let follower = this.#followers.get(id);
    if (follower === undefined) {
      follower = new PlaybackFollower(path);
      this.#followers.set(id, follower);
    }
    if (follower.path !== path) follower.moveTo(path);
    try {
      follower.read();
    } catch {
      // Whoever opens the cell is told.
    }
    return { id, ended: follower.ended, progress: follower.progress };
  }

  /**
   * Of two files of one cell (one was left behind by a kill) the one that was written to last counts. A folder whose cells are called
   * as ours are belongs to another run.
   */
  #find(place: RunPlace): Map<string, string> {
    const found = new Map<string, { file: string; folder: string; atMs: number }>();
    for (const { file, folder } of cellsOf(place)) {
      const stat = statSync(file, { throwIfNoEntry: false });
      if (stat === undefined) continue;
      const key = `${stat.ino} ${file}`;
      const id = this.#ids.get(key) ?? idOf(file);
      if (id === undefined) continue;
      this.#ids.set(key, id);
      const known = found.get(id);
      if (known === undefined || (known.folder === folder && known.atMs < stat.mtimeMs))
        found.set(id, { file, folder, atMs: stat.mtimeMs });
    }
    return new Map([...found].map(([id, { file }]) => [id, file]));
  }
}

/** Undefined as long as the file has no first line, or one that names no cell. */
function idOf(file: string): string | undefined {
  try {
    const { cell } = JSON.parse(firstLine(file)) as { cell?: unknown };
    return typeof cell === "string" ? cell : undefined;
  } catch {
    return undefined;
  }
}

function firstLine(file: string): string {
  const descriptor = openSync(file, "r");
  try {
    const bytes = Buffer.alloc(HEADER_BYTES);
    const text = bytes.toString("utf8", 0, readSync(descriptor, bytes, 0, HEADER_BYTES, 0));
    return text.slice(0, text.indexOf("\n"));
  } finally {
    closeSync(descriptor);
  }
}
