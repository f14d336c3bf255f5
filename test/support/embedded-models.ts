/** The models that ship with the project, for tests that want the real thing. */
import { readFileSync } from "node:fs";

export const targetF16 = "models/tales-target-f16.gguf";
export const targetQ8 = "models/tales-target-q8_0.gguf";
export const distilledF16 = "models/tales-distilled-f16.gguf";
export const draftF16 = "models/tales-draft-f16.gguf";

const { models } = JSON.parse(readFileSync("models/manifest.json", "utf8")) as {
  models: Record<string, { root: string }>;
};

/** The root of an embedded model, as the manifest beside it says. */
export const rootOf = (path: string): string => models[path.replace("models/", "")]!.root;

/** Openings written by the target model, one per line. */
export const openings: readonly string[] = readFileSync("models/prompts.txt", "utf8").trim().split("\n");
