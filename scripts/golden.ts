/**
 * `npm run golden`: writes the golden logs of a new revision or scenario. Those that are there and would change are named and
 * kept, for a published revision does not move; `npm run golden -- --replace` writes them too, where the simulator and not
 * a rule has changed. `--transcripts` first computes the answers anew with the embedded models, which may move every log.
 */
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { goldenFiles, goldenFolder } from "./golden-logs/files.ts";
import { recordTranscripts, transcriptFile } from "./golden-logs/stored-transcripts.ts";

const { values } = parseArgs({ options: { replace: { type: "boolean" }, transcripts: { type: "boolean" } } });
const replace = values.replace ?? values.transcripts ?? false;
if (values.transcripts) console.log(`${transcriptFile}: ${await recordTranscripts()} transcripts`);

const onDisk = globSync("*/*.jsonl", { cwd: goldenFolder }).map((path) => path.replaceAll("\\", "/"));
const files = await goldenFiles();
for (const stale of onDisk) if (!files.some(({ path }) => path === stale)) rmSync(join(goldenFolder, stale));
for (const { path, text } of files) {
  const file = join(goldenFolder, path);
  const state = !onDisk.includes(path) ? "new" : readFileSync(file, "utf8") === text ? "the same" : "moved";
  const written = state === "new" || (state === "moved" && replace);
  if (written) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  if (state === "moved" && !replace) process.exitCode = 1;
  console.log(`${file}: ${state}${written ? ", written" : state === "moved" ? ", kept (--replace writes it)" : ""}`);
}
