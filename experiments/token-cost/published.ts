/** Machines that jobs may run on, with what they cost: rates and power as published, prices and lives as assumed. */
import type { Rates } from "./model.ts";

export interface PublishedMachine {
  readonly name: string;
  readonly what: string;
  /** What the rates were measured on. */
  readonly model: string;
  readonly rates: Rates;
  /** Whether it is a card like those whose gain by batch and loss by depth are published below. */
  readonly gpu: boolean;
  readonly watts: number;
  readonly hardwareUsd: number;
  /** Where each figure comes from. */
  readonly source: string;
}

/** 7B and 8B models in about 4 bits, one sequence at a time: near the published Vicuna 7B q5_1. */
export const publishedMachines: readonly PublishedMachine[] = [
  {
    name: "prototype",
    what: "the prototype's machine of 2023",
    model: "Vicuna 7B q5_1",
    rates: { decodeTokensPerSecond: 999 / 49.27, prefillTokensPerSecond: (1.5 * 999) / 3.74 },
    gpu: true,
    watts: 312,
    hardwareUsd: 1500,
    source: "rates worked out from the published Figure 1, 312 W from the blog (§2.5.5); price assumed",
  },
  {
    name: "rtx-4090",
    what: "consumer GPU (RTX 4090)",
    model: "LLaMA 7B Q4_0",
    rates: { decodeTokensPerSecond: 149.41, prefillTokensPerSecond: 3961.34 },
    gpu: true,
    watts: 450,
    hardwareUsd: 1599,
    source:
      "mean rates of three runs of llama.cpp, December 2023 (github.com/XiongjieDai/GPU-Benchmarks-on-LLM-Inference); board power 450 W and launch price $1,599 as NVIDIA gave them in September 2022",
  },
  {
    name: "h100-pcie",
    what: "data-centre GPU (H100 PCIe)",
    model: "LLaMA 2 7B Q4_0",
    rates: { decodeTokensPerSecond: 133.77, prefillTokensPerSecond: 4868.59 },
    gpu: true,
    watts: 350,
    hardwareUsd: 30_000,
    source:
      "mean rates of llama.cpp, December 2023 (github.com/XiongjieDai/GPU-Benchmarks-on-LLM-Inference); board power 350 W from NVIDIA's data sheet; price assumed",
  },
  {
    name: "laptop-cpu",
    what: "laptop CPU (Core i7-7820HQ)",
    model: "Llama 3.1 8B Q4_K_M",
    rates: { decodeTokensPerSecond: 5.62, prefillTokensPerSecond: 22.53 },
    gpu: false,
    watts: 45,
    hardwareUsd: 1000,
    source:
      "llama.cpp on the CPU alone, March 2026 (github.com/brand-o/normiebench, issue 42); 45 W is the processor's rated power (Intel), the rest of the laptop is not in it; price assumed",
  },
];

/** What the same 7B and 8B models cost at commercial services, per 1000 output tokens; dated, as prices fall. */
export interface ApiPrice {
  readonly service: string;
  readonly usdPer1000Tokens: number;
  readonly asOf: string;
  readonly source: string;
}

export const apiPrices: readonly ApiPrice[] = [
  { service: "GPT-3.5 Turbo", usdPer1000Tokens: 0.002, asOf: "June 2023", source: "OpenAI's price list of June 2023" },
  { service: "GPT-4o mini", usdPer1000Tokens: 0.0006, asOf: "July 2024", source: "OpenAI's price list of July 2024" },
  {
    service: "Llama 3.1 8B, dearest",
    usdPer1000Tokens: 0.000827,
    asOf: "2026",
    source: "Cloudflare Workers AI, by cloudprice.net's list of 21 services",
  },
  {
    service: "Llama 3.1 8B, cheapest",
    usdPer1000Tokens: 0.00003,
    asOf: "2026",
    source: "cloudprice.net's list of 21 services",
  },
];

/**
 * How much faster several sequences go side by side than one, all together: published for an RTX 3090 with an 8B model in Q4_0
 * (tokens fed per step, all at different places of one batch): 156.56, 279.89, 390.97, 470.48, 509.70, 541.57, 557.17 and 583.77
 * tokens/s for 1 to 8. Source: github.com/ggml-org/llama.cpp, pull request 15802 (2025).
 */
export const publishedBatchGain: readonly { readonly batch: number; readonly gain: number }[] = [
  { batch: 1, gain: 1 },
  { batch: 2, gain: 279.89 / 156.56 },
  { batch: 4, gain: 470.48 / 156.56 },
  { batch: 8, gain: 583.77 / 156.56 },
];

/**
 * How much slower decoding gets with the depth of the context: RTX 4090, Llama 3 8B Q4_K_M, 512, 1024, 4096 and 8192 tokens
 * generated. Source: github.com/XiongjieDai/GPU-Benchmarks-on-LLM-Inference, May 2024.
 */
export const publishedDepthRates: readonly { readonly tokens: number; readonly decodeTokensPerSecond: number }[] = [
  { tokens: 512, decodeTokensPerSecond: 130.58 },
  { tokens: 1024, decodeTokensPerSecond: 127.74 },
  { tokens: 4096, decodeTokensPerSecond: 119.44 },
  { tokens: 8192, decodeTokensPerSecond: 110.66 },
];
