/** Other hardware on one machine: llama.cpp on another CPU's kernels, in a process and a folder that go away. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { referenceNumerics } from "../../../src/inference/numerics.ts";
import { MachineProcess } from "../../../src/inference/other-machines/machine-process.ts";
import { greedy } from "../../../src/inference/sampling/sampling.ts";
import { rootOf, targetF16 } from "../../support/embedded-models.ts";
import { scratchFolder } from "../../support/scratch.ts";

const context = {
  modelPath: resolve(targetF16),
  modelRoot: rootOf(targetF16),
  contextTokens: 128,
  sequences: 2,
  numerics: referenceNumerics,
};
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
    const kernels = await MachineProcess.open({ cpuKernels: "sse42" });
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

  test("score what others wrote, and refuse a GPU that is not there or that kernels were chosen beside", async () => {
    const [kernels, own] = await Promise.all([MachineProcess.open({ cpuKernels: "sse42" }), MachineProcess.open({})]);
    const outputs = await kernels.continueOutputs(context, [request]);
    const { promptTokens, tokenLimit, sampling, seed } = request;
    const job = { modelRoot: "00", promptTokens, tokenLimit, sampling, seed };
    const claim = { job, outputTokens: outputs[0]!, detail: "logits" } as const;
    const scoring = { ...context, sequences: 1 };
    const [[byKernels], [byOwn]] = [
      await kernels.scoreClaims(scoring, [claim]),
      await own.scoreClaims(scoring, [claim]),
    ];
    for (const evidence of [byKernels!, byOwn!]) {
      expect(evidence.claimedLogits).toBeInstanceOf(Float32Array);
      expect(evidence.referenceTokens).toEqual(Uint32Array.from(outputs[0]!));
    }
    // The same model, other additions: near, not equal.
    const gaps = byKernels!.claimedLogits.map((logit, i) => Math.abs(logit - byOwn!.claimedLogits[i]!));
    expect(Math.max(...gaps)).toBeGreaterThan(0);
    expect(Math.max(...gaps)).toBeLessThan(0.1);
    expect([kernels.engine.cpuKernels, own.engine.gpuDevices]).toEqual(["sse42", []]);
    await Promise.all([kernels.close(), own.close()]);
    expect(readdirSync(folder)).toEqual([]);
    await expect(MachineProcess.open({ gpu: "metal" })).rejects.toMatchObject({ code: "gpu-absent" });
    await expect(MachineProcess.open({ gpu: "cuda", cpuKernels: "haswell" })).rejects.toMatchObject({
      code: "bad-request",
    });
  });

  test.each([
    ["the parent is killed", "SIGKILL", 1],
    ["parent and child are told to end", "SIGTERM", -1],
  ] as const)("their folder goes away even when %s", async (_, signal, group) => {
    const script =
      'import { MachineProcess } from "./src/inference/other-machines/machine-process.ts";' +
      'await MachineProcess.open({ cpuKernels: "sse42" }); console.log("open"); setInterval(() => {}, 1000);';
    const parent = spawn(process.execPath, ["--input-type=module", "--eval", script], { detached: true });
    await once(parent.stdout, "data");
    expect(readdirSync(folder)).toHaveLength(1);
    process.kill(group * parent.pid!, signal);
    for (let tries = 0; readdirSync(folder).length > 0 && tries < 200; tries++) await sleep(50);
    expect(readdirSync(folder)).toEqual([]);
  });

  test("those that do not exist, or that this processor cannot run, are refused in one line", async () => {
    await expect(MachineProcess.open({ cpuKernels: "abacus" })).rejects.toMatchObject({
      code: "kernels-absent",
      message: expect.stringMatching(/^CPU kernels 'abacus': expected one of .*haswell.*$/),
    });
    const flags = readFileSync("/proc/cpuinfo", "utf8");
    const beyond = flags.includes("avx512f") ? "sapphirerapids" : "skylakex";
    if (!flags.includes(beyond === "skylakex" ? "avx512f" : "amx_tile"))
      await expect(MachineProcess.open({ cpuKernels: beyond })).rejects.toMatchObject({
        code: "kernels-absent",
        message: expect.stringMatching(/^CPU kernels '\w+' do not run on this machine's processor; take others/),
      });
    expect(readdirSync(folder)).toEqual([]);
  });
});

test("variables given for a machine reach its process, and no other", async () => {
  const refused = { NODE_OPTIONS: "--no-such-option" };
  await expect(MachineProcess.open({ environment: refused })).rejects.toThrow("the CPU: its process ended at once");
  await (await MachineProcess.open({})).close();
});

test.runIf(process.platform !== "linux" || process.arch !== "x64")("elsewhere there is no choice", async () => {
  await expect(MachineProcess.open({ cpuKernels: "haswell" })).rejects.toThrow(/can be chosen on Linux x64 .* only/);
});
