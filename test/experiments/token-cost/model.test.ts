import { expect, test } from "vitest";
import { electricityUsdPer1000, generationSeconds, tokenCost } from "../../../experiments/token-cost/model.ts";
import { calibratedMachine, publishedMachine } from "../../../experiments/token-cost/priced-machines.ts";
import { publishedMachines } from "../../../experiments/token-cost/published.ts";

const rates = { prefillTokensPerSecond: 100, decodeTokensPerSecond: 10 };
const prices = { watts: 360, usdPerKwh: 0.25, hardwareUsd: 876.6, lifeYears: 1, utilisation: 0.5 };

test("the blog's arithmetic: 312 W at $0.17 a kWh and 39,600 tokens an hour are $0.00134 for 1000 tokens", () => {
  expect(electricityUsdPer1000(39_600, 312, 0.17)).toBeCloseTo(0.0013394, 7);
  expect(electricityUsdPer1000(108_000, 312, 0.17)).toBeCloseTo(0.00049111, 8);
});

test("a job worked out by hand: 100 tokens read in 1 s, 100 more steps in 10 s, at 360 W", () => {
  const job = { promptTokens: 100, outputTokens: 101 };
  expect(generationSeconds(rates, job)).toBeCloseTo(11, 12);
  const cost = tokenCost(rates, prices, job);
  const perThousand = 1000 / 101;
  expect(cost.joules).toBeCloseTo(3960 * perThousand, 9);
  expect(cost.electricityUsd).toBeCloseTo((3960 / 3.6e6) * 0.25 * perThousand, 12);
  // $876.60 over 8766 hours, half of them busy: $0.20 for a busy hour.
  expect(cost.hardwareUsd).toBeCloseTo((11 / 3600) * 0.2 * perThousand, 12);
  expect(cost.totalUsd).toBeCloseTo(cost.electricityUsd + cost.hardwareUsd, 15);
});

test("three nodes on a job cost three times as much; a verifier's reading adds what it reads", () => {
  const job = { promptTokens: 100, outputTokens: 101 };
  const once = tokenCost(rates, prices, job);
  expect(tokenCost(rates, prices, job, { nodesPerJob: 3, verifiedShare: 0 }).totalUsd).toBeCloseTo(
    3 * once.totalUsd,
    12,
  );
  const verified = tokenCost(rates, prices, job, { nodesPerJob: 1, verifiedShare: 0.5 });
  expect(verified.joules / once.joules).toBeCloseTo((11 + 0.5 * 2) / 11, 12);
});

test("impossible figures are refused by name", () => {
  expect(() => tokenCost(rates, { ...prices, utilisation: 0 }, { promptTokens: 1, outputTokens: 2 })).toThrow(
    /utilisation 0/,
  );
  expect(() => generationSeconds({ ...rates, decodeTokensPerSecond: 0 }, { promptTokens: 1, outputTokens: 2 })).toThrow(
    /decode rate 0: expected a positive number/,
  );
});

test("a published GPU gains by batch and loses by depth as published; a CPU is taken as measured, and for one sequence only", () => {
  const of = (name: string) => publishedMachine(publishedMachines.find((machine) => machine.name === name)!);
  const gpu = of("rtx-4090");
  expect(gpu.rates(1, 100)!.decodeTokensPerSecond).toBe(149.41);
  expect(gpu.rates(8, 100)!.decodeTokensPerSecond / 149.41).toBeCloseTo(583.77 / 156.56, 12);
  expect(gpu.rates(1, 4096)!.decodeTokensPerSecond / 149.41).toBeCloseTo(119.44 / 130.58, 12);
  expect(gpu.rates(1, 100_000)!.decodeTokensPerSecond / 149.41).toBeCloseTo(110.66 / 130.58, 12);
  expect(gpu.rates(3, 100)).toBeNull(); // nobody published three
  expect(of("laptop-cpu").rates(2, 100)).toBeNull();
});

test("a calibrated machine has the rates of its profile and needs watts from somebody", () => {
  const point = {
    tokensPerCall: 1,
    slowestTokensPerSecond: 1,
    fastestTokensPerSecond: 1,
    watts: null,
    joulesPerToken: null,
  };
  const profile = {
    name: "here",
    model: { name: "m" },
    prefill: [{ ...point, batch: 1, depthTokens: 0, tokensPerCall: 64, tokensPerSecond: 500 }],
    decode: [
      { ...point, batch: 1, depthTokens: 0, tokensPerSecond: 50 },
      { ...point, batch: 1, depthTokens: 1000, tokensPerSecond: 40 },
    ],
  } as never;
  expect(() => calibratedMachine(profile, { hardwareUsd: 1 })).toThrow(/nobody could read its power/);
  const machine = calibratedMachine(profile, { watts: 20, hardwareUsd: 1 });
  expect(machine.rates(1, 100)).toEqual({ prefillTokensPerSecond: 500, decodeTokensPerSecond: 50 });
  expect(machine.rates(1, 1500)!.decodeTokensPerSecond).toBe(40);
  expect(machine.rates(4, 100)).toBeNull();
});
