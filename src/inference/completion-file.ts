/** A completion with everything another machine needs to verify it: `camelid generate --out` writes it, `verify` reads it. */

import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { z } from "zod";
import { InferenceError } from "./errors.ts";
import { decodeShapes, kvCacheTypes } from "./numerics.ts";
import { samplingChoices } from "./sampling/sampling.ts";
import { readTextFile } from "./text-file.ts";
import type { Vocabulary } from "./vocabulary.ts";

const token = z.int().min(0).max(0xffffffff);
const finite = z.number();

const completionFileSchema = z.strictObject({
  format: z.literal("camelid-completion/1"),
  model: z.strictObject({
    name: z.string(),
    root: z.string().regex(/^[0-9a-f]{64}$/, "expected 64 hexadecimal digits"),
  }),
  prompt: z.string(),
  promptTokens: z.array(token).min(1),
  sampling: z.strictObject({
    temperature: z.number().min(0),
    topK: z.int().min(0),
    topP: z.number().gt(0).max(1),
    choice: z.enum(samplingChoices),
  }),
  seed: z.int().min(0),
  tokenLimit: z.int().min(1),
  /** True when generation went on past end tokens: then no token ends the text. */
  ignoredEndToken: z.boolean(),
  outputTokens: z.array(token),
  text: z.string(),
  stop: z.enum(["end-token", "limit"]),
  /** What the generator saw at each position; null under inverse-cdf sampling. */
  logits: z.array(
    z.strictObject({ topToken: token, topLogit: finite, logSumExp: finite, claimedLogit: finite }).nullable(),
  ),
  numerics: z.strictObject({
    gpu: z.enum(["off", "cuda", "vulkan", "metal"]),
    gpuLayers: z.int().min(0),
    threads: z.int().min(1),
    flashAttention: z.boolean(),
    kvCacheType: z.enum(kvCacheTypes),
    decodeShape: z.enum(decodeShapes),
  }),
  /** The machine and llama.cpp that generated it, for people to read. */
  backend: z.record(z.string(), z.unknown()),
});

export type CompletionFile = z.output<typeof completionFileSchema>;

/**
 * The completions of a file: one, or an array of them. Throws InferenceError `completion-file`: one line that names the
 * file, the place, and what was expected there.
 */
export function readCompletionFile(path: string): CompletionFile[] {
  const refuse = (problem: string, cause?: unknown) =>
    new InferenceError("completion-file", `${path}: ${problem}`, { cause });
  let content: unknown;
  try {
    content = JSON.parse(readTextFile(path));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== undefined)
      throw refuse(code === "ENOENT" ? "no such file; check the path" : `cannot be read (${code})`, error);
    throw refuse(`not JSON (${message}); expected a file that 'camelid generate --out' wrote`, error);
  }
  const several = Array.isArray(content);
  const parsed = z
    .array(completionFileSchema)
    .min(1)
    .safeParse(several ? content : [content], { reportInput: true });
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const place = issue!.path.slice(several ? 0 : 1).join(".");
    throw refuse(
      `${place === "" ? "" : `${place}: `}${problemOf(issue!)}; expected a file that 'camelid generate --out' wrote`,
    );
  }
  for (const [i, { outputTokens, logits }] of parsed.data.entries())
    if (logits.length !== outputTokens.length)
      throw refuse(
        `${several ? `${i}.` : ""}logits: ${logits.length} entries for ${outputTokens.length} output tokens`,
      );
  return parsed.data;
}

/** What is wrong at one place: what was expected, and what is there instead. */
function problemOf(issue: z.core.$ZodIssue): string {
  if (issue.code === "unrecognized_keys") return `unknown key ${issue.keys.map(show).join(", ")}`;
  const expected = expectation(issue);
  if (expected === null) return issue.message;
  return issue.input === undefined
    ? `missing; expected ${expected}`
    : `expected ${expected}, found ${show(issue.input)}`;
}

function expectation(issue: z.core.$ZodIssue): string | null {
  switch (issue.code) {
    case "invalid_type":
      return nouns[issue.expected] ?? issue.expected;
    case "invalid_value":
      return `${issue.values.length > 1 ? "one of " : ""}${issue.values.map((value) => JSON.stringify(value)).join(", ")}`;
    case "too_small":
      return issue.origin === "array"
        ? "at least one"
        : `${issue.inclusive ? "at least" : "more than"} ${issue.minimum}`;
    case "too_big":
      return `at most ${issue.maximum}`;
    default:
      return null; // the schema's own words say it
  }
}

const nouns: Readonly<Record<string, string>> = {
  string: "a string",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
};

function show(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/**
 * What a completion says of itself beside its tokens and does not agree with them: its prompt as text, its text, how it
 * ended. Null when all agrees. None of it is part of the commitment, but people read it.
 */
export function contradiction(completion: CompletionFile, vocabulary: Vocabulary): string | null {
  const { prompt, promptTokens, text, outputTokens, stop, ignoredEndToken } = completion;
  vocabulary.check(promptTokens, "promptTokens");
  vocabulary.check(outputTokens, "outputTokens");
  if (prompt === "" || vocabulary.promptTokens(prompt).join() !== promptTokens.join())
    return "prompt is not what promptTokens say";
  if (vocabulary.text(outputTokens) !== text) return "text is not what outputTokens say";
  const last = outputTokens.at(-1);
  const ended = !ignoredEndToken && last !== undefined && vocabulary.isEndToken(last);
  if (ended !== (stop === "end-token"))
    return `stop is "${stop}", yet the last token is ${ended ? "an" : "no"} end token`;
  return null;
}

/**
 * SHA-256 over what the node commits to (model root, prompt, terms, output), in a fixed JSON form: changing any of it
 * changes the hash. The generator's logits and numerics are not part of it; nobody could check them.
 */
export function completionHash(completion: CompletionFile): string {
  const { model, promptTokens, sampling, seed, tokenLimit, ignoredEndToken, outputTokens } = completion;
  const { temperature, topK, topP, choice } = sampling;
  const terms = [
    model.root,
    promptTokens,
    [temperature, topK, topP, choice],
    seed,
    tokenLimit,
    ignoredEndToken,
    outputTokens,
  ];
  return bytesToHex(sha256(utf8ToBytes(JSON.stringify(terms))));
}
