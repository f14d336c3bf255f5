/**
 * Every command of the documents, typed in a scratch folder. What it says is compared with `expected/`, numbers and names of this
 * machine left out; CAMELID_WRITE_EXPECTED=1 writes those files anew.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { camelid as inProcess } from "../cli/camelid.ts";
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

const project = process.cwd();
async function camelid(words: readonly string[]): Promise<Said> {
  process.chdir(scratch);
  try {
    const { code, out, err } = await inProcess(...words);
    // 2 is a mistake of the user, and the documents make none.
    if (![0, 1, 3].includes(code!)) throw new Error(`camelid ${words.join(" ")}: ${code}\n${err}`);
    return { code: code!, out };
  } finally {
    process.chdir(project);
  }
}

/**
 * A verdict on what a model wrote hangs on the processor, which decides its logits: either may come out, so long as exit code, sentence
 * and numbers say the same.
 */
function withoutVerdict(
  { code, out }: Said,
  [, first, second]: readonly string[],
): { readonly code: string; readonly out: string } {
  if (/ by RASTiC /.test(out)) {
    const [, inconsistent, differing] = agreement.exec(out)!;
    expect([code === 1, /\bFAILED$/m.test(out)]).toEqual(Array(2).fill(/^rejected by/.test(out)));
    if (code === 1) expect(inconsistent).toBeDefined();
    if (differing !== undefined) {
      const [largest, identical, positions] = / up to (\S+) \((\d+) of (\d+) identical\)$/
        .exec(differing)!
        .slice(1)
        .map(Number);
      expect(largest).toBeGreaterThan(0);
      expect(identical).toBeLessThan(positions!);
    }
    return {
      code: "0 OR 1",
      out: out
        .replace(/^(accepted|rejected)/, "JUDGED")
        .replace(/(passed|FAILED)$/gm, "JUDGED")
        .replace(agreement, "AGREEMENT"),
    };
  }
  const compared = /^\d+ of \d+ metrics changed, [\s\S]*?^(Unchanged|Changed|Undecided): [\s\S]*?(?=\n\n)/m.exec(out);
  // What is compared with itself is unchanged whatever a model wrote.
  if (compared !== null && first !== second) {
    expect(code).toBe({ Unchanged: 0, Changed: 1, Undecided: 3 }[compared[1]!]);
    return {
      code: "0, 1 OR 3",
      out: out.replace(
        /(?<=\d+ metrics, their verdicts corrected for\s+each other\n)[\s\S]*(?=\n\n\S+report\.html)/,
        "\nVERDICTS",
      ),
    };
  }
  return { code: String(code), out };
}

const agreement = new RegExp(
  "^(?:all \\d+ positions are consistent|(\\d+ of \\d+ positions are inconsistent \\(.*)); " +
    "(?:generator and verifier saw identical logits|(logits differ from the generator's by up to .*))$",
  "m",
);

/** What of an output holds on every machine and every day. */
function shapeOf(said: Said, words: readonly string[]): string {
  const { code, out } = withoutVerdict(said, words);
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
    .replace(/^The checkout of .* had uncommitted changes\.\n/m, "")
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
    const said = await camelid(bare(filled) ? [...filled, "--help"] : [...filled, ...addedWords(filled)]);
    const found = shapeOf(said, filled);
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
