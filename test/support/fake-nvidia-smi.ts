import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Puts a shell script that says what an `nvidia-smi` would say first on PATH; the function it returns takes it away again. */
export function putNvidiaSmiOnPath(folder: string, script: string): () => void {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, "nvidia-smi");
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  const before = process.env["PATH"];
  process.env["PATH"] = `${folder}:${before}`;
  return () => {
    process.env["PATH"] = before;
  };
}
