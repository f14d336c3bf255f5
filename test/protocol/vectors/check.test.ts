import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Result } from "../../../src/protocol/result.ts";
import { checkVectors, type VectorFile, type VectorResult } from "../../../src/protocol/vectors/check.ts";

const good: VectorFile = JSON.parse(readFileSync("test/vectors/2026.1/chunk-verify.json", "utf8"));
const accepted = good.cases.find((one) => one.post !== undefined)!;
const refused = good.cases.find((one) => one.code === "chunk-size")!;

const withCases = (...cases: object[]): string => JSON.stringify({ ...good, cases });
const problems = (checked: Result<VectorResult[]>): string[] =>
  checked.ok ? checked.value.map(({ passed, problem }) => (passed ? "passed" : problem)) : [checked.rejection.code];

describe("checking a vector file", () => {
  test("gives one result per case, in order, under its name", () => {
    const checked = checkVectors(withCases(accepted, refused));
    expect(checked).toEqual({
      ok: true,
      value: [
        { name: accepted.name, passed: true, problem: "" },
        { name: refused.name, passed: true, problem: "" },
      ],
    });
  });

  test("fails a case whose post is wrong, and says where", () => {
    const wrong = { ...accepted, post: { ...(accepted.post as object), root: "00" } };
    expect(problems(checkVectors(withCases(wrong)))).toEqual(["post differs first at $.root"]);
  });

  test("fails a case that must be refused and is not, and one refused for another reason", () => {
    const { post: _, ...rest } = accepted;
    expect(problems(checkVectors(withCases({ ...rest, code: "chunk-size" })))).toEqual([
      "accepted, expected rejection chunk-size",
    ]);
    expect(problems(checkVectors(withCases({ ...refused, code: "chunk-index" })))[0]).toContain(
      "refused with chunk-size (chunk 1 has 3 bytes, expected 4), expected chunk-index",
    );
  });

  test("fails a case that must be accepted and is refused", () => {
    const { code: _, ...rest } = refused;
    expect(problems(checkVectors(withCases({ ...rest, post: accepted.post })))[0]).toContain("expected acceptance");
  });

  test("a malformed operation or state is a failed case, even where that rejection is what the case expects", () => {
    const operation = { index: 1, chunk: "zz", proof: [] };
    const malformed = { ...refused, code: "vector-malformed" };
    expect(problems(checkVectors(withCases({ ...malformed, operation }, { ...malformed, pre: null })))).toEqual([
      "operation.chunk: expected whole bytes in lowercase hexadecimal",
      "pre: Invalid input: expected object, received null",
    ]);
  });

  test("a case has a post or a code, not both and not neither", () => {
    const { code: _, ...neither } = refused;
    const both = { ...accepted, code: "chunk-size" };
    for (const problem of problems(checkVectors(withCases(neither, both)))) expect(problem).toContain("either `post`");
  });

  test.each<[string, string, string]>([
    ["text that is not JSON", "{", "vector-file-not-json"],
    ["another format", JSON.stringify({ ...good, format: "other/1" }), "vector-file-malformed"],
    ["an unknown revision", JSON.stringify({ ...good, revision: "2024.1" }), "vector-file-malformed"],
    ["no cases", JSON.stringify({ ...good, cases: [] }), "vector-file-malformed"],
    ["a list", "[]", "vector-file-malformed"],
    ["an unknown rule", JSON.stringify({ ...good, rule: "chess" }), "vector-rule-unknown"],
  ])("refuses %s", (_, content, code) => {
    expect(problems(checkVectors(content))).toEqual([code]);
  });

  test("says which rules there are when it meets another", () => {
    const checked = checkVectors(JSON.stringify({ ...good, rule: "chess" }));
    expect(checked.ok ? "" : checked.rejection.message).toMatch(
      /^rule "chess": expected one of .*rastic-plan, rastic-judge/,
    );
  });

  test("says where a file is malformed", () => {
    const checked = checkVectors(withCases({ ...accepted, name: 7 }));
    expect(checked.ok ? "" : checked.rejection.message).toContain("cases.0.name");
    const list = checkVectors("[]");
    expect(list.ok ? "" : list.rejection.message).toContain("the file: ");
  });
});
