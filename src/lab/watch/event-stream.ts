import type { IncomingMessage, ServerResponse } from "node:http";

/** Server-sent events to one reader (HTML standard, 9.2). Data is JSON, which has no line ends. */
export class EventStream {
  readonly #response: ServerResponse;

  constructor(response: ServerResponse) {
    this.#response = response;
    response.writeHead(200, {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
    });
    // After a lost connection the reader comes back so soon.
    response.write("retry: 1000\n\n");
  }

  get open(): boolean {
    return !this.#response.writableEnded && !this.#response.destroyed;
  }

  /** Whether what was sent still waits to be taken. */
  get isBehind(): boolean {
    return this.#response.writableNeedDrain;
  }

  /** `id` comes back as the reader's `Last-Event-ID` when it has lost the connection. */
  send(event: string, data: unknown, id?: string): void {
    const idLine = id === undefined ? "" : `id: ${id}\n`;
    this.#response.write(`event: ${event}\n${idLine}data: ${JSON.stringify(data)}\n\n`);
  }

  /** Says nothing, and finds out whether somebody is there. */
  ping(): void {
    if (!this.isBehind) this.#response.write(": ping\n\n");
  }

  onClose(then: () => void): void {
    this.#response.on("close", then);
  }
}

export function lastEventId(request: IncomingMessage): string | undefined {
  const id = request.headers["last-event-id"];
  return typeof id === "string" ? id : undefined;
}
