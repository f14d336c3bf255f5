import { createHash } from "node:crypto";
import { appendFileSync, mkdirSync, readFileSync, renameSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { modelIdentity, OpenModelFile, requireModelRoot } from "../../src/inference/model-file.ts";
import { modelChunker } from "../../src/protocol/model-chunks.ts";
import { modelFileError, scratchFolder } from "./gguf/scratch.ts";

const folder = scratchFolder();

/** Deterministic bytes that repeat nowhere within a chunk. */
function content(bytes: number): Uint8Array {
  return Uint8Array.from({ length: bytes }, (_, i) => (i * i + (i >>> 8) * 31) % 251);
}

function file(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

test("native SHA-256 gives the root of the protocol's own, for sizes around the chunk's", async () => {
  for (const bytes of [1, 4095, 4096, 4097, 3 * 4096, 3 * 4096 + 5]) {
    const data = content(bytes);
    const pure = modelChunker(4096);
    pure.update(data);
    const { root, leaves } = pure.finish();
    const identity = await modelIdentity(file("sizes", data), { chunkBytes: 4096 });
    expect(identity).toEqual({ root: hex(root), fileBytes: bytes, chunkBytes: 4096, chunks: leaves.map(hex) });
  }
});

test("so it does for an embedded model, and the file's SHA-256 comes along where asked for", async () => {
  const path = "models/tales-draft-q8_0.gguf";
  const data = readFileSync(path);
  const pure = modelChunker();
  pure.update(data);
  const identity = await modelIdentity(path, { withSha256: true });
  expect(identity.root).toBe(hex(pure.finish().root));
  expect(identity.sha256).toBe(createHash("sha256").update(data).digest("hex"));
});

test("one changed byte changes the root and the hash of its chunk only", async () => {
  const data = content(10 * 4096);
  const before = await modelIdentity(file("before", data), { chunkBytes: 4096 });
  data[7 * 4096 + 1]! ^= 1;
  const after = await modelIdentity(file("after", data), { chunkBytes: 4096 });
  expect(after.root).not.toBe(before.root);
  expect(after.chunks.flatMap((chunk, i) => (chunk === before.chunks[i] ? [] : [i]))).toEqual([7]);
});

test("zeros behind the end, or another chunk size, make another identity", async () => {
  const path = file("padded", content(4096));
  const before = await modelIdentity(path);
  expect((await modelIdentity(path, { chunkBytes: 1024 })).root).not.toBe(before.root);
  truncateSync(path, 4097);
  expect((await modelIdentity(path)).root).not.toBe(before.root);
});

test("memory does not grow with the file", async () => {
  const path = join(folder, "sparse");
  writeFileSync(path, "");
  truncateSync(path, 256 * 2 ** 20);
  const before = process.memoryUsage();
  let most = 0;
  await modelIdentity(path, {
    onProgress: () => {
      const { arrayBuffers, heapUsed } = process.memoryUsage();
      most = Math.max(most, arrayBuffers + heapUsed - before.arrayBuffers - before.heapUsed);
    },
  });
  expect(most).toBeLessThan(64 * 2 ** 20);
});

test("a file that grows under our eyes is refused", async () => {
  const path = file("growing", content(3 * 2 ** 20));
  let grown = false;
  const onProgress = () => {
    if (!grown) appendFileSync(path, "more");
    grown = true;
  };
  expect((await modelFileError(() => modelIdentity(path, { onProgress }))).code).toBe("changed");
});

test("other bytes under the same name, size and time are another identity, however often the file was read", async () => {
  const anHourAgo = new Date(Date.now() - 3_600_000);
  const put = (bytes: Uint8Array): string => {
    const path = file("same-times", bytes);
    utimesSync(path, anHourAgo, anHourAgo);
    return path;
  };
  const path = put(content(5000));
  const { root } = await modelIdentity(path);
  await setTimeout(2100); // from then on what was read is remembered
  await modelIdentity(path);
  const onProgress = () => expect.unreachable("read again");
  expect((await modelIdentity(path, { onProgress })).root).toBe(root);
  put(content(5000).map((byte) => byte ^ 1));
  expect((await modelIdentity(path)).root).not.toBe(root);
  const { code, message } = await modelFileError(() => requireModelRoot(path, root));
  expect(code).toBe("changed");
  expect(message).toContain(`same-times: expected the root ${root.slice(0, 16)}..., with which this work began`);
  put(content(5000));
  await requireModelRoot(path, root);
});

describe("a file held open", () => {
  /** Longer than a tick of any file system's clock. */
  const tick = () => setTimeout(50);

  test("is in place until another takes its name, even for a moment; what was opened stays what it is", async () => {
    const path = file("held", content(5000));
    await using held = await OpenModelFile.open(path);
    await held.requireInPlace();
    await tick();
    renameSync(path, `${path}.away`);
    expect((await modelFileError(() => held.requireInPlace())).code).toBe("changed");
    file("held", content(4000));
    expect((await modelFileError(() => held.requireInPlace())).message).toContain("replaced while it was opened");
    await held.requireUntouched();
    renameSync(`${path}.away`, path);
    expect((await modelFileError(() => held.requireInPlace())).code).toBe("changed");
  });

  test("is not what it was when somebody writes into it", async () => {
    const path = file("written", content(5000));
    await using held = await OpenModelFile.open(path);
    await held.requireUntouched();
    await tick();
    file(
      "written",
      content(5000).map((byte) => byte ^ 1),
    );
    expect((await modelFileError(() => held.requireUntouched())).message).toContain("somebody wrote into the file");
  });
});

test("a missing file, a directory and an interruption are typed errors", async () => {
  mkdirSync(join(folder, "directory"));
  expect((await modelFileError(() => modelIdentity(join(folder, "none")))).code).toBe("not-found");
  expect((await modelFileError(() => modelIdentity(join(folder, "directory")))).code).toBe("not-a-file");
  const path = file("interrupted", content(10));
  expect((await modelFileError(() => modelIdentity(path, { signal: AbortSignal.abort() }))).code).toBe("interrupted");
});
