import type { CommandModule, InferredOptionTypes, Options } from "yargs";
import type { CompletionFile } from "../../inference/completion-file.ts";
import type { LanguageModel } from "../../inference/language-model.ts";
import type { Numerics } from "../../inference/numerics.ts";
import type { Scoring } from "../../inference/score.ts";
import type { Vocabulary } from "../../inference/vocabulary.ts";
import type { RasticCheckResult, RasticVerdict } from "../../protocol/rastic/judge.ts";
import type { RasticVariant } from "../../protocol/rastic/variants.ts";
import { expectNumbers } from "../argument-errors.ts";
import type { Cli } from "../cli.ts";
import { reportErrors, UsageError } from "../errors.ts";
import { type NumericsArguments, numericsOf, withNumerics } from "../options.ts";
import { defaultModel, table } from "../terminal.ts";

const own = {
  model: {
    type: "string",
    requiresArg: true,
    default: defaultModel,
    describe: "GGUF file; must be the one that generated",
  },
  "other-model": { type: "boolean", default: false, describe: "verify with a model of another root all the same" },
  variant: {
    choices: ["blog", "whitepaper", "prototype"],
    requiresArg: true,
    default: "blog",
    describe: "reading of RASTiC",
  },
  checks: { type: "number", requiresArg: true, default: 1, describe: "check budget k: how many integrity positions" },
  nonce: {
    type: "string",
    requiresArg: true,
    describe: "hexadecimal; decides the positions together with the completion. Default: drawn anew",
  },
  json: { type: "boolean", default: false, describe: "print the verdict and the evidence as JSON" },
} as const satisfies Record<string, Options>;

type Arguments = { file: string } & InferredOptionTypes<typeof own> & NumericsArguments;

export const verifyCommand = (cli: Cli): CommandModule<unknown, Arguments> => ({
  command: "verify <file>",
  describe: "Verify completions with RASTiC; exit code 1 if one is rejected",
  builder: (yargs) =>
    withNumerics(
      yargs
        .positional("file", { type: "string", demandOption: true, describe: "what 'generate --out' wrote" })
        .options(own),
    )
      .check((given) => expectNumbers(given, { checks: { whole: true, least: 0 } }))
      .check(({ nonce }) => {
        if (nonce !== undefined && !/^([0-9a-f]{2})+$/i.test(nonce))
          throw new Error(`--nonce: expected an even number of hexadecimal digits, found "${nonce}"`);
        return true;
      })
      .example("$0 verify tale.json", "first token, one random token, the end")
      .example("$0 verify tale.json --checks 8 --flash-attention", "eight random tokens, under other numerics"),
  handler: (given) => reportErrors(cli, () => run(cli, given)),
});

async function run(cli: Cli, given: Arguments): Promise<void> {
  const { readCompletionFile } = await import("../../inference/completion-file.ts");
  const completions = readCompletionFile(given.file);
  const { Backend } = await import("../../inference/backend.ts");
  const backend = await Backend.open(given.gpu);
  try {
    const model = await backend.loadModel(
      given.model,
      given["gpu-layers"] === undefined ? {} : { gpuLayers: given["gpu-layers"] },
    );
    const foreign = completions.find((completion) => completion.model.root !== model.root);
    if (foreign && !given["other-model"])
      throw new UsageError(
        `${given.model}: its root is ${model.root.slice(0, 16)}..., the completion's model has ${foreign.model.root.slice(0, 16)}...; ` +
          "name the right --model, or say --other-model",
      );
    const verifications: Verification[] = [];
    for (const completion of completions) verifications.push(await verify(completion, model, given));
    await model.requireUntouched();

    if (given.json) cli.print(JSON.stringify(verifications.length === 1 ? verifications[0] : verifications, null, 1));
    else
      for (const [i, verification] of verifications.entries()) {
        if (verifications.length > 1) cli.print(`--- ${i} ---`);
        cli.print(verificationText(verification, model.vocabulary));
      }
    if (verifications.some(({ verdict }) => verdict === "rejected")) cli.exitCode = 1;
  } finally {
    await backend.close();
  }
}

interface Verification {
  /** Rejected by RASTiC, or because the file contradicts itself. */
  readonly verdict: RasticVerdict["verdict"];
  /** RASTiC's own, which looks at tokens only. */
  readonly rasticVerdict: RasticVerdict["verdict"];
  readonly contradiction: string | null;
  readonly nonce: string;
  readonly variant: string;
  readonly checkBudget: number;
  /** `position` counts from the first output token; below 0 it lies in the prompt. */
  readonly checks: readonly (RasticCheckResult & { readonly position: number })[];
  readonly violations: RasticVerdict["violations"];
  /** Null for an empty output. */
  readonly agreement: Agreement | null;
  readonly numerics: Numerics;
}

async function verify(completion: CompletionFile, model: LanguageModel, given: Arguments): Promise<Verification> {
  const { completionHash, contradiction } = await import("../../inference/completion-file.ts");
  const { planRastic } = await import("../../protocol/rastic/plan.ts");
  const { judgeRastic } = await import("../../protocol/rastic/judge.ts");
  const { sha256 } = await import("@noble/hashes/sha2.js");
  const { bytesToHex, concatBytes, hexToBytes } = await import("@noble/hashes/utils.js");
  const { score } = await import("../../inference/score.ts");
  const { recompute } = await import("../../inference/recompute.ts");
  const { randomBytes } = await import("node:crypto");

  const { promptTokens, outputTokens, sampling, seed, tokenLimit } = completion;
  const endTokens = completion.ignoredEndToken ? [] : model.vocabulary.endTokens;
  // The nonce is drawn after the completion is fixed, so its author could not know the positions.
  const nonce = given.nonce?.toLowerCase() ?? bytesToHex(randomBytes(16));
  const randomness = sha256(concatBytes(hexToBytes(completionHash(completion)), hexToBytes(nonce)));
  const plan = planRastic(
    given.variant as RasticVariant,
    given.checks,
    { inputTokens: promptTokens, outputTokens, endTokens, tokenLimit },
    randomness,
  );
  if (!plan.ok) throw new UsageError(`${given.file}: ${plan.rejection.message}`);

  const context = await model.openContext({
    contextTokens: promptTokens.length + outputTokens.length + 1,
    numerics: numericsOf(given),
  });
  try {
    const request = { promptTokens, outputTokens, sampling, seed };
    const sequenceIndices = plan.value.checks.map(({ sequenceIndex }) => sequenceIndex);
    const recomputed =
      sequenceIndices.length === 0 ? null : await recompute("one-pass", [context], { ...request, sequenceIndices });
    const judged = judgeRastic(plan.value, recomputed?.referenceTokens ?? new Map());
    if (!judged.ok) throw new Error(judged.rejection.message);
    const { verdict, results, violations } = judged.value;
    const scoring = outputTokens.length === 0 ? null : await score(context, { ...request, detail: "logits" });
    const contradicted = contradiction(completion, model.vocabulary);
    return {
      verdict: contradicted === null ? verdict : "rejected",
      rasticVerdict: verdict,
      contradiction: contradicted,
      nonce,
      variant: given.variant,
      checkBudget: given.checks,
      checks: results.map((result) => ({ ...result, position: result.sequenceIndex - promptTokens.length })),
      violations,
      agreement: scoring === null ? null : compareWithGenerator(completion, scoring),
      numerics: context.numerics,
    };
  } finally {
    await context.close();
  }
}

function verificationText(verification: Verification, vocabulary: Vocabulary): string {
  const { rasticVerdict, contradiction, variant, checkBudget, nonce, checks, violations, agreement } = verification;
  const word = (token: number) => `${token} ${JSON.stringify(vocabulary.text([token]))}`;
  const rows = checks.map(({ kind, position, claimedToken, referenceToken, passed }) => [
    `  ${kind}`,
    String(position),
    word(claimedToken),
    word(referenceToken),
    passed ? "passed" : "FAILED",
  ]);
  const failedInPrompt = checks.filter(({ position, passed }) => position < 0 && !passed).length;
  return [
    `${rasticVerdict} by RASTiC (${variant}, k = ${checkBudget}, nonce ${nonce})`,
    ...(contradiction === null ? [] : [`rejected all the same: the file contradicts itself, ${contradiction}`]),
    ...violations.map(({ message }) => `  ${message}`),
    ...(rows.length === 0 ? [] : [table([["  check", "position", "claimed", "reference", ""], ...rows], [1])]),
    ...(failedInPrompt === 0
      ? []
      : [
          `${failedInPrompt} of the failed checks lie in the prompt (position below 0): this variant asks the model to have ` +
            "predicted the client's own words, so honest completions fail there",
        ]),
    ...(agreement === null ? [] : [agreementText(agreement)]),
  ].join("\n");
}

interface Agreement {
  readonly positions: number;
  readonly inconsistentPositions: readonly number[];
  /** Those of them whose token top-k or top-p leaves out: no margin in logits would bring it back. */
  readonly excludedPositions: readonly number[];
  /** Largest margin among the others, in logits; null when there is none or the sampling has no margins. */
  readonly largestMargin: number | null;
  /** Largest difference of a claimed or a highest logit between generator and verifier; null where the file holds none. */
  readonly largestLogitDifference: number | null;
  readonly identicalLogits: number;
}

/** All positions, beyond what RASTiC looked at: how far generator and verifier agree. */
function compareWithGenerator(completion: CompletionFile, { positions }: Scoring): Agreement {
  const inconsistent = positions.filter(({ consistent }) => !consistent);
  const excluded = inconsistent.filter(({ margin }) => margin === Number.POSITIVE_INFINITY);
  const margins = inconsistent.flatMap(({ margin }) => (margin === null || margin === Infinity ? [] : [margin]));
  const differences = positions.flatMap(({ position, logits }) => {
    const seen = completion.logits[position];
    if (!seen || !logits) return [];
    return [Math.max(Math.abs(seen.claimedLogit - logits.claimedLogit), Math.abs(seen.topLogit - logits.topLogit))];
  });
  return {
    positions: positions.length,
    inconsistentPositions: inconsistent.map(({ position }) => position),
    excludedPositions: excluded.map(({ position }) => position),
    largestMargin: margins.length > 0 ? Math.max(...margins) : null,
    largestLogitDifference: differences.length > 0 ? Math.max(...differences) : null,
    identicalLogits: differences.filter((difference) => difference === 0).length,
  };
}

function agreementText(agreement: Agreement): string {
  const { positions, inconsistentPositions, excludedPositions, largestMargin } = agreement;
  const { largestLogitDifference, identicalLogits } = agreement;
  const inconsistent =
    inconsistentPositions.length === 0
      ? `all ${positions} positions are consistent`
      : `${inconsistentPositions.length} of ${positions} positions are inconsistent (${listed(inconsistentPositions)})` +
        (largestMargin === null ? "" : `, by a margin of up to ${largestMargin.toPrecision(3)} logits`) +
        (excludedPositions.length === 0
          ? ""
          : `, ${excludedPositions.length} of them with a token that top-k or top-p leaves out (${listed(excludedPositions)})`);
  const drift =
    largestLogitDifference === null
      ? "the file holds no logits of the generator (llama.cpp's own inverse-cdf sampling gives none)"
      : identicalLogits === positions
        ? "generator and verifier saw identical logits"
        : `logits differ from the generator's by up to ${largestLogitDifference.toPrecision(3)} (${identicalLogits} of ${positions} identical)`;
  return `${inconsistent}; ${drift}`;
}

function listed(positions: readonly number[]): string {
  return positions.slice(0, 8).join(", ") + (positions.length > 8 ? ", ..." : "");
}
