import { execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { scratchFolder } from "../inference/gguf/scratch.ts";
import { camelid, ended, refusalLine } from "./camelid.ts";

const folder = scratchFolder();

describe("help", () => {
  test("names every command and the exit codes", async () => {
    const { out, err, code } = await camelid("--help");
    expect([err, code]).toEqual(["", 0]);
    for (const command of ["run", "generate", "verify", "calibrate", "figures", "models", "doctor"])
      expect(out).toMatch(new RegExp(`^ +camelid ${command}\\b`, "m"));
    expect(out).toContain("Exit codes: 0 done");
  });

  test.each([
    ...["run", "generate", "verify", "calibrate", "figures", "doctor"],
    ...["list", "inspect", "verify", "synthesize", "import"].map((name) => `models ${name}`),
  ])("of %s has an example", async (command) => {
    const { out, err, code } = await camelid(...command.split(" "), "--help");
    expect([err, code]).toEqual(["", 0]);
    expect(out).toMatch(/\nExamples:\n +camelid /);
  });

  test("--version is package.json's", async () => {
    const { version } = JSON.parse(readFileSync("package.json", "utf8"));
    expect(await camelid("--version")).toEqual({ out: `${version}\n`, err: "", code: 0 });
  });
});

describe("arguments that make no sense are refused in one line", () => {
  const cases: [string, string[], string][] = [
    ["no command", [], "name a command; see 'camelid --help'"],
    ["a misspelt command", ["genrate"], "unknown command; did you mean 'generate'? see 'camelid --help'"],
    ["a misspelt subcommand", ["models", "lst"], "unknown command; did you mean 'list'? see 'camelid --help'"],
    ["an unknown command", ["xyzzy"], "unknown command 'xyzzy'; see 'camelid --help'"],
    [
      "the folder of the results as a word",
      ["results", "list", "results"],
      "results list: the folder of the results is an option; type 'camelid results list --out results'",
    ],
    ["an unknown option", ["generate", "--tokns", "4"], "Unknown argument: tokns; see 'camelid generate --help'"],
    [
      "a subcommand without its argument",
      ["models", "verify", "--root", "00"],
      "an argument is missing; see 'camelid models verify --help'",
    ],
    [
      "a subcommand's option that makes no sense",
      ["models", "verify", "x.gguf", "--root", "00"],
      "--root: expected 64 hexadecimal digits, found \"00\"; see 'camelid models verify --help'",
    ],
    ["no subcommand", ["protocol"], "protocol: name one of decode, vectors; see 'camelid protocol --help'"],
    ["a missing argument", ["run"], "an argument is missing; see 'camelid run --help'"],
    ["an argument too many", ["solve", "a", "b"], "Unknown argument: b; see 'camelid solve --help'"],
    ["an option without its value", ["generate", "--out"], "--out: expected a value; see 'camelid generate --help'"],
    [
      "an option given twice",
      ["generate", "hi", "--model", "a", "--model", "b"],
      "--model: given 2 times; keep one; see 'camelid generate --help'",
    ],
    [
      "a value that is no choice",
      ["generate", "hi", "--decode", "double"],
      'Invalid values: Argument: decode, Given: "double", Choices: "single", "alone", "paired"; see \'camelid generate --help\'',
    ],
    [
      "a truth value that is none",
      ["run", "network", "--dry-run=yes"],
      "--dry-run: expected true or false, found yes; see 'camelid run --help'",
    ],
    [
      "another",
      ["generate", "hi", "--flash-attention=TRUE"],
      "--flash-attention: expected true or false, found TRUE; see 'camelid generate --help'",
    ],
    [
      "a third",
      ["results", "list", "--json=1"],
      "--json: expected true or false, found 1; see 'camelid results list --help'",
    ],
    [
      "a negated option that is no truth value",
      ["generate", "hi", "--no-out"],
      "Unknown argument: no-out; see 'camelid generate --help'",
    ],
    [
      "an option with a dot",
      ["generate", "hi", "--out.x", "a"],
      "Unknown argument: out.x; see 'camelid generate --help'",
    ],
  ];
  test.each(cases)("%s", async (_, args, message) => {
    expect(refusalLine(await camelid(...args))).toBe(message);
  });
});

describe("numbers out of range are refused by the option's name", () => {
  const whole = "expected a whole number of at least";
  const generate = ["generate", "hi", "--model", "nowhere.gguf"];
  const cases: [string[], string][] = [
    [[...generate, "--tokens", "0"], `--tokens: ${whole} 1, found 0`],
    [[...generate, "--tokens", "-1"], `--tokens: ${whole} 1, found -1`],
    [[...generate, "--tokens", "1.5"], `--tokens: ${whole} 1, found 1.5`],
    [[...generate, "--tokens", "abc"], `--tokens: ${whole} 1`],
    [[...generate, "--context", "0"], `--context: ${whole} 1, found 0`],
    [[...generate, "--threads", "abc"], `--threads: ${whole} 1`],
    [[...generate, "--gpu-layers", "abc"], `--gpu-layers: ${whole} 0`],
    [[...generate, "--temperature", "-1"], "--temperature: expected a number of at least 0, found -1"],
    [[...generate, "--top-k", "1.5"], `--top-k: ${whole} 0, found 1.5`],
    [[...generate, "--top-p", "2"], "--top-p: expected a number from 0 to 1, found 2"],
    [[...generate, "--seed", "-1"], "--seed: expected a whole number from 0 to 9007199254740991, found -1"],
    [[...generate, "--seed", "1.5"], "--seed: expected a whole number from 0 to 9007199254740991, found 1.5"],
    [[...generate, "--seed", "abc"], "--seed: expected a whole number from 0 to 9007199254740991"],
    [["verify", "x.json", "--checks", "-1"], `--checks: ${whole} 0, found -1`],
    [["verify", "x.json", "--checks", "abc"], `--checks: ${whole} 0`],
    [["calibrate", "--repeats", "0"], `--repeats: ${whole} 1, found 0`],
  ];
  test.each(cases)("%j", async (args, message) => {
    expect(refusalLine(await camelid(...args))).toBe(`${message}; see 'camelid ${args[0]} --help'`);
  });

  test("a nonce that is no hexadecimal number", async () => {
    expect(refusalLine(await camelid("verify", "x.json", "--nonce", "xyz"))).toContain(
      '--nonce: expected an even number of hexadecimal digits, found "xyz"',
    );
  });
});

describe.skipIf(process.platform === "win32")("--out is looked at before any work is done", () => {
  const out = async (path: string) => refusalLine(await camelid("generate", "hi", "--out", path));

  test("a folder, a missing folder, a file in the way, nothing", async () => {
    expect(await out(folder)).toBe(`--out ${folder}: is a folder; name a file in it`);
    const missing = join(folder, "missing", "tale.json");
    expect(await out(missing)).toBe(`--out ${missing}: its folder does not exist; create it, or name another`);
    const below = join(process.cwd(), "package.json", "tale.json");
    expect(await out(below)).toContain("package.json is no folder; name another place");
    expect(await out("")).toBe("--out: expected a value, found nothing; see 'camelid generate --help'");
  });

  test("a device stays what it is", async () => {
    const device = join(folder, "device");
    symlinkSync("/dev/null", device);
    expect(await out(device)).toBe(`--out ${device}: is no regular file; name a file to write`);
    expect(readdirSync(folder)).toEqual(["device"]);
    expect(lstatSync(device).isSymbolicLink()).toBe(true);
  });
});

/** A Node older than the launcher needs, which a system may well have. */
const oldNode = ["/usr/local/bin/node", "/usr/bin/node"].find((path) => {
  if (!existsSync(path)) return false;
  const [major, minor] = execFileSync(path, ["--version"], { encoding: "utf8" }).slice(1).split(".").map(Number);
  return major! < 22 || (major === 22 && minor! < 18);
});

describe.skipIf(oldNode === undefined)("under an old Node", () => {
  const launch = (...args: string[]) => spawn(oldNode!, ["src/cli/camelid.mjs", ...args]);

  test("the launcher runs the packaged one and hands its exit code on", async () => {
    const { out, code } = await ended(launch("doctor", "--json"));
    expect(code).toBe(0);
    const node = (JSON.parse(out) as { what: string; detail: string }[]).find(({ what }) => what === "Node");
    expect(node!.detail).toMatch(/^v24\..*node-/);
    expect(refusalLine(await ended(launch("genrate")))).toContain("did you mean");
  });

  test("a request to end reaches the child", async () => {
    const place = join(folder, "launched");
    mkdirSync(place);
    const child = launch("models", "synthesize", "1b", "--out", join(place, "big.gguf"));
    const end = ended(child);
    while (readdirSync(place).length === 0 && child.exitCode === null)
      await new Promise((resolve) => setTimeout(resolve, 5));
    child.kill("SIGTERM");
    expect((await end).code).toBe(130);
    expect(readdirSync(place)).toEqual([]);
  });
});

test("an empty value is no 0, and output that cannot be written is no success", async () => {
  for (const words of [["--temperature", ""], ["--tokens="]]) {
    const { err, code } = await camelid("generate", "hi", ...words);
    expect([err, code]).toEqual([
      `camelid: ${words[0]!.replace("=", "")}: expected a value, found nothing; see 'camelid generate --help'\n`,
      2,
    ]);
  }
  const shell = spawnSync("sh", ["-c", `"${process.execPath}" src/cli/camelid.mjs models list > /dev/full`], {
    encoding: "utf8",
  });
  expect([shell.stderr, shell.status]).toEqual(["camelid: the output cannot be written (ENOSPC)\n", 2]);
});
