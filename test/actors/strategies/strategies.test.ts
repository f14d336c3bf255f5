/** What each strategy claims and what it costs, on real models: the same four jobs for all, judged by the target. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ComputeUsage, generation } from "../../../src/actors/compute-usage.ts";
import { chooseStrategy, strategies } from "../../../src/actors/strategies/index.ts";
import { TranscriptSource } from "../../../src/actors/strategies/transcript-source.ts";
import type { Sampling } from "../../../src/inference/sampling/sampling.ts";
import type { Transcript } from "../../../src/inference/transcript.ts";
import type { Json } from "../../../src/inference/transcript-json.ts";
import { TranscriptStore } from "../../../src/inference/transcript-store/store.ts";
import { clopperPearson } from "../../../src/statistics/clopper-pearson.ts";
import { distilledF16, draftF16, openings, rootOf, targetF16, targetQ8 } from "../../support/embedded-models.ts";
import { embeddedSetup } from "../../support/transcript-setup.ts";

const sampling: Sampling = { temperature: 0.7, topK: 0, topP: 1, choice: "gumbel" };
const prototype: Sampling = { temperature: 0.2, topK: 40, topP: 0.1, choice: "inverse-cdf" };
const greedy: Sampling = { temperature: 0, topK: 0, topP: 1, choice: "gumbel" };
const tokenLimit = 64;
const prompts = openings.slice(0, 4);

describe("strategies on the embedded models", () => {
  const store = TranscriptStore.open(":memory:");
  const source = new TranscriptSource({ setup: embeddedSetup, store, mode: "recorded" });
  afterAll(() => source.close());

  const run = (name: string, parameters?: Json, over: { sampling?: Sampling; tokenLimit?: number } = {}) =>
    source.obtain(
      prompts.map((prompt, i) => ({
        prompt,
        seed: 20 + i,
        sampling,
        tokenLimit,
        strategy: { name, ...(parameters !== undefined && { parameters }) },
        ...over,
      })),
    );
  let honest: Transcript[];
  beforeAll(async () => {
    honest = await run("honest");
  });

  test("honest: consistent everywhere but for rounding, at the price of one prefill and a step per further token", () => {
    for (const transcript of honest) {
      expect(inconsistent(transcript).length).toBeLessThanOrEqual(1);
      expect(Math.max(...transcript.evidence.margins)).toBeLessThan(0.02);
      const { promptTokens } = transcript.identity.job;
      expect(transcript.work).toEqual(
        generation(rootOf(targetF16), promptTokens.length, transcript.outputTokens.length),
      );
      expect(transcript.alteredPositions).toHaveLength(0);
      expect(transcript).toMatchObject({ endTokens: [2], vocabularySize: 4096 });
    }
  });

  test("honest, paired decoding: consistent everywhere, exactly", async () => {
    for (const transcript of await run("honest", { decodeShape: "paired" }))
      expect(inconsistent(transcript)).toEqual([]);
  });

  test.each([
    ["eight tokens of the prompt at a time", { prefillPieceTokens: 8 }],
    ["one job at a time", { sequences: 1 }],
    ["two threads", { threads: 2 }],
    ["flash attention and a cache in F32", { flashAttention: true, kvCacheType: "F32" }],
  ])("honest, %s: consistent everywhere but for rounding", async (_, parameters) => {
    for (const transcript of await run("honest", parameters)) expectRoundingOnly(transcript);
  });

  test("speculative decoding: the target's own text, for its reading and the draft's steps", async () => {
    for (const each of [sampling, greedy, prototype]) {
      let kept = 0;
      for (const transcript of await run("speculative", { proposedTokens: 4 }, { sampling: each })) {
        if (each !== prototype) expectRoundingOnly(transcript);
        expect(inconsistent(transcript).length).toBeLessThanOrEqual(1);
        const { outputTokens, work, identity } = transcript;
        const [draft, target] = work;
        expect(roots(work)).toEqual([rootOf(draftF16), rootOf(targetF16)]);
        const promptTokens = identity.job.promptTokens.length;
        expect(target!.decodeTokens).toBe(0);
        // Every output token but the last is read once, and every proposal that was thrown away too.
        expect(target!.prefillTokens).toBeGreaterThanOrEqual(promptTokens + outputTokens.length - 1);
        expect(draft!.prefillTokens).toBe(promptTokens);
        expect(draft!.decodeTokens).toBeGreaterThan(0);
        kept += outputTokens.length / (target!.prefillTokens - promptTokens + 1);
      }
      expect(kept / prompts.length).toBeGreaterThan(0.3);
    }
  });

  test("n-grams: a text of the target's words for no work at all, wrong more often than the draft's", async () => {
    const guessed = await run("lazy-n-gram", { order: 3 });
    const drafted = await run("lazy-draft");
    const share = (transcripts: Transcript[]) => transcripts.flatMap(inconsistent).length / totalTokens(transcripts);
    expect(guessed.map(({ work }) => work)).toEqual(prompts.map(() => []));
    expect(share(guessed)).toBeGreaterThan(share(drafted));
    expect(share(guessed)).toBeLessThan(0.95);
    expect(guessed[0]!.identity.strategy.parameters).toMatchObject({
      order: 3,
      outputs: 100,
      pool: expect.any(String),
    });
  });

  test("lazy draft, distilled: the same price, by a model that was taught by the target", async () => {
    for (const transcript of await run("lazy-draft", { model: "distilled" })) {
      expect(roots(transcript.work)).toEqual([rootOf(distilledF16)]);
      expect(inconsistent(transcript).length).toBeGreaterThan(0);
    }
  });

  test("randomised honesty: each job is either honest or the inner strategy's, in the share that was asked for", async () => {
    const requests = Array.from({ length: 60 }, (_, i) => ({
      prompt: prompts[i % 4]!,
      seed: 1000 + i,
      sampling,
      tokenLimit: 6,
    }));
    const of = (name: string, parameters: Json) =>
      source.obtain(requests.map((request) => ({ ...request, strategy: { name, parameters } })));
    const share = 0.3;
    const mixed = await of("mixed-strategy", { share, inner: { name: "truncation" } });
    const plain = await of("honest", {});
    const cut = await of("truncation", {});
    let cheated = 0;
    for (const [i, { outputTokens, alteredPositions, work }] of mixed.entries()) {
      const like = alteredPositions.length > 0 ? cut[i]! : plain[i]!;
      expect(outputTokens).toEqual(like.outputTokens);
      expect(work).toEqual(like.work);
      if (alteredPositions.length > 0) cheated++;
    }
    const { low, high } = clopperPearson(cheated, requests.length, 0.999);
    expect(share).toBeGreaterThan(low);
    expect(share).toBeLessThan(high);
    expect((await of("mixed-strategy", { share: 0, inner: { name: "truncation" } })).map(outputOf)).toEqual(
      plain.map(outputOf),
    );
    expect((await of("mixed-strategy", { share: 1, inner: { name: "truncation" } })).map(outputOf)).toEqual(
      cut.map(outputOf),
    );
  });

  test("randomised honesty cheats under the inner strategy's settings, and is honest under the usual ones", async () => {
    const inner = { name: "low-precision-cache", parameters: { kvCacheType: "Q4_0" } };
    const never = await run("mixed-strategy", { share: 0, inner });
    expect(never.map(outputOf)).toEqual(honest.map(outputOf));
    const always = await run("mixed-strategy", { share: 1, inner });
    expect(always.map(outputOf)).toEqual((await run(inner.name, inner.parameters)).map(outputOf));
    expect(always[0]!.identity.strategy.parameters).toMatchObject({ inner: { name: inner.name, revision: 1 } });
  });

  test("lazy draft: wrong at a third of the positions and more, with no work on the target", async () => {
    for (const transcript of await run("lazy-draft")) {
      expect(inconsistent(transcript).length).toBeGreaterThan(transcript.outputTokens.length / 4);
      expect(roots(transcript.work)).toEqual([rootOf(draftF16)]);
    }
  });

  test("lazy draft with honest ends: first and last token hold, the target did no generation step", async () => {
    for (const transcript of await run("lazy-draft-honest-endpoints")) {
      const wrong = inconsistent(transcript);
      const last = transcript.outputTokens.length - 1;
      expect(wrong).not.toContain(0);
      expect(wrong).not.toContain(last);
      expect(wrong.length).toBeGreaterThan(last / 4);
      expect(ended(transcript) || last === tokenLimit - 1).toBe(true);
      expect(inner(transcript).some((token) => transcript.endTokens.includes(token))).toBe(false);
      const target = transcript.work.find(({ modelRoot }) => modelRoot === rootOf(targetF16))!;
      expect(target.decodeTokens).toBe(0);
      expect(target.prefillTokens).toBeGreaterThanOrEqual(transcript.identity.job.promptTokens.length + last);
    }
  });

  test("honest prefix: consistent up to the share, the draft's after it", async () => {
    for (const [i, transcript] of (await run("honest-prefix", { share: 0.25 })).entries()) {
      expect(transcript.outputTokens.slice(0, 16)).toEqual(honest[i]!.outputTokens.slice(0, 16));
      expect(inconsistent(transcript).filter((position) => position >= 16).length).toBeGreaterThan(5);
      expect(roots(transcript.work)).toEqual([rootOf(draftF16), rootOf(targetF16)]);
      expect(transcript.work[1]!.decodeTokens).toBe(15);
    }
  });

  test("truncation: an honest half, then an end token that the model would not have put", async () => {
    for (const [i, transcript] of (await run("truncation", { share: 0.5 })).entries()) {
      expect(transcript.outputTokens.slice(0, 32)).toEqual(honest[i]!.outputTokens.slice(0, 32));
      expect(transcript.outputTokens).toHaveLength(33);
      expect(ended(transcript)).toBe(true);
      expect(transcript.alteredPositions).toEqual(Uint32Array.of(32));
      expect(transcript.evidence.margins[32]).toBeGreaterThan(0);
      expect(transcript.work[0]!.decodeTokens).toBe(31);
    }
  });

  test("end-token steering: the end stands at most the margin behind, and the text is shorter", async () => {
    const steered = await run("end-token-steering", { marginLogits: 4, leastTokens: 8 });
    const altered = steered.filter(({ alteredPositions }) => alteredPositions.length > 0);
    expect(altered.length).toBeGreaterThan(0);
    for (const transcript of altered) {
      const [position] = transcript.alteredPositions;
      expect(position).toBe(transcript.outputTokens.length - 1);
      expect(position).toBeGreaterThanOrEqual(8);
      expect(transcript.outputTokens.length).toBeLessThan(tokenLimit);
      expect(transcript.evidence.margins[position!]).toBeGreaterThan(0);
      expect(transcript.evidence.margins[position!]).toBeLessThan(4.02);
    }
    expect(totalTokens(steered)).toBeLessThan(totalTokens(honest));
  });

  test("repetition: a lead of the model's, then a period up to the limit", async () => {
    for (const [i, transcript] of (await run("repetition", { leadTokens: 16, phraseTokens: [4, 8] })).entries()) {
      const { outputTokens, alteredPositions, work, identity } = transcript;
      expect(outputTokens.slice(0, 16)).toEqual(honest[i]!.outputTokens.slice(0, 16));
      expect(outputTokens).toHaveLength(tokenLimit);
      const period = [4, 8].find((p) => outputTokens.every((token, at) => at < 16 || token === outputTokens[at - p]));
      expect(period).toBeDefined();
      expect(alteredPositions).toHaveLength(tokenLimit - 16);
      // The prompt, then two rounds of four and two of eight tokens tried; sixteen tokens generated.
      const prefillTokens = identity.job.promptTokens.length + 8 + 16;
      expect(work).toEqual([{ modelRoot: rootOf(targetF16), prefillTokens, decodeTokens: 15 }]);
    }
  });

  test("repetition, greedy: the model comes to agree with the filler (claim C8)", async () => {
    const looped = await run("repetition", { leadTokens: 24 }, { sampling: greedy, tokenLimit: 120 });
    const wrong = (from: number, to: number) =>
      looped.flatMap(inconsistent).filter((at) => at >= from && at < to).length / (4 * (to - from));
    expect(wrong(90, 120)).toBeLessThan(wrong(24, 40));
  });

  test("single-token substitution: one altered token; what follows is the honest text", async () => {
    const changed = await run("single-token-substitution");
    for (const [i, transcript] of changed.entries()) {
      const [place] = transcript.alteredPositions;
      const { outputTokens } = honest[i]!;
      expect(transcript.outputTokens).toEqual(outputTokens.with(place!, transcript.outputTokens[place!]!));
      expect(transcript.outputTokens[place!]).not.toBe(outputTokens[place!]);
      expect(inconsistent(transcript)).toContain(place);
      expect(transcript.work).toEqual(honest[i]!.work);
    }
    expect(new Set(changed.map(({ alteredPositions }) => alteredPositions[0])).size).toBeGreaterThan(1);
  });

  test("with the rest generated again only the change itself is inconsistent, and costs steps", async () => {
    const parameters = { regenerate: true, replacement: "runner-up" };
    for (const [i, transcript] of (await run("single-token-substitution", parameters)).entries()) {
      const [place] = transcript.alteredPositions;
      expect(transcript.outputTokens.slice(0, place)).toEqual(honest[i]!.outputTokens.slice(0, place));
      expect(inconsistent(transcript).filter((position) => position !== place).length).toBeLessThanOrEqual(1);
      expect(inconsistent(transcript)).toContain(place);
      expect(transcript.work[0]!.decodeTokens).toBe(
        honest[i]!.work[0]!.decodeTokens + transcript.outputTokens.length - 1 - place!,
      );
    }
  });

  test("near-tie substitution: every altered token is within epsilon, and no other is wrong", async () => {
    const tied = await run("near-tie-substitution", { epsilonLogits: 0.25 });
    expect(tied.some(({ alteredPositions }) => alteredPositions.length > 0)).toBe(true);
    for (const transcript of tied) {
      const altered = [...transcript.alteredPositions];
      for (const position of inconsistent(transcript)) {
        expect(transcript.evidence.margins[position]).toBeLessThan(0.27);
        if (transcript.evidence.margins[position]! > 0.02) expect(altered).toContain(position);
      }
      expect(inconsistent(transcript).length).toBeGreaterThanOrEqual(altered.length - 1);
    }
  });

  test("quantised: mostly the target's tokens, not all", async () => {
    const coarse = await run("quantised", { model: "coarse" });
    const wrong = coarse.flatMap(inconsistent).length;
    expect(wrong).toBeLessThan(0.1 * totalTokens(coarse));
    expect(Math.max(...coarse.flatMap(({ evidence }) => [...evidence.margins]))).toBeGreaterThan(0);
    expect(coarse.map(({ work }) => roots(work))).toEqual(prompts.map(() => [rootOf(targetQ8)]));
  });

  test("lower-precision cache: the target's weights, with logits of its own", async () => {
    const rounded = await run("low-precision-cache", { kvCacheType: "Q8_0" });
    expect(rounded.map(({ identity }) => identity.generatedBy.numerics)).toEqual(
      prompts.map(() => expect.objectContaining({ kvCacheType: "Q8_0", flashAttention: true })),
    );
    expect(rounded.flatMap(inconsistent).length).toBeLessThan(0.15 * totalTokens(rounded));
  });

  test("seed grinding: the shortest of the texts tried, paid for with all of them, wrong under the job's seed", async () => {
    const terms = { tokenLimit: 160 };
    const ground = await run("seed-grinding", { tries: 4 }, terms);
    const plain = await run("honest", undefined, terms);
    expect(totalTokens(ground)).toBeLessThan(totalTokens(plain));
    for (const { outputTokens, work } of ground) expect(work[0]!.decodeTokens).toBe(4 * (outputTokens.length - 1));
    expect(ground.flatMap(inconsistent).length).toBeGreaterThan(0.2 * totalTokens(ground));
  });

  test("replay and unrelated: free texts about something else, wrong at a third of their positions and more", async () => {
    for (const name of ["replay", "unrelated"]) {
      const transcripts = await run(name);
      expect(transcripts.map(({ work }) => work)).toEqual(prompts.map(() => []));
      expect(transcripts.flatMap(inconsistent).length).toBeGreaterThan(totalTokens(transcripts) / 3);
      for (const [i, { outputTokens }] of transcripts.entries())
        expect(outputTokens).not.toEqual(honest[i]!.outputTokens);
    }
  });

  test("every strategy works under greedy and the prototype's sampling too, down to a limit of one token", async () => {
    const requests = strategies.flatMap(({ name }) =>
      [
        { sampling: prototype, tokenLimit: 20 },
        { sampling: greedy, tokenLimit: 20 },
        { sampling, tokenLimit: 1 },
        { sampling, tokenLimit: 2 },
      ].map((terms) => ({
        prompt: prompts[0]!,
        seed: 3,
        strategy: { name, ...(name === "quantised" && { parameters: { model: "coarse" } }) },
        ...terms,
      })),
    );
    const transcripts = await source.obtain(requests);
    for (const [i, { outputTokens }] of transcripts.entries()) {
      expect(outputTokens.length).toBeGreaterThanOrEqual(1);
      expect(outputTokens.length).toBeLessThanOrEqual(requests[i]!.tokenLimit);
    }
  });
});

describe("choosing a strategy", () => {
  test("names are distinct, and defaults are filled in", () => {
    expect(new Set(strategies.map(({ name }) => name)).size).toBe(strategies.length);
    expect(chooseStrategy({ name: "truncation" }).parameters).toEqual({ share: 0.5 });
  });

  const refusals: [string, Json, string, RegExp][] = [
    ["lazy", {}, "unknown-strategy", /strategy 'lazy': expected one of honest, .*lazy-draft,/],
    ["truncation", { share: 1.5 }, "bad-parameters", /strategy 'truncation': parameters\.share: Too big/],
    ["truncation", { part: 0.5 }, "bad-parameters", /parameters: Unrecognized key: "part"/],
    ["quantised", {}, "bad-parameters", /parameters\.model/],
    ["honest", 7, "bad-parameters", /parameters: Invalid input/],
    [
      "mixed-strategy",
      { inner: { name: "lazy" } },
      "bad-parameters",
      /parameters\.inner: strategy 'lazy': expected one of/,
    ],
    [
      "mixed-strategy",
      { inner: { name: "truncation", parameters: { share: 2 } } },
      "bad-parameters",
      /parameters\.inner: strategy 'truncation': parameters\.share: Too big/,
    ],
    ["mixed-strategy", { inner: { name: "mixed-strategy" } }, "bad-parameters", /expected one of honest/],
  ];
  test.each(refusals)("%s with %j is refused", (name, parameters, code, message) => {
    expect(() => chooseStrategy({ name, parameters })).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    );
  });
});

function inconsistent({ outputTokens, evidence }: Transcript): number[] {
  return [...outputTokens.keys()].filter((position) => outputTokens[position] !== evidence.referenceTokens[position]);
}

function expectRoundingOnly(transcript: Transcript): void {
  expect(inconsistent(transcript).length).toBeLessThanOrEqual(1);
  expect(Math.max(...transcript.evidence.margins)).toBeLessThan(0.02);
}

function outputOf({ outputTokens }: Transcript): Uint32Array {
  return outputTokens;
}

function ended({ outputTokens, endTokens }: Transcript): boolean {
  return endTokens.includes(outputTokens.at(-1)!);
}

function inner({ outputTokens }: Transcript): number[] {
  return [...outputTokens.slice(0, -1)];
}

function totalTokens(transcripts: readonly Transcript[]): number {
  return transcripts.reduce((sum, { outputTokens }) => sum + outputTokens.length, 0);
}

function roots(work: ComputeUsage): string[] {
  return work.map(({ modelRoot }) => modelRoot);
}
