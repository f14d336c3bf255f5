/**
 * The byte form every message shares: little-endian integers, Bitcoin's variable-length counts in their shortest form
 * only, lists and byte strings preceded by their length. One value has exactly one encoding.
 *
 * Hashes, keys and signatures are lowercase hexadecimal strings in memory (comparable, usable as map keys, printable)
 * and plain bytes on the wire. Integers are JavaScript numbers: 64-bit fields above 2^53 - 1 are refused.
 *
 * A decoder is a function that reads fields by name from a `WireReader`; `decode` runs it and turns the first fault into
 * a rejection that says which field broke at which byte. With a trace, the same decoder explains every field it read.
 */
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import type { Rejection } from "./result.ts";

export interface WireRefusal extends Rejection {
  /** First byte of the field that broke, counted from 0. */
  readonly offset: number;
  /** Path of that field, e.g. `inputs[1].sequence`. */
  readonly field: string;
}

export type Decoded<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly rejection: WireRefusal };

/** One field as a decoder read it; bytes [offset, offset + length). */
export interface WireField {
  readonly field: string;
  readonly offset: number;
  readonly length: number;
  readonly value: string;
}

/** Decodes all of `bytes` with `read`; bytes left over are refused. Fields read are appended to `trace` if there is one. */
export function decode<T>(bytes: Uint8Array, read: (reader: WireReader) => T, trace?: WireField[]): Decoded<T> {
  const reader = new WireReader(bytes, trace);
  try {
    const value = read(reader);
    reader.end();
    return { ok: true, value };
  } catch (fault) {
    if (fault instanceof WireFault) return { ok: false, rejection: fault.rejection };
    throw fault;
  }
}

/** How a decoder leaves early; never seen outside `decode`. */
class WireFault extends Error {
  readonly rejection: WireRefusal;

  constructor(rejection: WireRefusal) {
    super(rejection.message);
    this.rejection = rejection;
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Reads fields in order and never past the end; every fault leaves through `decode`. Field names are for people. */
export class WireReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #trace: WireField[] | undefined;
  readonly #path: (string | number)[] = [];
  #offset = 0;
  #end: number;

  constructor(bytes: Uint8Array, trace?: WireField[]) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#trace = trace;
    this.#end = bytes.length;
  }

  /** Bytes read so far: the place of the next field. */
  get offset(): number {
    return this.#offset;
  }

  u8(field: string): number {
    const offset = this.#take(field, 1);
    return this.#read(field, offset, this.#view.getUint8(offset));
  }

  u16(field: string): number {
    const offset = this.#take(field, 2);
    return this.#read(field, offset, this.#view.getUint16(offset, true));
  }

  u32(field: string): number {
    const offset = this.#take(field, 4);
    return this.#read(field, offset, this.#view.getUint32(offset, true));
  }

  /** Eight bytes; refused as `number-too-large` above 2^53 - 1. */
  u64(field: string): number {
    const offset = this.#take(field, 8);
    return this.#read(field, offset, this.#safe(field, offset, offset));
  }

  /** Bitcoin's CompactSize; any but the shortest form is refused as `varint-not-minimal`. */
  varint(field: string): number {
    const offset = this.#take(field, 1);
    const first = this.#view.getUint8(offset);
    if (first < 0xfd) return this.#read(field, offset, first);
    const width = first === 0xfd ? 2 : first === 0xfe ? 4 : 8;
    const at = this.#take(field, width, offset);
    const value =
      width === 2
        ? this.#view.getUint16(at, true)
        : width === 4
          ? this.#view.getUint32(at, true)
          : this.#safe(field, offset, at);
    const smallest = width === 2 ? 0xfd : width === 4 ? 0x1_0000 : 0x1_0000_0000;
    if (value < smallest) this.fail("varint-not-minimal", field, `${value} has a shorter encoding`, offset);
    return this.#read(field, offset, value);
  }

  /** `length` bytes as lowercase hexadecimal. */
  hex(field: string, length: number): string {
    const offset = this.#take(field, length);
    return this.#read(field, offset, bytesToHex(this.#bytes.subarray(offset, offset + length)));
  }

  /** A byte string preceded by its length, as hexadecimal; refused as `length-too-large` above `maxBytes`. */
  varHex(field: string, maxBytes: number): string {
    return this.hex(field, this.#length(field, maxBytes));
  }

  /** A UTF-8 text preceded by its length in bytes; refused as `invalid-utf8` where it is not well formed. */
  text(field: string, maxBytes: number): string {
    const length = this.#length(field, maxBytes);
    const offset = this.#take(field, length);
    try {
      return this.#read(field, offset, utf8.decode(this.#bytes.subarray(offset, offset + length)));
    } catch {
      this.fail("invalid-utf8", field, "not well-formed UTF-8", offset);
    }
  }

  /** A counted list. A count that the bytes left cannot hold, at `minBytes` each, is refused before anything is read. */
  list<T>(field: string, minBytes: number, read: (reader: WireReader) => T): T[] {
    const offset = this.#offset;
    const count = this.varint(`${field} count`);
    if (count > Math.floor((this.#end - this.#offset) / minBytes))
      this.fail("count-too-large", field, `${count} entries cannot fit in the bytes left`, offset);
    const entries: T[] = [];
    const depth = this.#path.push(field, 0) - 1;
    for (let index = 0; index < count; index++) {
      this.#path[depth] = index;
      entries.push(read(this));
    }
    this.#path.length = depth - 1;
    return entries;
  }

  /** A part that has no length of its own: only the names of its fields say that they belong together. */
  within<T>(field: string, read: (reader: WireReader) => T): T {
    this.#path.push(field);
    const value = read(this);
    this.#path.pop();
    return value;
  }

  /** A part preceded by its length in bytes, which `read` must use up exactly. */
  part<T>(field: string, maxBytes: number, read: (reader: WireReader) => T): T {
    const length = this.#length(field, maxBytes);
    const outerEnd = this.#end;
    this.#end = this.#take(field, length) + length;
    this.#offset -= length;
    this.#path.push(field);
    const value = read(this);
    this.#path.pop();
    this.end(field);
    this.#end = outerEnd;
    return value;
  }

  /** Refuses bytes left over. */
  end(field = ""): void {
    if (this.#offset < this.#end)
      this.fail("trailing-bytes", field, `${this.#end - this.#offset} bytes too many`, this.#offset);
  }

  /** Leaves with a rejection at the field that starts at `offset`: where the last field ended, unless told. */
  fail(code: string, field: string, problem: string, offset = this.#offset): never {
    const path = this.#pathTo(field);
    const place = path === "" ? `byte ${offset}` : `byte ${offset} (${path})`;
    throw new WireFault({ code, message: `${place}: ${problem}`, offset, field: path });
  }

  #length(field: string, maxBytes: number): number {
    const offset = this.#offset;
    const length = this.varint(`${field} length`);
    if (length > maxBytes) this.fail("length-too-large", field, `${length} bytes, at most ${maxBytes}`, offset);
    return length;
  }

  #safe(field: string, start: number, at: number): number {
    const high = this.#view.getUint32(at + 4, true);
    if (high > 0x1f_ffff) this.fail("number-too-large", field, "above 2^53 - 1", start);
    return high * 0x1_0000_0000 + this.#view.getUint32(at, true);
  }

  /** Moves past `length` bytes and gives where they began; `start` is where their field began, if earlier. */
  #take(field: string, length: number, start = this.#offset): number {
    const offset = this.#offset;
    if (length > this.#end - offset)
      this.fail("truncated", field, `${length} bytes expected, ${this.#end - offset} left`, start);
    this.#offset = offset + length;
    return offset;
  }

  #read<V extends string | number>(field: string, offset: number, value: V): V {
    this.#trace?.push({ field: this.#pathTo(field), offset, length: this.#offset - offset, value: String(value) });
    return value;
  }

  #pathTo(field: string): string {
    return [...this.#path, field].reduce<string>(
      (path, step) => (typeof step === "number" ? `${path}[${step}]` : path === "" ? step : `${path}.${step}`),
      "",
    );
  }
}

const utf8Encoder = new TextEncoder();

/** Appends fields in order; the counterpart of `WireReader`. Throws RangeError for a value that its field cannot hold. */
export class WireWriter {
  #bytes = new Uint8Array(256);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  u8(value: number): this {
    within(value, 0xff);
    const offset = this.#grow(1);
    this.#view.setUint8(offset, value);
    return this;
  }

  u16(value: number): this {
    within(value, 0xffff);
    const offset = this.#grow(2);
    this.#view.setUint16(offset, value, true);
    return this;
  }

  u32(value: number): this {
    within(value, 0xffff_ffff);
    const offset = this.#grow(4);
    this.#view.setUint32(offset, value, true);
    return this;
  }

  u64(value: number): this {
    within(value, Number.MAX_SAFE_INTEGER);
    const offset = this.#grow(8);
    this.#view.setUint32(offset, value % 0x1_0000_0000, true);
    this.#view.setUint32(offset + 4, Math.floor(value / 0x1_0000_0000), true);
    return this;
  }

  varint(value: number): this {
    if (value < 0xfd) return this.u8(value);
    if (value <= 0xffff) return this.u8(0xfd).u16(value);
    if (value <= 0xffff_ffff) return this.u8(0xfe).u32(value);
    return this.u8(0xff).u64(value);
  }

  /** Exactly `length` bytes given as hexadecimal. */
  hex(value: string, length: number): this {
    if (value.length !== 2 * length) throw new RangeError(`${value.length / 2} bytes given, ${length} expected`);
    return this.bytes(hexToBytes(value));
  }

  /** A byte string given as hexadecimal, preceded by its length. */
  varHex(value: string): this {
    return this.varint(value.length / 2).bytes(hexToBytes(value));
  }

  /** A text as UTF-8, preceded by its length in bytes. */
  text(value: string): this {
    if (!value.isWellFormed()) throw new RangeError("the text holds half of a surrogate pair");
    const bytes = utf8Encoder.encode(value);
    return this.varint(bytes.length).bytes(bytes);
  }

  list<T>(entries: readonly T[], write: (writer: this, entry: T) => void): this {
    this.varint(entries.length);
    for (const entry of entries) write(this, entry);
    return this;
  }

  /** Bytes as they are, without a length. */
  bytes(bytes: Uint8Array): this {
    const offset = this.#grow(bytes.length);
    this.#bytes.set(bytes, offset);
    return this;
  }

  /** A copy of what was written. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  /** Makes room for `by` more bytes, which may replace the buffer and its view; gives the place of the first. */
  #grow(by: number): number {
    const offset = this.#length;
    this.#length += by;
    if (this.#length > this.#bytes.length) {
      const bytes = new Uint8Array(Math.max(2 * this.#bytes.length, this.#length));
      bytes.set(this.#bytes.subarray(0, offset));
      this.#bytes = bytes;
      this.#view = new DataView(bytes.buffer);
    }
    return offset;
  }
}

function within(value: number, max: number): void {
  if (!Number.isInteger(value) || value < 0 || value > max)
    throw new RangeError(`${value} is not an integer in 0..${max}`);
}
