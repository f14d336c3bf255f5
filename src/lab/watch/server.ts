import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { PlaybackError, PlaybackFollower } from "../playback/follower.ts";
import { EventStream, lastEventId } from "./event-stream.ts";
import type { RunPlace } from "./find-run.ts";
import { watchPage } from "./page.ts";
import { type RunState, WatchedRun } from "./watched-run.ts";

const HOST = "127.0.0.1";
/** Files are looked at so often: polling sees growth on every file system, and costs a stat a file. */
const POLL_MS = 200;
const PING_MS = 15_000;

export interface WatchServer {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves one run's page to this machine and nobody else: `/` is the page, `/events?cell=ID` a stream of server-sent events, and
 * there is nothing else. No request names a file.
 *
 * Events: `run` (state of all cells, whenever it changes); of the cell asked for `lines` (as they come; the first ones are those that
 * are there already), `restart` (what came before is void) and `problem` (nothing more will come).
 *
 * @param port 0 for any that is free
 * @throws the system's error (`EADDRINUSE`) when the port cannot be had
 */
export async function serveRun(place: RunPlace, port: number): Promise<WatchServer> {
  const run = new WatchedRun(place);
  const readers = new Set<Reader>();
  const page = watchPage();
  const server = createServer((request, response) => {
    try {
      respond(request, response);
    } catch {
      // The run's folder changes under us; whoever asks again finds it as it is then.
      if (response.headersSent) response.destroy();
      else answer(response, 500, "the run cannot be read just now; ask again");
    }
  });
  const respond = (request: IncomingMessage, response: ServerResponse) => {
    const refusal = refusalOf(request, server);
    const [path, query = ""] = splitAtFirst(request.url ?? "/", "?");
    if (refusal !== undefined) answer(response, refusal.status, refusal.text);
    else if (path === "/") {
      response.writeHead(200, { "content-type": "text/html; charset=utf-8", ...page.headers });
      response.end(request.method === "HEAD" ? undefined : page.html);
    } else if (path === "/events" && request.method === "GET") {
      const reader = new Reader(
        new EventStream(response),
        new URLSearchParams(query).get("cell"),
        lastEventId(request),
      );
      readers.add(reader);
      response.on("close", () => readers.delete(reader));
      reader.look(run, run.look());
    } else answer(response, 404, "there is nothing here; the page is at /");
  };

  const poll = setInterval(() => {
    if (readers.size === 0) return;
    try {
      const state = run.look();
      for (const reader of readers) reader.look(run, state);
    } catch {
      // A file that went between two looks at it: the next poll sees what is there.
    }
  }, POLL_MS);
  const ping = setInterval(() => {
    for (const reader of readers) reader.stream.ping();
  }, PING_MS);
  const close = () =>
    new Promise<void>((resolve) => {
      clearInterval(poll);
      clearInterval(ping);
      server.close(() => resolve());
      server.closeAllConnections();
    });
  try {
    await new Promise<void>((resolve, reject) => server.once("error", reject).listen(port, HOST, resolve));
  } catch (error) {
    clearInterval(poll);
    clearInterval(ping);
    throw error;
  }
  return { url: `http://${HOST}:${portOf(server)}/`, close };
}

/** Other pages' scripts must not read ours: a name that was made to point to this machine is no name of ours. */
function refusalOf({ method, headers }: IncomingMessage, server: Server): { status: number; text: string } | undefined {
  const hosts = [`${HOST}:${portOf(server)}`, `localhost:${portOf(server)}`];
  if (!hosts.includes(headers.host ?? "")) return { status: 403, text: `this is ${hosts[0]}, and no other host` };
  if (method !== "GET" && method !== "HEAD") return { status: 405, text: "this page is for reading" };
  return undefined;
}

/** A request's target is compared as it is, never parsed as an address: there are two paths, and parsing throws for `//`. */
function splitAtFirst(text: string, mark: string): [string, string?] {
  const at = text.indexOf(mark);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + mark.length)];
}

function answer(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8" });
  response.end(`${text}\n`);
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** Somebody who looks at one cell, or at none yet. */
class Reader {
  readonly stream: EventStream;
  readonly #cell: string | null;
  #follower: PlaybackFollower | undefined;
  /** Lines that the reader had before it lost the connection. */
  #skip: number;
  #lastState = "";
  #failed = false;

  constructor(stream: EventStream, cell: string | null, lastId: string | undefined) {
    this.stream = stream;
    this.#cell = cell;
    this.#skip = Number(lastId ?? 0) || 0;
  }

  look(run: WatchedRun, state: RunState): void {
    // Whoever reads too slowly gets what has piled up later, in one piece: it waits on the disk, not in our memory.
    if (this.stream.isBehind) return;
    const text = JSON.stringify(state);
    if (text !== this.#lastState) this.stream.send("run", state);
    this.#lastState = text;
    const file = this.#cell === null || this.#failed ? undefined : run.fileOf(this.#cell);
    if (file !== undefined) this.#read(file);
  }

  #read(file: string): void {
    const first = this.#follower === undefined;
    this.#follower ??= new PlaybackFollower(file);
    const follower = this.#follower;
    if (follower.path !== file) follower.moveTo(file);
    try {
      const { restarted, lines } = follower.read();
      if (restarted) {
        this.stream.send("restart", {});
        this.#skip = 0;
      }
      const wanted = lines.slice(this.#skip);
      this.#skip = Math.max(0, this.#skip - lines.length);
      if (wanted.length > 0) this.stream.send("lines", { fresh: !first, lines: wanted }, String(follower.lines));
    } catch (error) {
      if (!(error instanceof PlaybackError)) throw error;
      this.#failed = true;
      this.stream.send("problem", { message: error.message });
    }
  }
}
