import { styleText } from "node:util";

/** A stream that a person may be looking at. */
export type Output = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };

/** What of a process the command line uses: `process` is one, and a test brings its own. */
export interface Io {
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly stdout: Output;
  readonly stderr: Output;
  /** For SIGINT and SIGTERM. */
  on(signal: string, listener: () => void): unknown;
  off(signal: string, listener: () => void): unknown;
  exitCode?: number | string | null | undefined;
}

/** One command line at work. */
export class Cli {
  readonly words: readonly string[];
  readonly #io: Io;

  constructor(words: readonly string[], io: Io) {
    this.words = words;
    this.#io = io;
  }

  get stdin(): Io["stdin"] {
    return this.#io.stdin;
  }

  get stdout(): Output {
    return this.#io.stdout;
  }

  get stderr(): Output {
    return this.#io.stderr;
  }

  set exitCode(code: number) {
    this.#io.exitCode = code;
  }

  /** A signal that Ctrl-C and a request to end (SIGTERM) abort while `work` runs. */
  async interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    const abort = () => controller.abort();
    for (const name of ["SIGINT", "SIGTERM"]) this.#io.on(name, abort);
    try {
      return await work(controller.signal);
    } finally {
      for (const name of ["SIGINT", "SIGTERM"]) this.#io.off(name, abort);
    }
  }

  print(text: string): void {
    this.stdout.write(`${text}\n`);
  }

  printError(text: string): void {
    this.stderr.write(`${text}\n`);
  }

  /** Bold on a terminal that wants colour (NO_COLOR is respected by styleText's stream check). */
  bold(text: string): string {
    return styleText("bold", text, { stream: this.stdout });
  }

  /** Text broken into lines that fit the terminal (100 characters where nobody can say), each indented by some blanks. */
  paragraph(text: string, indent = 0): string {
    const width = Math.max(20, (this.stdout.columns ?? 100) - indent);
    const lines = [""];
    for (const word of text.split(" ")) {
      const longer = lines.at(-1) === "" ? word : `${lines.at(-1)} ${word}`;
      if (longer.length <= width || lines.at(-1) === "") lines[lines.length - 1] = longer;
      else lines.push(word);
    }
    return lines.map((line) => " ".repeat(indent) + line).join("\n");
  }
}
