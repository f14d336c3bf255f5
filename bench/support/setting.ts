import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import type { LanguageModel } from "../../src/inference/language-model.ts";

/** `--repeats N` of the command line. */
export function repeatsGiven(fallback: number): number {
  const { values } = parseArgs({ options: { repeats: { type: "string" } } });
  return values.repeats === undefined ? fallback : Number(values.repeats);
}

/** Openings written by the target model, as tokens, each cut to the same length. */
export function openings(model: LanguageModel, tokens: number): number[][] {
  return readFileSync("models/prompts.txt", "utf8")
    .trim()
    .split("\n")
    .map((line) => model.vocabulary.promptTokens(line).slice(0, tokens))
    .filter((opening) => opening.length === tokens);
}
