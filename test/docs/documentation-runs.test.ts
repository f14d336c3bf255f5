/**
 * Every command of the documents, typed in a scratch folder. What it says is compared with `expected/`, numbers and names of this
 * machine left out; CAMELID_WRITE_EXPECTED=1 writes those files anew.
 */
import { type ExecFileException, execFile, execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { type DocumentedCommand, documentedCommands, wordsOf } from "./documented-commands.ts";
import { addedWords, type LatestRun, notRun, onlyHelp, placeholders } from "./how-to-run.ts";

const scratch = mkdtempSync(join(tmpdir(), "camelid-docs-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
for (const name of ["experiments", "models", "test"]) symlinkSync(resolve(name), join(scratch, name));

const commands = documentedCommands();
const matching = (lists: typeof onlyHelp, { text }: DocumentedCommand) =>
  lists.find(({ command }) => command.test(text));
const ran = commands.filter((command) => !matching(notRun, command) && !matching(onlyHelp, command));

/** `npm run camelid -- X`, `npx camelid X` and `camelid X` are one program. */
const wordsBehindCamelid = ({ text }: DocumentedCommand) =>
  wordsOf(text.replace(/^npm run camelid -- /, "camelid ").replace(/^npx camelid/, "camelid")).slice(1);

const latestRun: LatestRun = (experiment) => {
  const runs = readdirSync(join(scratch, "results", experiment)).filter((run) => /^\d{8}T/.test(run));
  return `results/${experiment}/${runs.sort().at(-1)}`;
};

interface Said {
  readonly code: number;
  readonly out: string;
}

function camelid(words: readonly string[]): Promise<Said> {
  const env = { ...process.env, NO_COLOR: "1" };
  return new Promise((settle, fail) => {
    execFile(process.execPath, [resolve("src/cli/camelid.mjs"), ...words], { cwd: scratch, env }, (error, out, err) => {
      const { code = 0 } = (error ?? {}) as ExecFileException;
      // 2 is a mistake of the user, and the documents make none.
      if (typeof code !== "number" || ![0, 1, 3].includes(code))
        fail(new Error(`camelid ${words.join(" ")}: ${code}\n${err}`));
      else settle({ code, out });
    });
  });
}

/** What of an output holds on every machine and every day. */
function shapeOf({ code, out }: Said): string {
  const lines = out
    .replaceAll(scratch, "SCRATCH")
    .replaceAll(resolve("."), "ROOT")
    .replace(/\b\d{8}T\d{6}Z(-\w+)*/g, "RUN")
    .replace(/\b[0-9a-f]{16,}(\.\.\.)?/g, "HASH")
    // Words that a model wrote, and what this machine is.
    .replace(/"(?:[^"\\\n]|\\.)*"/g, '"TEXT"')
    .replace(/^(ok|note|WRONG) +(Node|machine|power|llama\.cpp|CPU features) +.*$/gm, "STATE $2 DETAIL")
    .replace(/^(ok|note|WRONG) +(cuda|vulkan|metal) +.*\n/gm, "")
    .replace(/^.*, kernels .*$/m, "MACHINE")
    .replace(/^(Once upon a time).*(?:\n(?!\().*)*/m, "$1 TEXT")
    .replace(/\b(accepted|rejected) by RASTiC/, "JUDGED by RASTiC")
    .replace(/^The checkout of .* had uncommitted changes\.\n/m, "")
    // How many metrics a comparison lists, and what would decide them, hangs on what a model wrote.
    .replace(/^(mixed\/.*\n)+/m, "METRICS\n")
    .replace(/^.* runs give no p under .*\n/m, "")
    .replace(/(?<=^|[\s[±$])[-−](?=\d)/gm, "")
    .replace(/\d[\d,]*(\.\d+)?(e[-+]?\d+)?/g, "N")
    .replace(/\b(cheaper|dearer)\b/g, "CHEAPER")
    .replace(/^((?:prefill|decode) .*) (-|N)$/gm, "$1 WATTS")
    .replace(/ +/g, " ")
    .trimEnd();
  return `exit code ${code}\n${lines}\n`;
}

/** The name of a command's expectation, such as `run-experiments-network.yaml-preset-quick.txt`. */
function expectationOf({ text }: DocumentedCommand): string {
  const name = text
    .replace(/^(npm run camelid -- |npx camelid |camelid )/, "")
    .replace(/[^\w.=]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 80);
  return resolve("test/docs/expected", `${name}.txt`);
}

describe("commands of the documents", () => {
  test("are found, and each is run, or in a list that says why not", () => {
    expect(commands.length).toBeGreaterThan(25);
    expect(ran.length).toBeGreaterThan(10);
    for (const list of [notRun, onlyHelp])
      for (const entry of list) {
        const used = commands.filter((command) => entry.command.test(command.text));
        expect([String(entry.command), used.length > 0]).toEqual([String(entry.command), true]);
      }
  });

  test.each(ran.map((command) => [command.text, command] as const))("%s", async (_, command) => {
    const words = wordsBehindCamelid(command);
    expect([command.places, command.text.includes("camelid")]).toEqual([command.places, true]);
    const filled = words.map((word) => placeholders[word]?.(latestRun) ?? word);
    const found = shapeOf(await camelid(bare(filled) ? [...filled, "--help"] : [...filled, ...addedWords(filled)]));
    const file = expectationOf(command);
    if (process.env["CAMELID_WRITE_EXPECTED"] === "1") writeFileSync(file, found);
    if (!existsSync(file)) throw new Error(`${file} is missing: see that this is right, then store it:\n${found}`);
    expect(found).toBe(readFileSync(file, "utf8"));
  });

  const helped = commands.filter((command) => matching(onlyHelp, command));
  test.each(helped.map((command) => [command.text, command] as const))("%s: help", async (_, command) => {
    const known = wordsBehindCamelid(command).filter((word) => /^[a-z]+$/.test(word));
    const { out } = await camelid([...known.slice(0, 1), "--help"]);
    expect(out).toMatch(known.length === 0 ? /Commands:/ : new RegExp(`^camelid ${known[0]}\\b`));
    // Options that the documents give it are options that it has.
    for (const [option] of command.text.matchAll(/--\w[\w-]*/g)) expect(out).toContain(option);
  });

  const looked = commands.filter((command) => matching(notRun, command));
  test.each(looked.map((command) => [command.text, command] as const))("%s: exists", (_, command) => {
    const [program, first, second] = wordsOf(command.text);
    const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { scripts: Record<string, string> };
    if (program === "node") execFileSync(process.execPath, ["--check", first!]);
    else if (first !== "ci") expect(Object.keys(scripts)).toContain(first === "run" ? second : first);
  });

  test("no stored expectation is of a command that nobody tells any more", () => {
    const known = ran.map(expectationOf);
    const stored = readdirSync("test/docs/expected").map((file) => resolve("test/docs/expected", file));
    expect(stored.filter((file) => !known.includes(file))).toEqual([]);
  });
});

/** A command that is only named: what it needs is missing, so its help is asked for. */
function bare(words: readonly string[]): boolean {
  return words.length === 1 && !["doctor", "figures"].includes(words[0]!);
}
