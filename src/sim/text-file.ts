import { closeSync, openSync, writeSync } from "node:fs";

/** Where logs and traces go: a file, an array of strings in a test, a page that watches. */
export type TextSink = (text: string) => void;

const BUFFER_CHARACTERS = 1 << 16;

/** A file written in large synchronous pieces: a stream would keep a whole run in memory, since the kernel never awaits. */
export class TextFile {
  readonly #descriptor: number;
  #buffer = "";

  constructor(path: string) {
    this.#descriptor = openSync(path, "w");
  }

  readonly write: TextSink = (text) => {
    this.#buffer += text;
    if (this.#buffer.length >= BUFFER_CHARACTERS) this.#flush();
  };

  close(): void {
    this.#flush();
    closeSync(this.#descriptor);
  }

  #flush(): void {
    const bytes = Buffer.from(this.#buffer, "utf8");
    for (let written = 0; written < bytes.length; ) written += writeSync(this.#descriptor, bytes, written);
    this.#buffer = "";
  }
}
