import { appendFileSync, cpSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { type IncomingMessage, request } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { afterEach, beforeAll, expect, test } from "vitest";
import { PlaybackFollower } from "../../../src/lab/playback/follower.ts";
import { findRun } from "../../../src/lab/watch/find-run.ts";
import { serveRun, type WatchServer } from "../../../src/lab/watch/server.ts";
import { Streams } from "../../../src/sim/streams.ts";
import { scratchFolder } from "../../support/scratch.ts";
import { finishedRun } from "./watched.ts";

const results = scratchFolder();
const finished = join(results, "network", "20260131T120000Z-quick");
const playback = join(finished, "cells", "mixed-redundant-run-0", "playback.jsonl");
const cell = "mixed, redundant, run 0";
beforeAll(() => finishedRun(finished));

let server: WatchServer | undefined;
afterEach(() => server?.close());

async function serve(given: string): Promise<WatchServer> {
  server = await serveRun(findRun(given, results), 0);
  return server;
}

interface ServerEvent {
  readonly event: string;
  readonly id: string | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the server says; the tests say what they expect
  readonly data: any;
}

/** A reader of server-sent events, after the letter of the standard. */
class Events {
  readonly all: ServerEvent[] = [];
  #text = "";
  #heard = () => {};
  readonly #stop: () => void;

  private constructor(response: IncomingMessage, stop: () => void) {
    this.#stop = stop;
    response.setEncoding("utf8").on("data", (piece: string) => {
      this.#text += piece;
      for (let end = this.#text.indexOf("\n\n"); end >= 0; end = this.#text.indexOf("\n\n")) {
        this.#take(this.#text.slice(0, end));
        this.#text = this.#text.slice(end + 2);
      }
      this.#heard();
    });
  }

  static open(url: string, headers: Record<string, string> = {}): Promise<Events> {
    return new Promise((resolve, reject) => {
      const asked = request(url, { headers }, (response) => {
        expect(response.headers["content-type"]).toBe("text/event-stream; charset=utf-8");
        resolve(new Events(response, () => asked.destroy()));
      });
      asked.on("error", reject).end();
    });
  }

  #take(block: string): void {
    const field = (name: string) =>
      block
        .split("\n")
        .find((line) => line.startsWith(`${name}: `))
        ?.slice(name.length + 2);
    const data = field("data");
    if (data !== undefined) this.all.push({ event: field("event")!, id: field("id"), data: JSON.parse(data) });
  }

  async until(there: (events: readonly ServerEvent[]) => boolean): Promise<void> {
    while (!there(this.all)) await new Promise<void>((resolve) => (this.#heard = resolve));
  }

  /** All lines of the cell so far. */
  lines(): unknown[] {
    return this.all.filter(({ event }) => event === "lines").flatMap(({ data }) => data.lines);
  }

  close(): void {
    this.#stop();
  }
}

const eventsUrl = (id: string) => `${server!.url}events?cell=${encodeURIComponent(id)}`;

function get(
  url: string,
  options: object = {},
): Promise<{ status: number; headers: IncomingMessage["headers"]; text: string }> {
  return new Promise((resolve, reject) => {
    request(url, options, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (piece) => {
        text += piece;
      });
      response.on("end", () => resolve({ status: response.statusCode!, headers: response.headers, text }));
    })
      .on("error", reject)
      .end();
  });
}

test("a finished run is all there at once: its cells, and the lines of the one asked for, each once", async () => {
  await serve(finished);
  const events = await Events.open(eventsUrl(cell));
  await events.until((all) => all.length >= 2);
  const [run, lines] = events.all;
  expect(run!.event).toBe("run");
  expect(run!.data).toEqual({
    experiment: "network",
    folder: finished,
    finished: true,
    cells: [{ id: cell, ended: true, progress: 1 }],
  });
  const whole = new PlaybackFollower(playback).read().lines;
  expect(lines!.data).toEqual({ fresh: false, lines: JSON.parse(JSON.stringify(whole)) });
  expect(lines!.id).toBe(String(whole.length));
  events.close();
});

test("who has lost the connection gets what it has not had", async () => {
  await serve(finished);
  const whole = new PlaybackFollower(playback).read().lines;
  const events = await Events.open(eventsUrl(cell), { "last-event-id": "100" });
  await events.until((all) => all.length >= 2);
  expect(events.lines()).toEqual(JSON.parse(JSON.stringify(whole.slice(100))));
  events.close();
});

test("a run under way is followed line by line, into the folder of the finished run", async () => {
  const underWay = join(results, "network", "unfinished", "0123456789abcdef.cells");
  const attempt = join(underWay, ".attempt-1-0");
  const bytes = readFileSync(playback);
  mkdirSync(attempt, { recursive: true });
  writeFileSync(join(attempt, "playback.jsonl"), bytes.subarray(0, 20_000));
  await serve(underWay);
  const events = await Events.open(eventsUrl(cell));
  await events.until((all) => all.some(({ event }) => event === "lines"));
  expect(events.all[0]!.data).toMatchObject({ finished: false, cells: [{ id: cell, ended: false }] });
  const before = events.lines().length;

  appendFileSync(join(attempt, "playback.jsonl"), bytes.subarray(20_000, 40_000));
  await events.until(() => events.lines().length > before);
  expect(events.all.findLast(({ event }) => event === "lines")!.data.fresh).toBe(true);
  expect(events.all.filter(({ event }) => event === "run").length).toBeGreaterThan(1);

  // The cell is done, another has been left behind by a kill, and then the whole run is done.
  appendFileSync(join(attempt, "playback.jsonl"), bytes.subarray(40_000));
  renameSync(attempt, join(underWay, "mixed-redundant-run-0"));
  await events.until((all) => all.some(({ event, data }) => event === "run" && data.cells[0]?.ended === true));
  const done = join(results, "network", "20990101T000000Z");
  cpSync(join(underWay, "mixed-redundant-run-0"), join(done, "cells", "mixed-redundant-run-0"), { recursive: true });
  writeFileSync(join(done, "manifest.json"), "{}");
  rmSync(underWay, { recursive: true });
  await events.until((all) => all.some(({ event, data }) => event === "run" && data.finished === true));
  expect(events.all.at(-1)!.data).toMatchObject({ folder: done, cells: [{ id: cell, ended: true, progress: 1 }] });
  expect(events.lines()).toEqual(JSON.parse(JSON.stringify(new PlaybackFollower(playback).read().lines)));
  expect(events.all.some(({ event }) => event === "restart")).toBe(false);
  events.close();
  rmSync(done, { recursive: true });
});

test("a cell that is begun anew is begun anew for whoever watches", async () => {
  const underWay = join(results, "other", "unfinished", "0123456789abcdef.cells", ".attempt-1-0");
  const bytes = readFileSync(playback);
  mkdirSync(underWay, { recursive: true });
  const file = join(underWay, "playback.jsonl");
  writeFileSync(file, bytes.subarray(0, 20_000));
  await serve("other");
  const events = await Events.open(eventsUrl(cell));
  await events.until((all) => all.some(({ event }) => event === "lines"));
  writeFileSync(file, bytes.subarray(0, 4000));
  await events.until((all) => all.at(-1)?.event === "lines" && all.some(({ event }) => event === "restart"));
  expect(events.all.at(-1)!.data.lines[0]).toMatchObject({ format: "camelid-playback/1" });

  // And what is no playback is said once.
  appendFileSync(file, "\nno playback\n");
  await events.until((all) => all.some(({ event }) => event === "problem"));
  expect(events.all.find(({ event }) => event === "problem")!.data.message).toMatch(
    /playback\.jsonl:\d+: expected JSON/,
  );
  events.close();
});

test("there is one page and one stream, for this machine under its own name, and no way to any file", async () => {
  const { url } = await serve(finished);
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
  const page = await get(url);
  expect(page.status).toBe(200);
  expect(page.headers["content-security-policy"]).toMatch(/^default-src 'none'; script-src 'sha256-/);
  expect(page.text).not.toMatch(/(?:src|href)="(?!data:)/);
  for (const path of [
    "rows.csv",
    "manifest.json",
    "cells/",
    "%2e%2e/%2e%2e/etc/passwd",
    "events/../../rows.csv",
    "page-script.js",
  ])
    expect((await get(`${url}${path}`)).status).toBe(404);
  expect((await get(url, { headers: { host: "camelid.example:80" } })).status).toBe(403);
  expect((await get(url, { method: "POST" })).status).toBe(405);
  expect((await get(url, { method: "HEAD" })).text).toBe("");

  for (const id of ["../../rows.csv", "../mixed-redundant-run-0", "/etc/passwd", ""]) {
    const events = await Events.open(eventsUrl(id));
    await events.until((all) => all.length > 0);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(events.lines()).toEqual([]);
    events.close();
  }
});

/** The first line of what the server answers to these bytes; "" if it closes without a word, or waits for more. */
function answerTo(bytes: Buffer | string): Promise<string> {
  const { hostname, port } = new URL(server!.url);
  return new Promise((resolve) => {
    let text = "";
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    socket.setTimeout(300, () => socket.destroy());
    socket.on("data", (piece) => {
      text += piece.toString("latin1");
      if (text.includes("\r\n")) socket.destroy();
    });
    socket.on("error", () => {});
    socket.on("close", () => resolve(text.split("\r\n")[0]!));
  });
}

test("targets that are no addresses are answered, and the Host is looked at first", async () => {
  const { host } = new URL((await serve(finished)).url);
  const ask = (target: string, from: string) => answerTo(`GET ${target} HTTP/1.1\r\nHost: ${from}\r\n\r\n`);
  for (const target of [
    "//",
    "///",
    "//[",
    "//:99999",
    "http://[::1",
    "http://%",
    "/%",
    "/%ff",
    "/\\",
    "*",
    "/events/",
  ]) {
    expect([target, await ask(target, host)]).toEqual([target, "HTTP/1.1 404 Not Found"]);
    expect([target, await ask(target, "camelid.example")]).toEqual([target, "HTTP/1.1 403 Forbidden"]);
  }
  expect(await ask("/events?cell=%ff%", host)).toBe("HTTP/1.1 200 OK");
  expect((await get(server!.url)).status).toBe(200);
});

test("no bytes end the server or keep others waiting", async () => {
  const { host } = new URL((await serve(finished)).url);
  const draws = new Streams("watch/fuzz").fresh("requests");
  const pick = <T>(list: readonly T[]) => list[draws.below(list.length)]!;
  const noise = (length: number) => Buffer.from(Array.from({ length }, () => draws.below(256))).toString("latin1");
  const requests = Array.from({ length: 200 }, () => {
    const method = pick(["GET", "HEAD", "POST", "OPTIONS", "CONNECT", "TRACE", noise(3)]);
    const target =
      pick(["/", "//", "/events", "/events?cell=", "http://", "?", "*"]) + pick(["", "//", "%", noise(20)]);
    const header = pick(["", `Host: ${host}`, "Host: [", "Last-Event-ID: 1e999", "Upgrade: websocket", noise(30)]);
    return `${method} ${target} HTTP/${pick(["1.1", "1.0", "9.9"])}\r\nHost: ${host}\r\n${header}\r\n\r\n`;
  });
  const { hostname, port } = new URL(server!.url);
  // One that sends a header and never its end, and one that asks for lines and never reads them.
  const slow = [
    "GET / HTTP/1.1\r\nHost:",
    `GET /events?cell=${encodeURIComponent(cell)} HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
  ];
  const clients = slow.map((text) =>
    connect(Number(port), hostname, function write(this: void) {
      clients[slow.indexOf(text)]!.pause().write(text);
    }),
  );
  for (let i = 0; i < requests.length; i += 20)
    await Promise.all(requests.slice(i, i + 20).map((bytes) => answerTo(Buffer.from(bytes, "latin1"))));
  const page = await get(server!.url);
  expect([page.status, page.text.length > 1000]).toEqual([200, true]);
  const events = await Events.open(eventsUrl(cell));
  await events.until((all) => all.some(({ event }) => event === "lines"));
  events.close();
  for (const client of clients) client.destroy();
});

test("a playback whose header lacks columns is said to whoever opens it, and the server goes on", async () => {
  const folder = join(results, "headless", "20260131T120000Z");
  const place = join(folder, "cells", "a");
  mkdirSync(place, { recursive: true });
  writeFileSync(join(folder, "manifest.json"), "{}");
  const [header, next] = readFileSync(playback, "utf8").split("\n");
  for (const change of [
    { columns: undefined },
    { columns: {} },
    { groups: [{ party: "__proto__" }] },
    { groups: [null] },
  ]) {
    writeFileSync(join(place, "playback.jsonl"), `${JSON.stringify({ ...JSON.parse(header!), ...change })}\n${next}\n`);
    await serve(folder);
    const events = await Events.open(eventsUrl(cell));
    await events.until((all) => all.some(({ event }) => event === "problem"));
    expect(events.all.at(-1)!.data.message).toContain("playback.jsonl:1: expected a header");
    events.close();
    await server!.close();
  }
});

test("a port that is taken is refused", async () => {
  const { url } = await serve(finished);
  await expect(serveRun(findRun(finished, results), Number(new URL(url).port))).rejects.toThrow("EADDRINUSE");
});
