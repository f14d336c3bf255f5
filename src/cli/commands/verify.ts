import type { CommandModule, InferredOptionTypes, Options } from "yargs";
import type { CompletionFile } from "../../inference/completion-file.ts";
import type { Scoring } from "../../inference/score.ts";
import { reportErrors, UsageError } from "../errors.ts";
import { type NumericsArguments, numericsOf, withNumerics } from "../options.ts";
import { defaultModel, interruptible, table } from "../terminal.ts";

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

export const verifyCommand: CommandModule<unknown, Arguments> = {
  command: "verify <file>",
  describe: "Verify a completion with RASTiC; exit code 1 if it is rejected",
  builder: (yargs) =>
    withNumerics(
      yargs
        .positional("file", { type: "string", demandOption: true, describe: "what 'generate --out' wrote" })
        .options(own),
    )
      .check(({ nonce }) => {
        if (nonce !== undefined && !/^([0-9a-f]{2})+$/i.test(nonce))
          throw new Error(`--nonce: expected an even number of hexadecimal digits, found "${nonce}"`);
        return true;
      })
      .example("$0 verify tale.json", "first token, one random token, the end")
      .example("$0 verify tale.json --checks 8 --flash-attention", "eight random tokens, under other numerics"),
  handler: (given) => reportErrors(() => interruptible(() => run(given))),
};

async function run(given: Arguments): Promise<void> {
  const { completionHash, readCompletionFile } = await import("../../inference/completion-file.ts");
  const completion = readCompletionFile(given.file);
  const { planRastic } = await import("../../protocol/rastic/plan.ts");
  const { judgeRastic } = await import("../../protocol/rastic/judge.ts");
  const { sha256 } = await import("@noble/hashes/sha2.js");
  const { bytesToHex, concatBytes, hexToBytes } = await import("@noble/hashes/utils.js");
  const { Backend } = await import("../../inference/backend.ts");
  const { score } = await import("../../inference/score.ts");
  const { recompute } = await import("../../inference/recompute.ts");
  const { modelIdentity } = await import("../../inference/model-file.ts");
  const { randomBytes } = await import("node:crypto");

  const { root } = await modelIdentity(given.model);
  if (root !== completion.model.root && !given["other-model"])
    throw new UsageError(
      `${given.model}: its root is ${root.slice(0, 16)}..., the completion's model has ${completion.model.root.slice(0, 16)}...; ` +
        "name the right --model, or say --other-model",
    );

  const backend = await Backend.open(given.gpu);
  try {
    const model = await backend.loadModel(
      given.model,
      given["gpu-layers"] === undefined ? {} : { gpuLayers: given["gpu-layers"] },
    );
    const { promptTokens, outputTokens, sampling, seed, tokenLimit } = completion;
    const endTokens = completion.ignoredEndToken ? [] : model.vocabulary.endTokens;
    // The nonce is drawn after the completion is fixed, so its author could not know the positions.
    const nonce = given.nonce?.toLowerCase() ?? bytesToHex(randomBytes(16));
    const randomness = sha256(concatBytes(hexToBytes(completionHash(completion)), hexToBytes(nonce)));
    const plan = planRastic(
      given.variant as "blog",
      given.checks,
      { inputTokens: promptTokens, outputTokens, endTokens, tokenLimit },
      randomness,
    );
    if (!plan.ok) throw new UsageError(`${given.file}: ${plan.refusal.message}`);

    const context = await model.openContext({
      contextTokens: promptTokens.length + outputTokens.length + 1,
      numerics: numericsOf(given),
    });
    const request = { promptTokens, outputTokens, sampling, seed };
    const sequenceIndices = plan.value.checks.map(({ sequenceIndex }) => sequenceIndex);
    const recomputed =
      sequenceIndices.length === 0 ? null : await recompute("one-pass", [context], { ...request, sequenceIndices });
    const judged = judgeRastic(plan.value, recomputed?.referenceTokens ?? new Map());
    if (!judged.ok) throw new Error(judged.refusal.message);
    const { verdict, results, violations } = judged.value;
    const scoring = outputTokens.length === 0 ? null : await score(context, { ...request, detail: "logits" });
    const agreement = scoring === null ? null : compareWithGenerator(completion, scoring);

    if (given.json) {
      const evidence = { verdict, nonce, variant: given.variant, checks: results, violations, agreement };
      console.log(JSON.stringify({ ...evidence, numerics: context.numerics }, null, 1));
    } else {
      const word = (token: number) => JSON.stringify(model.vocabulary.text([token]));
      console.log(`${verdict} (RASTiC ${given.variant}, k = ${given.checks}, nonce ${nonce})`);
      for (const { message } of violations) console.log(`  ${message}`);
      if (results.length > 0)
        console.log(
          table(
            [
              ["  check", "position", "claimed", "reference", ""],
              ...results.map(({ kind, sequenceIndex, claimedToken, referenceToken, passed }) => [
                `  ${kind}`,
                String(sequenceIndex - promptTokens.length),
                `${claimedToken} ${word(claimedToken)}`,
                `${referenceToken} ${word(referenceToken)}`,
                passed ? "passed" : "FAILED",
              ]),
            ],
            [1],
          ),
        );
      if (agreement !== null) console.log(agreementText(agreement));
    }
    if (verdict === "rejected") process.exitCode = 1;
  } finally {
    await backend.close();
  }
}

interface Agreement {
  readonly positions: number;
  readonly inconsistentPositions: readonly number[];
  /** Largest margin among inconsistent positions, in logits; null when there is none or the sampling has no margins. */
  readonly largestMargin: number | null;
  /** Largest difference of the claimed token's logit between generator and verifier; null where the file holds no logits. */
  readonly largestLogitDifference: number | null;
  readonly identicalLogits: number;
}

/** All positions, beyond what RASTiC looked at: how far generator and verifier agree. */
function compareWithGenerator(completion: CompletionFile, { positions }: Scoring): Agreement {
  const inconsistent = positions.filter(({ consistent }) => !consistent);
  const margins = inconsistent.flatMap(({ margin }) => (margin === null ? [] : [margin]));
  const differences = positions.flatMap(({ position, logits }) => {
    const seen = completion.logits[position];
    return seen && logits ? [Math.abs(seen.claimedLogit - logits.claimedLogit)] : [];
  });
  return {
    positions: positions.length,
    inconsistentPositions: inconsistent.map(({ position }) => position),
    largestMargin: margins.length > 0 ? Math.max(...margins) : null,
    largestLogitDifference: differences.length > 0 ? Math.max(...differences) : null,
    identicalLogits: differences.filter((difference) => difference === 0).length,
  };
}

function agreementText(agreement: Agreement): string {
  const { positions, inconsistentPositions, largestMargin, largestLogitDifference, identicalLogits } = agreement;
  const listed = inconsistentPositions.slice(0, 8).join(", ") + (inconsistentPositions.length > 8 ? ", ..." : "");
  const inconsistent =
    inconsistentPositions.length === 0
      ? `all ${positions} positions are consistent`
      : `${inconsistentPositions.length} of ${positions} positions are inconsistent (${listed})` +
        (largestMargin === null ? "" : `, by a margin of up to ${largestMargin.toPrecision(3)} logits`);
  const drift =
    largestLogitDifference === null
      ? "the file holds no logits of the generator (inverse-cdf sampling)"
      : identicalLogits === positions
        ? "generator and verifier saw identical logits"
        : `claimed tokens' logits differ from the generator's by up to ${largestLogitDifference.toPrecision(3)} (${identicalLogits} of ${positions} identical)`;
  return `${inconsistent}; ${drift}`;
}
