import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { CompletionFile } from "../../src/inference/completion-file.ts";
import { scratchFolder } from "../inference/gguf/scratch.ts";
import { camelid, draft, draftQ8, readJson, refusalLine } from "./camelid.ts";

const folder = scratchFolder();
const at = (name: string) => join(folder, `${name}.json`);
const tokens = 24;

/** What `verify --json` prints. */
interface Verification {
  verdict: string;
  contradiction: string | null;
  checks: { kind: string; position: number; claimedToken: number; referenceToken: number; passed: boolean }[];
  violations: { message: string }[];
  agreement: {
    positions: number;
    inconsistentPositions: number[];
    excludedPositions: number[];
    largestMargin: number | null;
    largestLogitDifference: number | null;
    identicalLogits: number;
  };
}

async function generate(name: string, prompt: string, ...args: string[]): Promise<void> {
  const model = args.includes("--model") ? [] : ["--model", draft];
  const common = ["--tokens", String(tokens), "--seed", "7", "--out", at(name)];
  const { code, err } = await camelid("generate", prompt, ...model, ...common, ...args);
  if (code !== 0) throw new Error(err);
}

/** Verifies with a check budget that covers every position, unless told otherwise. */
async function verify(name: string, ...args: string[]): Promise<{ found: Verification; code: number | null }> {
  const model = args.includes("--model") ? [] : ["--model", draft];
  const { out, err, code } = await camelid(
    "verify",
    at(name),
    ...model,
    "--nonce",
    "aa",
    "--checks",
    "99",
    "--json",
    ...args,
  );
  if (code === 2) throw new Error(err);
  return { found: JSON.parse(out) as Verification, code };
}

/** An edited copy of a completion. */
function edit(name: string, from: string, change: (completion: CompletionFile) => void): void {
  const completion = readJson<CompletionFile>(at(from));
  change(completion);
  writeFileSync(at(name), JSON.stringify(completion));
}

const king = "Once upon a time there was a king";
beforeAll(async () => {
  await generate("single", king);
  await generate("paired", king, "--decode", "paired");
  await generate("single-q8", king, "--model", draftQ8);
  await generate("top-5", king, "--top-k", "5");
  await generate("inverse-cdf", king, "--choice", "inverse-cdf");
  await generate("other-prompt", "The fox said to the wolf");
});

describe("an honest completion is accepted", () => {
  test.each([[[]], [["--threads", "2"]], [["--threads", "3"]]])(
    "decoded in pairs: under %j the verifier sees the generator's very logits",
    async (numerics) => {
      const { found, code } = await verify("paired", ...numerics);
      expect([code, found.verdict, found.contradiction]).toEqual([0, "accepted", null]);
      expect(found.agreement).toEqual({
        positions: tokens,
        inconsistentPositions: [],
        excludedPositions: [],
        largestMargin: null,
        largestLogitDifference: 0,
        identicalLogits: tokens,
      });
    },
  );

  test("generated in a larger context, in lock step with another: the very logits, too", async () => {
    const larger = ["--model", draft, "--decode", "paired", "--context", "400"];
    await camelid("generate", king, "hi", ...larger, "--tokens", "24", "--seed", "7", "--out", at("larger"));
    const [first] = readJson<CompletionFile[]>(at("larger"));
    expect(first!.logits).toEqual(readJson<CompletionFile>(at("paired")).logits);
  });

  test.each([
    ["one token at a time, F16 weights", "single", []],
    ["one token at a time, Q8_0 weights", "single-q8", ["--model", draftQ8]],
    ["verified with flash attention", "paired", ["--flash-attention"]],
    ["verified with a Q8_0 KV cache", "paired", ["--flash-attention", "--kv-cache", "Q8_0"]],
    ["verified with an F32 KV cache", "paired", ["--kv-cache", "F32"]],
  ])("%s: it is said by how much the logits differ", async (_, name, numerics) => {
    const { found } = await verify(name, ...numerics);
    const { positions, largestLogitDifference, identicalLogits, inconsistentPositions, largestMargin } =
      found.agreement;
    expect(positions).toBe(tokens);
    // Which of these differ, and whether a position tips over, is the CPU's business; that it is told is ours.
    expect(largestLogitDifference === 0).toBe(identicalLogits === tokens);
    expect(largestLogitDifference).toBeLessThan(2);
    expect(largestMargin === null).toBe(inconsistentPositions.length === 0);
    expect(found.verdict).toBe(inconsistentPositions.length === 0 ? "accepted" : "rejected");
  });

  test("other numerics do move the logits", async () => {
    const { found } = await verify("paired", "--flash-attention", "--kv-cache", "Q8_0");
    expect(found.agreement.identicalLogits).toBeLessThan(tokens);
    const { out } = await camelid("verify", at("paired"), "--model", draft, "--flash-attention", "--kv-cache", "Q8_0");
    expect(out).toMatch(
      /claimed tokens' logits differ from the generator's by up to 0\.\d+ \(\d+ of 24 identical\)\n$/,
    );
  });

  test.each(["blog", "prototype"])("by the %s variant, with the default budget, in words", async (variant) => {
    const { out, err, code } = await camelid(
      "verify",
      at("paired"),
      "--model",
      draft,
      "--nonce",
      "0F",
      "--variant",
      variant,
    );
    expect([err, code]).toEqual(["", 0]);
    expect(out).toMatch(new RegExp(`^accepted by RASTiC \\(${variant}, k = 1, nonce 0f\\)\\n +check +position`));
    expect(out).toContain("all 24 positions are consistent; generator and verifier saw identical logits\n");
    expect(out.match(/passed$/gm)!.length).toBeGreaterThanOrEqual(2);
  });

  test("by inverse-cdf sampling, of which there are no logits to compare", async () => {
    const { out, code } = await camelid("verify", at("inverse-cdf"), "--model", draft);
    expect(code).toBe(0);
    expect(out).toContain("the file holds no logits of the generator");
  });
});

describe("the nonce", () => {
  test("decides the positions: the same one the same, another one others", async () => {
    const positions = async (nonce: string) => {
      const { out } = await camelid(
        "verify",
        at("paired"),
        "--model",
        draft,
        "--checks",
        "5",
        "--json",
        "--nonce",
        nonce,
      );
      return (JSON.parse(out) as Verification).checks.map(({ position }) => position);
    };
    expect(await positions("aa")).toEqual(await positions("AA"));
    expect(await positions("aa")).not.toEqual(await positions("ab"));
  });

  test("is drawn anew where none is given, and shown", async () => {
    const drawn = async () =>
      /nonce ([0-9a-f]{32})\)/.exec((await camelid("verify", at("paired"), "--model", draft)).out)![1];
    expect(await drawn()).not.toBe(await drawn());
  });
});

describe("the whitepaper's variant", () => {
  test("rejects an honest completion where it asks for the client's own words, and says so", async () => {
    const { found, code } = await verify("paired", "--variant", "whitepaper");
    const failed = found.checks.filter(({ passed }) => !passed);
    expect([code, found.verdict]).toEqual([1, "rejected"]);
    expect(failed.length).toBeGreaterThan(0);
    expect(failed.every(({ position }) => position < 0)).toBe(true);
    expect(found.agreement.inconsistentPositions).toEqual([]);
    const args = ["--nonce", "aa", "--checks", "99", "--variant", "whitepaper"];
    const { out } = await camelid("verify", at("paired"), "--model", draft, ...args);
    expect(out).toContain(`${failed.length} of the failed checks lie in the prompt (position below 0)`);
  });
});

describe("a dishonest completion is rejected with exit code 1", () => {
  test.each(["blog", "prototype", "whitepaper"])("one token changed, by the %s variant", async (variant) => {
    edit("tampered", "paired", ({ outputTokens }) => {
      outputTokens[10] = (outputTokens[10]! + 999) % 4096;
    });
    const { found, code } = await verify("tampered", "--variant", variant);
    expect([code, found.verdict]).toEqual([1, "rejected"]);
    expect(found.checks).toContainEqual(expect.objectContaining({ position: 10, passed: false }));
    expect(found.agreement.inconsistentPositions).toContain(10);
    expect(found.agreement.largestMargin).toBeGreaterThan(0);
    expect(found.contradiction).toBe("text is not what outputTokens say");
  });

  test("a token that top-k leaves out has no margin, in JSON and in words", async () => {
    edit("excluded", "top-5", ({ outputTokens }) => {
      outputTokens[10] = (outputTokens[10]! + 999) % 4096;
    });
    const { found } = await verify("excluded");
    expect(found.agreement.excludedPositions).toContain(10);
    const { out } = await camelid("verify", at("excluded"), "--model", draft);
    expect(out).toMatch(/\d+ of them with a token that top-k or top-p leaves out \(10/);
    expect(out).not.toContain("Infinity");
  });

  test("cut short", async () => {
    edit("cut", "paired", (completion) => {
      completion.outputTokens.length = 12;
      completion.logits.length = 12;
    });
    const { found, code } = await verify("cut");
    expect([code, found.verdict]).toEqual([1, "rejected"]);
    expect(found.violations[0]!.message).toBe("12 of at most 24 tokens and no end token: the text was cut off");
  });

  test("cut short, with an end token put there", async () => {
    edit("ended", "paired", (completion) => {
      completion.outputTokens.splice(12, 99, 2);
      completion.logits.length = 13;
      completion.stop = "end-token";
    });
    const { found, code } = await verify("ended");
    expect([code, found.verdict]).toEqual([1, "rejected"]);
    expect(found.checks).toContainEqual(expect.objectContaining({ position: 12, claimedToken: 2, passed: false }));
  });

  test("of another prompt", async () => {
    const foreign = readJson<CompletionFile>(at("other-prompt"));
    edit("foreign", "paired", (completion) => {
      completion.outputTokens = foreign.outputTokens;
      completion.logits = foreign.logits;
      completion.text = foreign.text;
    });
    const { found, code } = await verify("foreign");
    expect([code, found.verdict, found.contradiction]).toEqual([1, "rejected", null]);
    expect(found.checks.find(({ position }) => position === 0)!.passed).toBe(false);
  });

  test("with any of its terms or words edited", async () => {
    const edits: Partial<CompletionFile>[] = [
      { seed: 8 },
      { sampling: { temperature: 3, topK: 0, topP: 1, choice: "gumbel" } },
      { tokenLimit: 10 },
      { text: "a better tale" },
      { prompt: "Twice upon a time" },
      { stop: "end-token" },
      { outputTokens: [], logits: [] },
    ];
    const honest = readJson<CompletionFile>(at("paired"));
    writeFileSync(at("edited"), JSON.stringify([honest, ...edits.map((change) => ({ ...honest, ...change }))]));
    const args = ["--model", draft, "--nonce", "aa", "--checks", "99", "--json"];
    const { out, code } = await camelid("verify", at("edited"), ...args);
    const verdicts = (JSON.parse(out) as Verification[]).map(({ verdict }) => verdict);
    expect([code, verdicts]).toEqual([1, ["accepted", ...edits.map(() => "rejected")]]);
  });

  test("among honest ones: the file of several is rejected, and each verdict is shown", async () => {
    const honest = readJson<CompletionFile>(at("paired"));
    writeFileSync(at("several"), JSON.stringify([honest, readJson(at("tampered"))]));
    const args = ["verify", at("several"), "--model", draft, "--nonce", "aa", "--checks", "99"];
    const { out, code } = await camelid(...args);
    expect(code).toBe(1);
    expect(out).toMatch(/^--- 0 ---\naccepted [\s\S]*\n--- 1 ---\nrejected /);
    const found = JSON.parse((await camelid(...args, "--json")).out) as Verification[];
    expect(found.map(({ verdict }) => verdict)).toEqual(["accepted", "rejected"]);
  });
});

describe("what cannot be judged is refused with exit code 2", () => {
  const refused = async (name: string, ...args: string[]) =>
    refusalLine(await camelid("verify", at(name), "--model", draft, ...args));

  test("another model, unless it is asked for", async () => {
    expect(await refused("single-q8")).toMatch(
      /^models\/tales-draft-f16\.gguf: its root is [0-9a-f]{16}\.\.\., the completion's model has [0-9a-f]{16}\.\.\.; name the right --model/,
    );
    const { found } = await verify("single-q8", "--other-model");
    expect(found.agreement.largestLogitDifference).toBeGreaterThan(0);
  });

  test("a token that the model does not know", async () => {
    edit("unknown", "paired", ({ outputTokens }) => {
      outputTokens[3] = 99_999;
    });
    expect(await refused("unknown")).toBe(`outputTokens[3] is 99999: expected a token id from 0 to 4095 of ${draft}`);
  });

  test("no file, no JSON, another JSON, a field of another type", async () => {
    expect(await refused("nowhere")).toBe(`${at("nowhere")}: no such file; check the path`);
    writeFileSync(at("text"), "Once upon a time");
    expect(await refused("text")).toMatch(
      /text\.json: not JSON \(.*\); expected a file that 'camelid generate --out' wrote$/,
    );
    writeFileSync(at("json"), readFileSync("package.json"));
    expect(await refused("json")).toMatch(
      /json\.json: format: .*; expected a file that 'camelid generate --out' wrote$/,
    );
    edit("field", "paired", (completion) => {
      Object.assign(completion, { seed: "seven" });
    });
    expect(await refused("field")).toMatch(/field\.json: seed: /);
  });
});
