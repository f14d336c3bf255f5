/** Where transcripts come from: the store first, models only for what is missing, and never a silent mixture. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import type { InferenceSetup } from "../../../src/actors/strategies/runtime/model-pool.ts";
import {
  type InferenceMode,
  type TranscriptRequest,
  TranscriptSource,
  type TranscriptSourceOptions,
} from "../../../src/actors/strategies/transcript-source.ts";
import { greedy } from "../../../src/inference/sampling/sampling.ts";
import type { Transcript } from "../../../src/inference/transcript.ts";
import { transcriptKey } from "../../../src/inference/transcript.ts";
import { TranscriptStore } from "../../../src/inference/transcript-store/store.ts";
import { exportTranscripts, importTranscripts } from "../../../src/inference/transcript-store/transcript-file.ts";
import { openings, rootOf, targetF16 } from "../../support/embedded-models.ts";
import { scratchFolder } from "../../support/scratch.ts";
import { embeddedSetup } from "../../support/transcript-setup.ts";
import { madeUpEngine } from "../../support/transcripts.ts";

const folder = scratchFolder();
/** The embedded models' names and no file behind them: whoever touches a model fails. */
const withoutModels: InferenceSetup = {
  ...embeddedSetup,
  models: {
    target: { ...embeddedSetup.models.target, path: join(folder, "no-such.gguf") },
    draft: { ...embeddedSetup.models["draft"]!, path: join(folder, "no-such.gguf") },
  },
};
const request = (i: number, name = "honest"): TranscriptRequest => ({
  prompt: openings[i]!,
  tokenLimit: 16,
  sampling: greedy,
  seed: i,
  strategy: { name },
});
const requests = [request(0), request(1, "lazy-draft"), request(2), request(0), request(1, "replay")];

describe("a transcript source", () => {
  const path = join(folder, "transcripts.sqlite");
  let opened: TranscriptSource[] = [];
  let first: Transcript[];
  const source = (mode: InferenceMode, over: Partial<TranscriptSourceOptions> = {}) => {
    const store = over.store ?? TranscriptStore.open(path);
    const one = new TranscriptSource({ setup: embeddedSetup, mode, ...over, store });
    opened.push(one);
    return one;
  };
  afterEach(async () => {
    await Promise.all(opened.map((one) => one.close()));
    opened = [];
  });

  beforeAll(async () => {
    first = await source("recorded").obtain(requests);
  });

  test("answers in the order of the requests, and equal requests with the same transcript", () => {
    expect(first.map(({ identity }) => [identity.strategy.name, identity.job.seed])).toEqual([
      ["honest", 0],
      ["lazy-draft", 1],
      ["honest", 2],
      ["honest", 0],
      ["replay", 1],
    ]);
    expect(first[3]).toBe(first[0]);
  });

  test("the second time touches no model: the files need not even be there", async () => {
    for (const mode of ["recorded", "store-only"] as const) {
      const again = source(mode, { setup: withoutModels });
      expect(await again.obtain(requests)).toEqual(first);
      expect(again.touchedModels).toBe(false);
    }
  });

  test("what another process stored while a batch was computed is taken from the store, not computed again", async () => {
    const wanted = Array.from({ length: 8 }, (_, i) => ({ ...request(0), tokenLimit: 1, seed: i }));
    const setup = { ...embeddedSetup, sequences: 1 };
    const others = TranscriptStore.open(join(folder, "others.sqlite"));
    const expected = await source("recorded", { store: others, setup }).obtain(wanted);
    const store = TranscriptStore.open(join(folder, "shared.sqlite"));
    let computed = 0;
    const add = store.add.bind(store);
    store.add = (transcript) => {
      computed++;
      add(transcript);
      if (computed === 1) for (const one of others.transcripts()) add(one); // the other process has just finished
    };
    expect(await source("recorded", { store, setup }).obtain(wanted)).toEqual(expected);
    expect(computed).toBe(6); // a batch that is under way goes on
  });

  test("and so on another machine, from the committed file, in byte for byte the same words", async () => {
    const file = join(folder, "committed.ctrf");
    exportTranscripts(TranscriptStore.open(path), file);
    const elsewhere = TranscriptStore.open(":memory:");
    importTranscripts(elsewhere, file);
    const there = source("store-only", { setup: withoutModels, store: elsewhere });
    expect(await there.obtain(requests)).toEqual(first);
    const copy = join(folder, "copy.ctrf");
    exportTranscripts(elsewhere, copy);
    expect(readFileSync(copy).equals(readFileSync(file))).toBe(true);
  });

  test("store-only names what is missing and computes nothing", async () => {
    const strict = source("store-only");
    const refusal = await caught(strict.obtain([request(0), { ...request(2), seed: 77 }, { ...request(2), seed: 78 }]));
    expect(refusal.code).toBe("missing-transcript");
    expect(refusal.message).toMatch(
      /transcripts\.sqlite: 2 of 3 transcripts are missing; the first: strategy honest, seed 77, prompt ".*The very thing.*…", key [0-9a-f]{12}; run once with --inference recorded/,
    );
    const unheard = await caught(strict.obtain([{ ...request(0), prompt: "A text that nobody has asked about" }]));
    expect(unheard).toMatchObject({
      code: "missing-transcript",
      message: expect.stringContaining("A text that nobody"),
    });
    const empty = await caught(source("store-only", { store: TranscriptStore.open(":memory:") }).obtain(requests));
    expect(empty).toMatchObject({ code: "missing-transcript", message: expect.stringContaining("5 of 5") });
    expect(strict.touchedModels).toBe(false);
  });

  test("recorded computes only what is missing", async () => {
    const partly = source("recorded");
    const steps: [number, number, number][] = [];
    await partly.obtain([request(0), request(2), request(5)], {
      onProgress: ({ done, total, fromStore }) => steps.push([done, total, fromStore]),
    });
    expect(steps).toEqual([
      [2, 3, 2],
      [3, 3, 2],
    ]);
  });

  test("live computes all of it again and finds the same, bit for bit", async () => {
    const live = source("live");
    expect(await live.obtain(requests)).toEqual(first);
    expect(live.touchedModels).toBe(true);
  });

  test("live says which transcript is not what was stored", async () => {
    const store = TranscriptStore.open(":memory:");
    const [honest] = first;
    store.add({ ...honest!, outputTokens: honest!.outputTokens.with(5, 9) });
    store.addPromptTokens(rootOf(targetF16), openings[0]!, honest!.identity.job.promptTokens);
    const refusal = await caught(source("live", { store }).obtain([request(0)]));
    expect(refusal.code).toBe("differs-from-store");
    expect(refusal.message).toMatch(
      /strategy honest, seed 0, .* is not what was stored: the output differs from position 5 on/,
    );
    const other = TranscriptStore.open(":memory:");
    const evidence = { ...honest!.evidence, topLogits: honest!.evidence.topLogits.with(3, 1) };
    other.add({ ...honest!, evidence });
    await expect(source("live", { store: other }).obtain([request(0)])).rejects.toThrow(/its evidence is not/);
  });

  test("numbers of another engine are used as they are, and never mixed with this machine's", async () => {
    const store = TranscriptStore.open(":memory:");
    for (const { identity, ...rest } of first) {
      const theirs = { ...identity.generatedBy, engine: madeUpEngine };
      store.add({
        ...rest,
        identity: { ...identity, generatedBy: theirs, scoredBy: { ...identity.scoredBy, engine: madeUpEngine } },
      });
    }
    store.addPromptTokens(rootOf(targetF16), openings[0]!, first[0]!.identity.job.promptTokens);
    const recorded = source("recorded", { store });
    expect((await recorded.obtain([request(0)]))[0]!.outputTokens).toEqual(first[0]!.outputTokens);
    expect(recorded.touchedModels).toBe(false);
    const refusal = await caught(recorded.obtain([{ ...request(0), seed: 5 }]));
    expect(refusal.code).toBe("other-engine");
    expect(refusal.message).toMatch(
      /1 transcripts are missing .* llama.cpp b1 on haswell kernels did there; use another store/,
    );
  });

  test("an abort loses nothing that was finished, and the same call goes on", async () => {
    const store = TranscriptStore.open(":memory:");
    const all = [0, 1, 2, 3, 4, 5].map((i) => ({ ...request(i), tokenLimit: 4 + 4 * i }));
    const stop = new AbortController();
    const interrupted = source("recorded", { store });
    let finished = 0;
    await expect(
      interrupted.obtain(all, {
        signal: stop.signal,
        onProgress: ({ done }) => {
          finished = done;
          if (done === 3) stop.abort();
        },
      }),
    ).rejects.toMatchObject({ name: "AbortError" });
    expect(finished).toBeLessThan(6);
    expect(store.count()).toBe(finished);
    let fromBefore = 0;
    const transcripts = await interrupted.obtain(all, {
      onProgress: ({ fromStore }) => {
        fromBefore = fromStore;
      },
    });
    expect(fromBefore).toBe(finished);
    expect(transcripts).toEqual(await source("recorded", { store: TranscriptStore.open(":memory:") }).obtain(all));
  });

  test("what is asked together, and in which order, changes no transcript", async () => {
    const one = source("recorded", {
      store: TranscriptStore.open(":memory:"),
      setup: { ...embeddedSetup, sequences: 1 },
    });
    const alone: Transcript[] = [];
    for (const each of [...requests].reverse()) alone.unshift(...(await one.obtain([each])));
    expect(alone).toEqual(first);
  });

  test("claims on other CPU kernels are scored here, stored, found and made again like any other", async () => {
    const other = { ...request(0), strategy: { name: "honest", parameters: { cpuKernels: "sse42" } } };
    const store = TranscriptStore.open(":memory:");
    const [made, plain] = await source("recorded", { store }).obtain([other, request(0)]);
    const { generatedBy, scoredBy } = made!.identity;
    expect(generatedBy.engine).toEqual({ ...scoredBy.engine, cpuKernels: "sse42" });
    expect(scoredBy).toEqual(plain!.identity.scoredBy);
    expect(Math.max(...made!.evidence.margins)).toBeLessThan(0.05);
    expect(store.engines()).toEqual([scoredBy.engine]);
    const stored = source("store-only", { store, setup: withoutModels });
    expect(await stored.obtain([other])).toEqual([made]);
    expect(stored.touchedModels).toBe(false);
    expect(await source("live", { store }).obtain([other])).toEqual([made]);
  });

  test("the whole distribution where it is asked for", async () => {
    const [plain, full] = await source("recorded").obtain([request(0), { ...request(0), detail: "distribution" }]);
    expect(plain!.evidence.ranks).toBeNull();
    expect(full!.evidence).toMatchObject({ topLogits: plain!.evidence.topLogits, margins: plain!.evidence.margins });
    for (const [i, rank] of full!.evidence.ranks!.entries())
      expect(rank === 1).toBe(full!.outputTokens[i] === full!.evidence.topTokens[i]);
    expect(Math.min(...full!.evidence.entropiesNats!)).toBeGreaterThan(0);
    expect(Math.max(...full!.evidence.entropiesNats!)).toBeLessThan(Math.log(4096));
  });

  test("every setting that bears on the content is part of the key", async () => {
    const setups: InferenceSetup[] = [
      embeddedSetup,
      { ...embeddedSetup, scoringNumerics: { flashAttention: true } },
      { ...embeddedSetup, numerics: { decodeShape: "paired" } },
      { ...embeddedSetup, pool: openings.slice(110, 116) },
      { ...embeddedSetup, sequences: 3, contextTokens: 400 },
    ];
    const keys = await Promise.all(
      setups.map(async (setup) => {
        const [transcript] = await source("recorded", { setup }).obtain([request(1, "replay")]);
        return transcriptKey(transcript!.identity);
      }),
    );
    expect(new Set(keys.slice(0, 4)).size).toBe(4);
    expect(keys[4]).toBe(keys[0]);
  });

  test("a request that cannot be is refused before anything is computed", async () => {
    const strict = source("recorded", { setup: withoutModels });
    const refusals: [Partial<TranscriptRequest>, string, RegExp][] = [
      [{ strategy: { name: "lazy" } }, "unknown-strategy", /strategy 'lazy'/],
      [
        { strategy: { name: "lazy-draft", parameters: { model: "tiny" } } },
        "unknown-model",
        /model 'tiny': expected one of target, draft/,
      ],
      [{ seed: -1 }, "bad-request", /seed -1/],
      [{ tokenLimit: 0 }, "bad-request", /token limit 0/],
      [{ sampling: { ...greedy, topP: 0 } }, "bad-sampling", /top-p 0/],
      [
        { tokenLimit: 400 },
        "context-exceeded",
        /strategy honest, seed 0, .* 400 to generate need a context of \d+, and the setup has 320/,
      ],
    ];
    for (const [over, code, message] of refusals)
      await expect(strict.obtain([{ ...request(0), ...over }])).rejects.toMatchObject({
        code,
        message: expect.stringMatching(message),
      });
    const onGpu = source("store-only", { setup: { ...withoutModels, gpu: "cuda" } });
    await expect(onGpu.obtain([request(0)])).rejects.toThrow(/gpu 'cuda' without gpuLayers/);
    expect(strict.touchedModels || onGpu.touchedModels).toBe(false);
  });
});

async function caught(work: Promise<unknown>): Promise<{ code: string; message: string }> {
  try {
    await work;
  } catch (error) {
    return error as { code: string; message: string };
  }
  throw new Error("nothing was refused");
}
