import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import { fromSystemError, ModelFileError, notAFile } from "../model-file-error.ts";

const windowBytes = 65536;

/**
 * Reads little-endian values of a file front to back through one window of 64 KiB. Every length is compared with what
 * the file still holds before anything is allocated, so no number in a damaged file can make it large.
 */
export class ByteReader implements Disposable {
  readonly path: string;
  readonly fileBytes: number;
  readonly #descriptor: number;
  readonly #window = Buffer.alloc(windowBytes);
  #windowStart = 0;
  #windowLength = 0;
  #offset = 0;

  /** Throws ModelFileError for what is absent, unreadable or no regular file (a pipe would block for ever). */
  constructor(path: string) {
    this.path = path;
    try {
      const stat = statSync(path);
      if (!stat.isFile())
        throw notAFile(path, stat.isDirectory() ? "a directory" : "something that is no regular file");
      this.#descriptor = openSync(path, "r");
      this.fileBytes = fstatSync(this.#descriptor).size;
    } catch (error) {
      throw fromSystemError(error, path, "read");
    }
  }

  [Symbol.dispose](): void {
    closeSync(this.#descriptor);
  }

  get offset(): number {
    return this.#offset;
  }

  /** The next `length` bytes (at most 64 KiB), valid until the next call; `what` names them in errors. */
  bytes(length: number, what: string): Buffer {
    this.require(length, what);
    if (this.#offset < this.#windowStart || this.#offset + length > this.#windowStart + this.#windowLength)
      this.#fill(what);
    const start = this.#offset - this.#windowStart;
    this.#offset += length;
    return this.#window.subarray(start, start + length);
  }

  skip(length: number, what: string): void {
    this.require(length, what);
    this.#offset += length;
  }

  uint32(what: string): number {
    return this.bytes(4, what).readUInt32LE();
  }

  /** A 64-bit number that counts or places something, so that it must be a safe integer up to `limit`. */
  count(what: string, limit: number): number {
    const at = this.#offset;
    const value = this.bytes(8, what).readBigUInt64LE();
    if (value > BigInt(limit)) throw this.malformed(`${what} is ${value}, above ${limit}`, at);
    return Number(value);
  }

  /** A string of at most `limit` bytes; bytes that are no UTF-8 become U+FFFD. */
  string(what: string, limit: number): string {
    return this.stringBytes(what, limit).toString("utf8");
  }

  /** The bytes of a string, valid until the next call. */
  stringBytes(what: string, limit: number): Buffer {
    const at = this.#offset;
    const length = this.count(`length of ${what}`, Number.MAX_SAFE_INTEGER);
    if (length > this.fileBytes - this.#offset) throw this.#truncated(length, what);
    if (length > limit) throw this.malformed(`${what} is ${length} bytes long, above ${limit}`, at);
    if (length <= windowBytes) return this.bytes(length, what);
    const whole = Buffer.alloc(length);
    for (let done = 0; done < length; done += windowBytes)
      this.bytes(Math.min(windowBytes, length - done), what).copy(whole, done);
    return whole;
  }

  malformed(problem: string, at = this.#offset): ModelFileError {
    return new ModelFileError({
      code: "malformed",
      path: this.path,
      place: `byte ${at}`,
      problem,
      remedy: "the file is damaged; fetch it again",
    });
  }

  /** Throws unless the file still holds `length` bytes. */
  require(length: number, what: string): void {
    if (length > this.fileBytes - this.#offset) throw this.#truncated(length, what);
  }

  #truncated(length: number, what: string): ModelFileError {
    return new ModelFileError({
      code: "truncated",
      path: this.path,
      place: `byte ${this.#offset}`,
      problem: `${what} needs ${length} bytes, but the file ends at byte ${this.fileBytes}`,
      remedy: "the file is cut short or damaged; fetch it again",
    });
  }

  #fill(what: string): void {
    this.#windowStart = this.#offset;
    this.#windowLength = 0;
    const wanted = Math.min(windowBytes, this.fileBytes - this.#offset);
    try {
      while (this.#windowLength < wanted) {
        const read = readSync(
          this.#descriptor,
          this.#window,
          this.#windowLength,
          wanted - this.#windowLength,
          this.#windowStart + this.#windowLength,
        );
        if (read === 0) throw this.#truncated(wanted, what); // somebody shortened the file meanwhile
        this.#windowLength += read;
      }
    } catch (error) {
      throw fromSystemError(error, this.path, "read");
    }
  }
}
