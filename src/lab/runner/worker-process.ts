import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { LabError } from "../errors.ts";
import type { CellTask, FromWorker, ToWorker, WorkOrder } from "./messages.ts";
import { FatalRunError, type SerializedError } from "./serialized-error.ts";

/** A cell that did not give its rows: an error of its own, or the death of its worker. */
export class CellError extends LabError {
  override readonly name = "CellError";
  readonly serialized: SerializedError;

  constructor(serialized: SerializedError) {
    super(serialized.code ?? "cell-failed", "cell", serialized.message);
    this.serialized = serialized;
  }
}

export interface CellAnswer {
  readonly rows: string;
  readonly wallMs: number;
}

export interface WorkerOptions {
  /** Limit of its JavaScript heap; Node's own unless given. */
  readonly memoryMegabytes?: number;
  /** Told one line when a cell goes on after something was wrong, such as a damaged transcript. */
  readonly onProblem: (line: string) => void;
}

/**
 * The runner's end of a worker process. Processes, not threads: a thread that runs out of memory, or ends while llama.cpp
 * computes, takes the whole process with it (docs/runner.md), and a process can be killed at any moment.
 */
export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  #answer: { resolve: (message: FromWorker) => void; reject: (error: Error) => void } | undefined;
  #death: CellError | undefined;
  #order: WorkOrder | undefined;
  #stderrTail = "";

  constructor({ memoryMegabytes, onProblem }: WorkerOptions) {
    this.#child = fork(fileURLToPath(new URL("./worker-main.ts", import.meta.url)), {
      execArgv: memoryMegabytes === undefined ? [] : [`--max-old-space-size=${memoryMegabytes}`],
      serialization: "advanced",
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    this.#child.stderr!.setEncoding("utf8").on("data", (text: string) => {
      this.#stderrTail = (this.#stderrTail + text).slice(-stderrTailLength);
    });
    this.#child.on("message", (message: FromWorker) => {
      if (message.type === "problem") onProblem(message.line);
      else this.#take()?.resolve(message);
    });
    this.#ended = new Promise((resolve) => {
      const die = (how: string) => {
        this.#death ??= new CellError(deathOf(how, this.#stderrTail));
        this.#take()?.reject(this.#death);
        resolve();
      };
      this.#child.on("error", ({ message }) => die(message));
      this.#child.on("close", (code, signal) => die(signal ?? `exit code ${code}`));
    });
  }

  /** Errors: CellError; FatalRunError for what concerns all cells. */
  async run({ order, cell, name, folder }: CellTask): Promise<CellAnswer> {
    if (this.#order !== order) {
      await this.#ask({ type: "open", order });
      this.#order = order;
    }
    const message = await this.#ask({ type: "run", cell, name, folder });
    if (message.type !== "rows") throw new Error(`a worker answered '${message.type}' to a cell`);
    return message;
  }

  /** Has the cell under way given up at its next step. */
  stop(): void {
    this.#send({ type: "stop" });
  }

  kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    return this.#ended;
  }

  /** Lets it close its models and end. */
  async close(): Promise<void> {
    const killTimer = setTimeout(() => this.#child.kill("SIGKILL"), closingMs);
    this.#send({ type: "close" });
    await this.#ended;
    clearTimeout(killTimer);
  }

  async #ask(message: ToWorker): Promise<FromWorker> {
    if (this.#death !== undefined) throw this.#death;
    const answer = new Promise<FromWorker>((resolve, reject) => {
      this.#answer = { resolve, reject };
    });
    this.#send(message);
    const answered = await answer;
    if (answered.type !== "failed") return answered;
    throw answered.endsRun ? new FatalRunError(answered.error) : new CellError(answered.error);
  }

  #send(message: ToWorker): void {
    this.#child.send(message, () => {}); // a channel that is closed is told by "close"
  }

  #take() {
    const answer = this.#answer;
    this.#answer = undefined;
    return answer;
  }
}

const closingMs = 5000;
const stderrTailLength = 8000;

function deathOf(how: string, stderrTail: string): SerializedError {
  const reason = /heap out of memory/.test(stderrTail)
    ? "its JavaScript heap was full; a smaller cell needs less of it"
    : how === "SIGKILL"
      ? "killed from outside, as a system does that has run out of memory; fewer --workers need less of it"
      : "see its last words";
  return { type: "WorkerDeath", code: how, message: `the worker died (${how}): ${reason}`, stack: stderrTail };
}
