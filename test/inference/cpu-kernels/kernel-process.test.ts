/** Other hardware on one machine: llama.cpp on another CPU's kernels, in a process and a folder that go away. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { KernelProcess } from "../../../src/inference/cpu-kernels/kernel-process.ts";
import { referenceNumerics } from "../../../src/inference/numerics.ts";
import { greedy } from "../../../src/inference/sampling/sampling.ts";
import { targetF16 } from "../../support/embedded-models.ts";
import { scratchFolder } from "../../support/scratch.ts";

const context = { modelPath: resolve(targetF16), contextTokens: 128, sequences: 2, numerics: referenceNumerics };
const request = { promptTokens: [1, 300, 400, 500], tokenLimit: 24, sampling: greedy, seed: 1 };

describe.runIf(process.platform === "linux" && process.arch === "x64")("another CPU's kernels", () => {
  const folder = scratchFolder();
  const before = process.env["TMPDIR"];
  beforeAll(() => {
    process.env["TMPDIR"] = folder;
  });
  afterAll(() => {
    if (before === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = before;
  });

  test("generate in a process of their own, and leave nothing behind", async () => {
    const kernels = await KernelProcess.open("sse42");
    expect(readdirSync(folder)).toHaveLength(1);
    const [one, two] = await kernels.continueOutputs(context, [request, { ...request, tokenLimit: 5 }]);
    expect(one!.length).toBeGreaterThan(5);
    expect(two).toEqual(one!.slice(0, 5));
    const again = await kernels.continueOutputs(context, [request], { shape: { prefillPieceTokens: 2 } });
    expect(again[0]!.length).toBeGreaterThan(5);

    await expect(kernels.continueOutputs(context, [{ ...request, promptTokens: [] }])).rejects.toMatchObject({
      name: "InferenceError",
      code: "empty-prompt",
    });
    const stop = new AbortController();
    const long = kernels.continueOutputs({ ...context, contextTokens: 4000 }, [{ ...request, tokenLimit: 3900 }], {
      signal: stop.signal,
    });
    stop.abort();
    await expect(long).rejects.toMatchObject({ name: "AbortError" });
    await kernels.close();
    expect(readdirSync(folder)).toEqual([]);
    await expect(kernels.continueOutputs(context, [request])).rejects.toThrow(/kernels 'sse42' ended/);
  });

  test.each([
    ["the parent is killed", "SIGKILL", 1],
    ["parent and child are told to end", "SIGTERM", -1],
  ] as const)("their folder goes away even when %s", async (_, signal, group) => {
    const script =
      'import { KernelProcess } from "./src/inference/cpu-kernels/kernel-process.ts";' +
      'await KernelProcess.open("sse42"); console.log("open"); setInterval(() => {}, 1000);';
    const parent = spawn(process.execPath, ["--input-type=module", "--eval", script], { detached: true });
    await once(parent.stdout, "data");
    expect(readdirSync(folder)).toHaveLength(1);
    process.kill(group * parent.pid!, signal);
    for (let tries = 0; readdirSync(folder).length > 0 && tries < 200; tries++) await sleep(50);
    expect(readdirSync(folder)).toEqual([]);
  });

  test("those that do not exist, or that this processor cannot run, are refused in one line", async () => {
    await expect(KernelProcess.open("abacus")).rejects.toMatchObject({
      code: "kernels-absent",
      message: expect.stringMatching(/^CPU kernels 'abacus': expected one of .*haswell.*$/),
    });
    const flags = readFileSync("/proc/cpuinfo", "utf8");
    const beyond = flags.includes("avx512f") ? "sapphirerapids" : "skylakex";
    if (!flags.includes(beyond === "skylakex" ? "avx512f" : "amx_tile"))
      await expect(KernelProcess.open(beyond)).rejects.toMatchObject({
        code: "kernels-absent",
        message: expect.stringMatching(/^CPU kernels '\w+' do not run on this machine's processor; take others/),
      });
    expect(readdirSync(folder)).toEqual([]);
  });
});

test.runIf(process.platform !== "linux" || process.arch !== "x64")("elsewhere there is no choice", async () => {
  await expect(KernelProcess.open("haswell")).rejects.toThrow(/can be chosen on Linux x64 .* only/);
});
