/** `npm run vectors`: writes the golden vectors under test/vectors, and removes files there that no draft stands behind. */
import { globSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { vectorFiles } from "./vector-cases/files.ts";

const folder = "test/vectors";
const files = vectorFiles();
for (const stale of globSync("*/*.json", { cwd: folder }))
  if (!files.some(({ path }) => path === stale.replaceAll("\\", "/"))) rmSync(join(folder, stale));
for (const { path, text } of files) {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}
console.log(`${files.length} files under ${folder}`);
