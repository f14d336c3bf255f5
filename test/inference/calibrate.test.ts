import { afterAll, beforeAll, expect, test } from "vitest";
import { Backend } from "../../src/inference/backend.ts";
import { calibrate } from "../../src/inference/calibrate.ts";
import type { LanguageModel } from "../../src/inference/language-model.ts";
import { draftF16 } from "../support/embedded-models.ts";

let backend: Backend;
let model: LanguageModel;
beforeAll(async () => {
  backend = await Backend.open();
  model = await backend.loadModel(draftF16);
});
afterAll(() => backend.close());

const plan = { batches: [1, 3], depthsTokens: [0, 40], prefillTokens: [2, 24], repeats: 2, numerics: { threads: 1 } };
const signal = new AbortController().signal;

test("measures every point of the plan once, and says how far it is", async () => {
  const steps: string[] = [];
  const measured = await calibrate(model, plan, {
    signal,
    onProgress: ({ done, total }) => steps.push(`${done}/${total}`),
  });
  expect(steps).toEqual(["1/6", "2/6", "3/6", "4/6", "5/6", "6/6"]);
  expect(measured.numerics).toMatchObject({ threads: 1, gpu: "off", decodeShape: "single" });
  const points = ({ batch, depthTokens, tokensPerCall }: (typeof measured.decode)[number]) =>
    [batch, depthTokens, tokensPerCall].join();
  expect(measured.prefill.map(points)).toEqual(["1,0,2", "1,0,24"]);
  expect(measured.decode.map(points)).toEqual(["1,0,1", "1,40,1", "3,0,1", "3,40,1"]);
  for (const point of [...measured.prefill, ...measured.decode]) {
    expect(point.slowestTokensPerSecond).toBeGreaterThan(0);
    // Of two repeats, the median lies midway.
    const { slowestTokensPerSecond: slowest, fastestTokensPerSecond: fastest } = point;
    expect(point.tokensPerSecond).toBeCloseTo((slowest + fastest) / 2, 6);
    expect(point.watts === null).toBe(measured.powerSource === "none");
  }
});

test("a plan of one kind of point gives that kind only", async () => {
  const { prefill, decode } = await calibrate(model, { ...plan, batches: [], prefillTokens: [8] }, { signal });
  expect([prefill.length, decode.length]).toEqual([1, 0]);
});

test("stops when it is told to", async () => {
  const controller = new AbortController();
  let cells = 0;
  const stopped = calibrate(model, plan, {
    signal: controller.signal,
    onProgress: () => {
      cells++;
      controller.abort();
    },
  });
  await expect(stopped).rejects.toThrow(/abort/i);
  expect(cells).toBe(1);
});
