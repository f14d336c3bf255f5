import type { CommandModule } from "yargs";
import type { ModelIdentity } from "../../../inference/model-file.ts";
import type { ManifestEntry } from "../../../inference/model-file-manifest.ts";
import type { Cli } from "../../cli.ts";
import { reportErrors } from "../../errors.ts";
import { withProgress } from "../../terminal.ts";

interface Arguments {
  file: string;
  root: string | undefined;
  json: boolean;
}

export const verifyCommand = (cli: Cli): CommandModule<object, Arguments> => ({
  command: "verify <file>",
  describe: "Compute a model's root again and compare; exit code 1 if it differs",
  builder: (yargs) =>
    yargs
      .positional("file", { type: "string", demandOption: true, describe: "GGUF file" })
      .option("root", { type: "string", describe: "root to compare with; default: the manifest.json beside the file" })
      .option("json", { type: "boolean", default: false, describe: "print JSON" })
      .example("$0 models verify models/tales-target-f16.gguf", "compare with models/manifest.json")
      .check(({ root }) => {
        if (root !== undefined && !/^[0-9a-f]{64}$/i.test(root))
          throw new Error(`--root: expected 64 hexadecimal digits, found "${root}"`);
        return true;
      }),
  handler: ({ file, root, json }) =>
    reportErrors(cli, async () => {
      const { stat } = await import("node:fs/promises");
      const { basename, dirname } = await import("node:path");
      const { modelIdentity } = await import("../../../inference/model-file.ts");
      const { damagedChunks, readManifest } = await import("../../../inference/model-file-manifest.ts");
      const { fromSystemError, ModelFileError } = await import("../../../inference/model-file-error.ts");

      await stat(file).catch((error) => {
        throw fromSystemError(error, file, "read");
      });
      const entry = (await readManifest(dirname(file))).get(basename(file));
      const expected = root?.toLowerCase() ?? entry?.root;
      if (expected === undefined)
        throw new ModelFileError({
          code: "bad-manifest",
          path: file,
          problem: "no root to compare with: the manifest.json beside it does not list it",
          remedy: "give --root, or bring the file in with 'camelid models import'",
        });
      // The chunk hashes help to place damage only if they are those of the expected root.
      const chunksOf = entry?.root === expected ? entry : undefined;
      const found = await cli.interruptible((signal) =>
        withProgress(cli, "reading", (onProgress) =>
          modelIdentity(file, { signal, onProgress, ...(chunksOf && { chunkBytes: chunksOf.chunkBytes }) }),
        ),
      );

      const same = found.root === expected;
      const damaged = chunksOf && !same ? damagedChunks(chunksOf, found) : undefined;
      if (!same) cli.exitCode = 1;
      if (json) {
        const { fileBytes, chunkBytes } = found;
        cli.print(
          JSON.stringify(
            { file, same, expected, found: found.root, fileBytes, chunkBytes, damagedChunks: damaged },
            undefined,
            2,
          ),
        );
      } else if (same) {
        cli.print(`${file}: whole and unchanged, ${found.chunks.length} chunks, root ${found.root}`);
      } else {
        cli.print(`${file}: NOT the model expected\n  root expected ${expected}\n  root found    ${found.root}`);
        cli.print(
          `  ${damaged ? damageText(damaged, chunksOf!, found) : "which chunk differs cannot be told without a manifest of that root"}`,
        );
      }
    }),
});

function damageText(damaged: readonly number[], entry: ManifestEntry, found: ModelIdentity): string {
  const size = entry.bytes === found.fileBytes ? "" : `size expected ${entry.bytes}, found ${found.fileBytes} bytes; `;
  const named = damaged.slice(0, 5).map((i) => {
    const last = Math.min((i + 1) * entry.chunkBytes, Math.max(entry.bytes, found.fileBytes)) - 1;
    return `${i} (bytes ${i * entry.chunkBytes} to ${last})`;
  });
  const more = damaged.length > named.length ? ` and ${damaged.length - named.length} more` : "";
  return `${size}${damaged.length} of ${entry.chunks.length} chunks differ: ${named.join(", ")}${more}`;
}
