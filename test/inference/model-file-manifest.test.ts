import {
  copyFileSync,
  existsSync,
  globSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { synthesizeModel } from "../../src/inference/gguf/synthesize.ts";
import { encodeHeader } from "../../src/inference/gguf/write-header.ts";
import { modelIdentity } from "../../src/inference/model-file.ts";
import { importModel } from "../../src/inference/model-file-import.ts";
import {
  damagedChunks,
  listedModelIdentity,
  manifestEntry,
  readManifest,
  writeManifest,
} from "../../src/inference/model-file-manifest.ts";
import { modelFileError, scratchFolder } from "./gguf/scratch.ts";

const scratch = scratchFolder();
const source = join(scratch, "some.gguf");
let folders = 0;

beforeAll(() => synthesizeModel({ path: source, shape: "tiny", weightFormat: "F16", seed: 1 }));

function freshFolder(): string {
  const folder = join(scratch, `folder-${folders++}`);
  mkdirSync(folder);
  return folder;
}

test("the project's manifest describes exactly the GGUF files that lie beside it", async () => {
  const manifest = await readManifest("models");
  expect([...manifest.keys()].sort()).toEqual(
    globSync("models/*.gguf")
      .map((path) => basename(path))
      .sort(),
  );
  for (const [name, entry] of manifest)
    expect(manifestEntry(await modelIdentity(join("models", name), { withSha256: true }))).toEqual(entry);
});

test("what is written is read back", async () => {
  const folder = freshFolder();
  const entry = manifestEntry(await modelIdentity(source, { withSha256: true, chunkBytes: 65536 }));
  await writeManifest(
    folder,
    new Map([
      ["b.gguf", entry],
      ["a.gguf", entry],
    ]),
  );
  expect([...(await readManifest(folder))]).toEqual([
    ["a.gguf", entry],
    ["b.gguf", entry],
  ]);
  expect(readdirSync(folder)).toEqual(["manifest.json"]);
});

test("a folder without a manifest has no entries", async () => {
  expect((await readManifest(freshFolder())).size).toBe(0);
});

test.each([
  ["is no JSON", "{", "JSON"],
  ["has another format", '{ "format": "x", "models": {} }', "format"],
  ["misses a hash", '{ "format": "camelid-models/1", "models": { "a.gguf": { "bytes": 1 } } }', "models.a.gguf.sha256"],
])("a manifest that %s is refused, and the place is named", async (_, text, place) => {
  const folder = freshFolder();
  writeFileSync(join(folder, "manifest.json"), text);
  const error = await modelFileError(() => readManifest(folder));
  expect(error.code).toBe("bad-manifest");
  expect(error.message).toContain(place);
  expect(error.message).not.toContain("\n");
});

test("a manifest whose chunks do not lead to its root is refused", async () => {
  const folder = freshFolder();
  const entry = manifestEntry(await modelIdentity(source, { withSha256: true, chunkBytes: 65536 }));
  await writeManifest(folder, new Map([["a.gguf", { ...entry, chunks: entry.chunks.toReversed() }]]));
  expect((await modelFileError(() => readManifest(folder))).message).toContain(
    "models.a.gguf: the root is not the root",
  );
});

test("damage is placed: the chunk that changed, and the chunks that are missing", async () => {
  const copy = join(scratch, "damaged.gguf");
  copyFileSync(source, copy);
  const entry = manifestEntry(await modelIdentity(copy, { withSha256: true, chunkBytes: 65536 }));
  expect(entry.chunks.length).toBe(6);
  const bytes = readFileSync(copy);
  bytes[2 * 65536 + 9]! ^= 1;
  writeFileSync(copy, bytes);
  expect(damagedChunks(entry, await modelIdentity(copy, { chunkBytes: 65536 }))).toEqual([2]);
  truncateSync(copy, 4 * 65536);
  expect(damagedChunks(entry, await modelIdentity(copy, { chunkBytes: 65536 }))).toEqual([2, 4, 5]);
});

describe("a model beside a manifest", () => {
  async function listed(chunkBytes?: number): Promise<string> {
    const folder = freshFolder();
    const path = join(folder, "some.gguf");
    copyFileSync(source, path);
    const identity = await modelIdentity(path, { withSha256: true, ...(chunkBytes && { chunkBytes }) });
    await writeManifest(folder, new Map([["some.gguf", manifestEntry(identity)]]));
    return path;
  }

  test.each([undefined, 65536])("is itself when it is as listed, with chunks of %s", async (chunkBytes) => {
    const path = await listed(chunkBytes);
    expect(await listedModelIdentity(path)).toEqual(await modelIdentity(source));
  });

  test.each([undefined, 65536])(
    "is refused when one bit of its weights is not, with chunks of %s",
    async (chunkBytes) => {
      const path = await listed(chunkBytes);
      const bytes = readFileSync(path);
      bytes[bytes.length - 9]! ^= 1;
      writeFileSync(path, bytes);
      const { code, message } = await modelFileError(() => listedModelIdentity(path));
      expect(code).toBe("not-as-listed");
      expect(message).toContain(`${path}: expected the root`);
      expect(message).toContain(`'camelid models verify ${path}'`);
    },
  );

  test("is itself where the manifest lists others, or is another program's, and refused where ours is damaged", async () => {
    const path = await listed();
    const manifest = join(dirname(path), "manifest.json");
    const text = readFileSync(manifest, "utf8");
    const own = await modelIdentity(source);
    for (const other of [text.replace("some.gguf", "other.gguf"), '{ "schemaVersion": 2, "layers": [] }', "{"]) {
      writeFileSync(manifest, other);
      expect(await listedModelIdentity(path)).toEqual(own);
    }
    writeFileSync(manifest, text.slice(0, -20));
    expect((await modelFileError(() => listedModelIdentity(path))).code).toBe("bad-manifest");
  });
});

test("an imported file is copied or linked, and entered", async () => {
  const copied = freshFolder();
  const linked = freshFolder();
  const { path, entry } = await importModel({ source, folder: copied });
  expect(readFileSync(path).equals(readFileSync(source))).toBe(true);
  expect((await readManifest(copied)).get("some.gguf")).toEqual(entry);
  expect((await importModel({ source, folder: linked, link: true })).entry).toEqual(entry);
  expect(lstatSync(join(linked, "some.gguf")).isSymbolicLink()).toBe(true);
});

test("an import that is refused leaves nothing", async () => {
  const folder = freshFolder();
  const part = join(scratch, "part.gguf");
  writeFileSync(part, encodeHeader([["split.count", "uint32", 3]], []));
  expect((await modelFileError(() => importModel({ source: part, folder }))).message).toContain("one of 3 parts");
  const cut = join(scratch, "cut.gguf");
  copyFileSync(source, cut);
  truncateSync(cut, 200_000);
  expect((await modelFileError(() => importModel({ source: cut, folder }))).code).toBe("truncated");
  const abort = new AbortController();
  const onProgress = () => abort.abort();
  expect((await modelFileError(() => importModel({ source, folder, signal: abort.signal, onProgress }))).code).toBe(
    "interrupted",
  );
  expect(readdirSync(folder)).toEqual([]);
});

test("an import into a folder whose manifest is damaged, or over a model of that name, is refused", async () => {
  const folder = freshFolder();
  writeFileSync(join(folder, "manifest.json"), "{}");
  expect((await modelFileError(() => importModel({ source, folder }))).code).toBe("bad-manifest");
  expect(existsSync(join(folder, "some.gguf"))).toBe(false);
  const full = freshFolder();
  await importModel({ source, folder: full });
  expect((await modelFileError(() => importModel({ source, folder: full }))).code).toBe("exists");
});
