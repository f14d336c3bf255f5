/** (Re)writes models/manifest.json from the GGUF files in models/: run it after changing one of them. */
import { globSync } from "node:fs";
import { basename } from "node:path";
import { readGgufHeader } from "../src/inference/gguf/read-header.ts";
import { modelIdentity } from "../src/inference/model-file.ts";
import { type ManifestEntry, manifestEntry, writeManifest } from "../src/inference/model-file-manifest.ts";

const folder = "models";
const entries = new Map<string, ManifestEntry>();
for (const path of globSync(`${folder}/*.gguf`)) {
  readGgufHeader(path);
  entries.set(basename(path), manifestEntry(await modelIdentity(path, { withSha256: true })));
}
if (entries.size === 0) throw new Error(`no GGUF file in ${folder}; run this at the project's root`);
await writeManifest(folder, entries);
console.log(`${folder}/manifest.json: ${entries.size} models`);
