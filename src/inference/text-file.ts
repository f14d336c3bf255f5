import { isUtf8 } from "node:buffer";
import { closeSync, fstatSync, openSync, readFileSync, statSync } from "node:fs";

const mostBytes = 256e6;

/**
 * A whole text file as UTF-8 with line feeds: a byte order mark and the carriage returns of Windows' line ends are dropped, so that
 * the same text is the same whatever editor or checkout wrote it. Pipes and devices, which may never end, files too large to be
 * meant, and bytes that are no UTF-8 are refused with an error whose `code` says so in words; otherwise the system's own errors.
 */
export function readTextFile(path: string): string {
  const bytes = readBoundedFile(path, mostBytes);
  if (!isUtf8(bytes)) throw refusal(`not UTF-8 text: ${firstBadByte(bytes)}; save it as UTF-8`);
  const text = bytes.toString("utf8");
  return (text.startsWith("\ufeff") ? text.slice(1) : text).replaceAll("\r\n", "\n");
}

/** A whole file that is a regular one, no larger than `most` bytes. Errors as of `readTextFile`. */
export function readBoundedFile(path: string, most: number): Buffer {
  // Looked at before it is opened, too: opening a pipe waits for a writer.
  refuseOdd(statSync(path), most);
  const descriptor = openSync(path, "r");
  try {
    refuseOdd(fstatSync(descriptor), most);
    return readFileSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function refuseOdd(found: { isFile(): boolean; readonly size: number }, most: number): void {
  if (!found.isFile()) throw refusal("not a regular file");
  if (found.size > most) throw refusal(`larger than ${most / 1e6} MB`);
}

function refusal(reason: string): Error {
  return Object.assign(new Error(reason), { code: reason });
}

/** "line 3 has the byte 0xfc at 17" (from 1, in the line). */
function firstBadByte(bytes: Buffer): string {
  if (bytes.length >= 2 && ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)))
    return "line 1 begins as UTF-16 does";
  // The longest beginning that is UTF-8 up to a cut character: the byte after its last whole character is the culprit.
  let [good, bad] = [0, bytes.length];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (isUtf8(wholeCharacters(bytes.subarray(0, middle)))) good = middle;
    else bad = middle;
  }
  const at = wholeCharacters(bytes.subarray(0, good)).length;
  const before = bytes.subarray(0, at);
  const line = before.reduce((count, byte) => (byte === 0x0a ? count + 1 : count), 1);
  const inLine = at - before.lastIndexOf(0x0a);
  return `line ${line} has the byte 0x${bytes[at]!.toString(16).padStart(2, "0")} at ${inLine}`;
}

/** Without the beginning of a character at the end. */
function wholeCharacters(bytes: Buffer): Buffer {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) return bytes;
    if (byte < 0xc0) continue;
    const needed = byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    return needed > back ? bytes.subarray(0, bytes.length - back) : bytes;
  }
  return bytes;
}
