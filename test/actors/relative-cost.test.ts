import { expect, test } from "vitest";
import { addUsage, decode, generation, noUsage, prefill } from "../../src/actors/compute-usage.ts";
import { type Hardware, prototypeHardware } from "../../src/actors/hardware-profile.ts";
import { relativeCost } from "../../src/actors/relative-cost.ts";

/** A target that reads 1000 and writes 50 tokens a second, a draft four times as fast, 100 W. */
const machine: Hardware = {
  ...prototypeHardware([{ root: "target", bytes: 1 }]),
  watts: 100,
  rates: new Map([
    ["target", { prefillTokensPerSecond: 1000, decodeTokensPerSecond: 50 }],
    ["draft", { prefillTokensPerSecond: 4000, decodeTokensPerSecond: 200 }],
  ]),
};
/** 100 tokens of prompt, 101 of output: 100 + 2000 ms; speculatively 250 ms of reading and 25 + 500 ms of drafting. */
const honest = {
  decoding: generation("target", 100, 101),
  speculative: addUsage(prefill("target", 250), prefill("draft", 100), decode("draft", 100)),
};

test("honest work costs once itself, and speculative decoding sets the lower price", () => {
  expect(relativeCost(honest.decoding, honest, machine)).toEqual({
    ms: 2100,
    joules: 210,
    toDecoding: 1,
    toSpeculative: 2100 / 775,
    notCheaperThanHonest: true,
  });
  expect(relativeCost(honest.speculative, honest, machine)).toMatchObject({
    ms: 775,
    toDecoding: 775 / 2100,
    notCheaperThanHonest: true,
  });
});

test("a cheat saves only what it undercuts the cheaper honest price by", () => {
  const draft = relativeCost(generation("draft", 100, 101), honest, machine);
  expect(draft).toMatchObject({ ms: 525, notCheaperThanHonest: false });
  const half = relativeCost(generation("target", 100, 51), honest, machine);
  expect(half.toDecoding).toBeLessThan(1);
  expect(half).toMatchObject({ ms: 1100, notCheaperThanHonest: true });
});

test("no work costs nothing, whatever a request costs; unknown power is not made up", () => {
  expect(relativeCost(noUsage, honest, { ...machine, watts: null })).toEqual({
    ms: 0,
    joules: null,
    toDecoding: 0,
    toSpeculative: 0,
    notCheaperThanHonest: false,
  });
});

test("over several jobs the ledgers add up", () => {
  const twice = (ledger: typeof noUsage) => addUsage(ledger, ledger);
  const both = { decoding: twice(honest.decoding), speculative: twice(honest.speculative) };
  const one = relativeCost(generation("draft", 100, 101), honest, machine);
  const two = relativeCost(twice(generation("draft", 100, 101)), both, machine);
  expect(two).toEqual({ ...one, ms: 2 * one.ms, joules: 2 * one.joules! });
});

test("a model without rates, or honest work that is none, is refused", () => {
  expect(() => relativeCost(prefill("other", 1), honest, machine)).toThrow(/no rates for model other/);
  expect(() => relativeCost(noUsage, { ...honest, decoding: noUsage }, machine)).toThrow(/expected honest work/);
});
