import { describe, expect, test } from "vitest";
import { unwrap } from "../../../src/protocol/result.ts";
import {
  makeScheme,
  type SchemeParameters,
  schemeParameters,
  standardSchemes,
  standardSchemesByName,
} from "../../../src/protocol/schemes/schemes.ts";
import { positions, rejectionOf, scoredClaim } from "./outputs.ts";

/** 10 input and 20 output tokens. */
const honest = scoredClaim(positions(20), { inputCount: 10 });
const cheat = scoredClaim(positions(20, [5, 6, 7]), { inputCount: 10 });

function judge(parameters: SchemeParameters, output = honest) {
  const scheme = unwrap(makeScheme(parameters));
  if (scheme.kind !== "direct") throw new Error("a statistic needs a threshold");
  return unwrap(scheme.judge(output));
}

describe("the register of schemes", () => {
  test("makes every standard scheme, each under its own name", () => {
    const names = standardSchemes.map((parameters) => unwrap(makeScheme(parameters)).name);
    expect(new Set(names).size).toBe(names.length);
    for (const start of schemeParameters.options.map((option) => option.shape.scheme.value))
      expect(names.some((name) => name.startsWith(start))).toBe(true);
    expect(names).toContain("rastic whitepaper k=16");
    expect(names).toContain("proof-of-sampling share=0.1 (full-recomputation)");
  });

  test("says of each what figures call it, and where it belongs", () => {
    const schemes = [...standardSchemesByName.values()];
    expect(new Set(schemes.map(({ label }) => label)).size).toBe(schemes.length);
    for (const [i, { family, label, checkBudget, variant }] of schemes.entries()) {
      expect(family).toBe(standardSchemes[i]!.scheme);
      expect(label.length).toBeLessThanOrEqual(24);
      expect(variant === undefined).toBe(checkBudget === undefined);
    }
    const called = (name: string) => standardSchemesByName.get(name)?.label;
    expect(called("tolerant-rastic blog k=3 tau=0.5")).toBe("tolerant k=3");
    expect(called("proof-of-sampling share=0.1 (full-recomputation)")).toBe("0.1 of jobs, full");
    expect(called("proof-of-sampling share=0.1 (rastic blog k=3)")).toBe("0.1 of jobs, blog k=3");
  });

  test.each<[string, unknown]>([
    ["checkBudget", { scheme: "rastic", variant: "blog", checkBudget: -1 }],
    ["checkBudget", { scheme: "rastic", variant: "blog", checkBudget: 1.5 }],
    ["variant", { scheme: "rastic", variant: "prose", checkBudget: 1 }],
    ["toleranceLogits", { scheme: "tolerant-rastic", variant: "blog", checkBudget: 1, toleranceLogits: Number.NaN }],
    ["clipLogits", { scheme: "token-difr", clipLogits: 0 }],
    ["topK", { scheme: "top-k-log-probability", topK: 0, clipNats: 1 }],
    ["agreeing", { scheme: "redundancy", nodes: 4, agreeing: 2, dishonestShare: 0 }],
    ["agreeing", { scheme: "redundancy", nodes: 4, agreeing: 5, dishonestShare: 0 }],
    ["dishonestShare", { scheme: "redundancy", nodes: 3, agreeing: 2, dishonestShare: 1.1 }],
    ["share", { scheme: "proof-of-sampling", share: 2, inner: { scheme: "full-recomputation" } }],
    ["inner", { scheme: "proof-of-sampling", share: 0.5, inner: { scheme: "token-difr", clipLogits: 1 } }],
    ["depth", { scheme: "full-recomputation", depth: 3 }],
    ["scheme", { scheme: "trust" }],
  ])("names a wrong %s", (parameter, parameters) => {
    const made = makeScheme(parameters as SchemeParameters);
    expect(rejectionOf(made)).toBe("scheme-parameters");
    expect(made.ok ? "" : made.rejection.message).toContain(parameter);
  });

  test.each(standardSchemes)("$scheme says nothing about a claim that is none", (parameters) => {
    const scheme = unwrap(makeScheme(parameters));
    if (scheme.kind === "statistic") return;
    const inputless = { ...honest, identity: { job: { ...honest.identity.job, promptTokens: [] } } };
    expect(rejectionOf(scheme.judge(inputless))).toBe("rastic-empty-input");
  });
});

describe("full recomputation", () => {
  test("accepts what the model would have written, and nothing else", () => {
    expect(judge({ scheme: "full-recomputation" }).probability).toBe(1);
    for (let wrong = 0; wrong < 20; wrong++)
      expect(judge({ scheme: "full-recomputation" }, scoredClaim(positions(20, [wrong]))).probability).toBe(0);
  });

  test("feeds all tokens but the last, once; or each prefix anew", () => {
    expect(judge({ scheme: "full-recomputation" }).cost).toEqual({
      prefillTokens: 29,
      separatePrefillTokens: Array.from({ length: 20 }, (_, i) => 10 + i).reduce((sum, i) => sum + i),
      decodeTokens: 0,
    });
  });
});

describe("the end-token rule", () => {
  const endToken = (toleranceLogits: number): SchemeParameters => ({ scheme: "end-token", toleranceLogits });

  test("rejects an end that the model would not have chosen, unless nearly", () => {
    const early = scoredClaim([{}, {}, { consistent: false, margin: 0.3 }]);
    expect(judge(endToken(0), early).probability).toBe(0);
    expect(judge(endToken(0.2), early).probability).toBe(0);
    expect(judge(endToken(0.3), early).probability).toBe(1);
  });

  test("rejects going on where the model would have ended", () => {
    const output = scoredClaim(positions(6, [2]), { ended: false });
    const referenceTokens = Array.from(output.evidence.referenceTokens);
    referenceTokens[2] = output.endTokens[0]!;
    expect(judge(endToken(0), output).probability).toBe(1);
    expect(judge(endToken(0), { ...output, evidence: { ...output.evidence, referenceTokens } }).probability).toBe(0);
  });

  test("is blind to everything else, and needs margins only for a tolerance", () => {
    expect(judge(endToken(0), cheat).probability).toBe(1);
    const noMargins = scoredClaim([{}, { margin: Number.NaN }]);
    expect(judge(endToken(0), noMargins).probability).toBe(1);
    const scheme = unwrap(makeScheme(endToken(0.1)));
    expect(scheme.kind === "direct" && rejectionOf(scheme.judge(noMargins))).toBe("scheme-evidence-missing");
  });

  test("either of two end tokens ends a text", () => {
    const output = scoredClaim(positions(4, [3]));
    const two = { ...output, endTokens: [...output.endTokens, output.evidence.referenceTokens[3]!] };
    expect(judge(endToken(0), output).probability).toBe(0);
    expect(judge(endToken(0), two).probability).toBe(1);
  });
});

describe("n-of-m redundancy", () => {
  const redundancy = (nodes: number, agreeing: number, dishonestShare: number): SchemeParameters => ({
    scheme: "redundancy",
    nodes,
    agreeing,
    dishonestShare,
  });

  test("a lone cheat never finds a second, an honest node always does", () => {
    expect(judge(redundancy(3, 2, 0), cheat).probability).toBe(0);
    expect(judge(redundancy(3, 2, 0)).probability).toBe(1);
  });

  test("colluders: one of two others must back a cheat", () => {
    expect(judge(redundancy(3, 2, 0.1), cheat).probability).toBeCloseTo(1 - 0.9 ** 2, 14);
    expect(judge(redundancy(3, 2, 0.1)).probability).toBeCloseTo(1 - 0.1 ** 2, 14);
    expect(judge(redundancy(3, 3, 0.1), cheat).probability).toBeCloseTo(0.01, 14);
  });

  // P(Binomial(100, q) >= 50) in fractions (Python's fractions and math.comb); scipy.stats.binom gives the same.
  test.each([
    [0.2, 2.139250662619578e-11],
    [0.4, 0.027099197757009006],
    [0.05, 7.269307456113735e-38],
  ])("51 of 101 with a share of %f against them", (q, expected) => {
    const { probability } = judge(redundancy(101, 51, q), cheat);
    expect(probability / expected).toBeCloseTo(1, 12);
  });

  test("costs the others a generation each", () => {
    expect(judge(redundancy(4, 3, 0)).cost).toEqual({ prefillTokens: 30, separatePrefillTokens: 30, decodeTokens: 57 });
  });
});

describe("proof of sampling", () => {
  test("a cheat passes unless its job is looked at; the cost is the same share", () => {
    const parameters: SchemeParameters = {
      scheme: "proof-of-sampling",
      share: 0.25,
      inner: { scheme: "full-recomputation" },
    };
    expect(judge(parameters, cheat).probability).toBe(0.75);
    expect(judge(parameters).probability).toBe(1);
    expect(judge(parameters).cost.prefillTokens).toBe(29 / 4);
  });

  test("looks with RASTiC as well", () => {
    const inner = { scheme: "rastic" as const, variant: "blog" as const, checkBudget: 2 };
    const p = judge(inner, cheat).probability;
    expect(p).toBeCloseTo((17 * 16) / (20 * 19), 14);
    expect(judge({ scheme: "proof-of-sampling", share: 0.5, inner }, cheat).probability).toBeCloseTo((1 + p) / 2, 14);
  });

  test("what is false on its face is false before anybody looks, in every scheme", () => {
    const cut = { ...honest, identity: { job: { ...honest.identity.job, tokenLimit: 5 } } };
    for (const parameters of standardSchemes) {
      const scheme = unwrap(makeScheme(parameters));
      if (scheme.kind === "direct")
        expect([scheme.name, unwrap(scheme.judge(cut)).probability]).toEqual([scheme.name, 0]);
    }
  });
});
