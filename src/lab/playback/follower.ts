import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { LabError } from "../errors.ts";
import { type PlaybackHeader, type PlaybackLine, type PlaybackSnapshot, playbackFormat } from "./format.ts";

/** A playback file that is none, or damaged; one line that names file and line. */
export class PlaybackError extends LabError {
  override readonly name = "PlaybackError";

  constructor(message: string, options?: ErrorOptions) {
    super("bad-playback", "user", message, options);
  }
}

const PIECE_BYTES = 1 << 20;
const NEWLINE = 0x0a;

/** Reads a playback file as it grows: whole lines only, each once. What a kill left of a line is waited for in vain, and harmless. */
export class PlaybackFollower {
  path: string;
  header: PlaybackHeader | undefined;
  /** Simulated time of the last line. */
  atUs = 0;
  ended = false;
  lines = 0;
  #rest: Buffer = Buffer.alloc(0);
  #offset = 0;
  #inode: number | undefined;

  constructor(path: string) {
    this.path = path;
  }

  /** The same file under another name, or a copy: reading goes on where it was. */
  moveTo(path: string): void {
    this.path = path;
    this.#inode = undefined;
  }

  /** Share of the simulated time that has passed, 0 to 1. */
  get progress(): number {
    return this.header === undefined ? 0 : Math.min(1, this.atUs / this.header.endUs);
  }

  /**
   * The lines that have come since the last call; `restarted` when the file was begun anew, and they are its first. A file that is not
   * there (yet, or any more) has no new lines.
   *
   * @throws PlaybackError for a line that is no part of a playback
   */
  read(): { readonly restarted: boolean; readonly lines: readonly PlaybackLine[] } {
    let descriptor: number;
    try {
      descriptor = openSync(this.path, "r");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return { restarted: false, lines: [] };
      throw new PlaybackError(`${this.path}: cannot be read (${(error as NodeJS.ErrnoException).code})`, {
        cause: error,
      });
    }
    try {
      const { size, ino } = fstatSync(descriptor);
      const restarted = size < this.#offset || (this.#inode !== undefined && ino !== this.#inode);
      if (restarted) this.#restart();
      this.#inode = ino;
      return { restarted, lines: this.#readFrom(descriptor) };
    } finally {
      closeSync(descriptor);
    }
  }

  #restart(): void {
    this.header = undefined;
    this.atUs = 0;
    this.ended = false;
    this.lines = 0;
    this.#rest = Buffer.alloc(0);
    this.#offset = 0;
  }

  #readFrom(descriptor: number): PlaybackLine[] {
    const lines: PlaybackLine[] = [];
    const piece = Buffer.alloc(PIECE_BYTES);
    for (;;) {
      const count = readSync(descriptor, piece, 0, PIECE_BYTES, this.#offset);
      if (count === 0) return lines;
      this.#offset += count;
      let bytes = Buffer.concat([this.#rest, piece.subarray(0, count)]);
      for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE)) {
        lines.push(this.#line(bytes.toString("utf8", 0, end)));
        bytes = bytes.subarray(end + 1);
      }
      this.#rest = Buffer.from(bytes);
    }
  }

  #line(text: string): PlaybackLine {
    const number = ++this.lines;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      throw this.#problem(number, "expected JSON, found something else: the file is damaged; run the cell again");
    }
    if (this.header === undefined) {
      if (!isHeader(value))
        throw this.#problem(number, `expected a header of format ${playbackFormat}; made by another version?`);
      this.header = value;
      return value;
    }
    if (!isLater(value) || value.atUs < this.atUs || (isSnapshot(value) && !fits(value, this.header)))
      throw this.#problem(number, "expected a snapshot, an event or the end, later than the line before");
    this.atUs = value.atUs;
    if ("end" in value) this.ended = true;
    return value;
  }

  #problem(line: number, what: string): PlaybackError {
    return new PlaybackError(`${this.path}:${line}: ${what}`);
  }
}

export function isSnapshot(line: PlaybackLine): line is PlaybackSnapshot {
  return "groups" in line && "events" in line;
}

function isHeader(value: unknown): value is PlaybackHeader {
  const header = value as Partial<PlaybackHeader> | null;
  return (
    header?.format === playbackFormat &&
    typeof header.cell === "string" &&
    Number(header.endUs) > 0 &&
    typeof header.columns === "object" &&
    header.columns !== null &&
    Array.isArray(header.groups) &&
    header.groups.every((group) => Array.isArray(Object.getOwnPropertyDescriptor(header.columns, group?.party)?.value))
  );
}

function isLater(value: unknown): value is Exclude<PlaybackLine, PlaybackHeader> {
  const line = value as { atUs?: unknown; event?: unknown; end?: unknown; groups?: unknown } | null;
  return (
    typeof line?.atUs === "number" &&
    (typeof line.event === "string" || line.end === true || Array.isArray(line.groups))
  );
}

function fits({ groups, stages }: PlaybackSnapshot, header: PlaybackHeader): boolean {
  return (
    groups.length === header.groups.length &&
    Array.isArray(stages) &&
    groups.every((row, i) => row === null || row?.length === header.columns[header.groups[i]!.party].length)
  );
}
