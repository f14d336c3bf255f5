/**
 * Targets: verifying a claim in one pass costs at most 1.1 times a bare reading of the same tokens from 250 tokens on, and
 * at 1000 tokens at most 0.8 times the prototype's three evaluations.
 *
 *   node bench/inference/verification.ts [--repeats N]
 */
import { Backend } from "../../src/inference/backend.ts";
import { generate } from "../../src/inference/generate.ts";
import { recompute } from "../../src/inference/recompute.ts";
import { prototypeSampling as sampling } from "../../src/inference/sampling/sampling.ts";
import { interleaved } from "../support/interleaved.ts";
import { describe, reportRatio, summary } from "../support/report.ts";
import { openings, repeatsGiven } from "../support/setting.ts";

const repeats = repeatsGiven(9);
const promptTokens = 16;
const longest = 1000;

await using stack = new AsyncDisposableStack();
const backend = await Backend.open();
stack.defer(() => backend.close());
const model = await backend.loadModel("models/tales-target-f16.gguf");
const context = await model.openContext({ contextTokens: promptTokens + longest + 1 });
const job = { promptTokens: openings(model, promptTokens)[0]!, sampling, seed: 1 };
const [completion] = await generate(context, [{ ...job, tokenLimit: longest, ignoreEndToken: true }]);

for (const tokens of [250, 500, 1000]) {
  const claim = { ...job, outputTokens: completion!.outputTokens.slice(0, tokens) };
  // What RASTiC checks: the first token, one in the middle, and the last one, so that all forms read the same text.
  const sequenceIndices = [0, Math.floor(tokens / 2), tokens - 1].map((position) => promptTokens + position);
  const feed = [...claim.promptTokens, ...claim.outputTokens.slice(0, -1)];
  const verify = async (form: "one-pass" | "prototype") =>
    (await recompute(form, [context], { ...claim, sequenceIndices })).referenceTokens;
  const measured = await interleaved(
    {
      "bare prefill": async () => {
        context.shorten(0, 0);
        await context.evaluate([{ slot: 0, tokens: feed }]);
        return context.length(0);
      },
      "one pass, three checks": () => verify("one-pass"),
      "prototype, three evaluations": () => verify("prototype"),
    },
    repeats,
  );
  console.log(`\nclaim of ${tokens} tokens`);
  for (const [name, measurement] of Object.entries(measured)) describe(name, measurement);
  if (measured["one pass, three checks"].checksum !== measured["prototype, three evaluations"].checksum)
    throw new Error("the forms disagree about the reference tokens");
  reportRatio("one pass / bare prefill", measured["one pass, three checks"], measured["bare prefill"], { atMost: 1.1 });
  reportRatio(
    "one pass / prototype",
    measured["one pass, three checks"],
    measured["prototype, three evaluations"],
    tokens === longest ? { atMost: 0.8 } : undefined,
  );
}
summary();
