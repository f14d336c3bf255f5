import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type TranscriptIdentity, transcriptKey } from "../../src/inference/transcript.ts";
import { canonicalJson } from "../../src/inference/transcript-json.ts";
import { madeUpIdentity } from "../support/transcripts.ts";

describe("a transcript's key", () => {
  const identity = madeUpIdentity(7);

  test("does not depend on the order in which an object's members were written", () => {
    const { job, ...rest } = identity;
    const { seed, ...terms } = job;
    expect(transcriptKey({ ...rest, job: { seed, ...terms } })).toBe(transcriptKey(identity));
  });

  const changes: [string, TranscriptIdentity][] = [
    ["seed", { ...identity, job: { ...identity.job, seed: 8 } }],
    ["prompt", { ...identity, job: { ...identity.job, promptTokens: [1, 17, 301] } }],
    ["token limit", { ...identity, job: { ...identity.job, tokenLimit: 41 } }],
    ["temperature", { ...identity, job: { ...identity.job, sampling: { ...identity.job.sampling, temperature: 1 } } }],
    ["parameters", { ...identity, strategy: { ...identity.strategy, parameters: { share: 0.5 } } }],
    ["revision", { ...identity, strategy: { ...identity.strategy, revision: 2 } }],
    ["a model", { ...identity, strategy: { ...identity.strategy, modelRoots: { target: "bb" } } }],
    ["detail", { ...identity, scoredBy: { ...identity.scoredBy, detail: "distribution" } }],
    [
      "CPU kernels",
      {
        ...identity,
        generatedBy: { ...identity.generatedBy, engine: { ...identity.generatedBy.engine, cpuKernels: "zen4" } },
      },
    ],
    [
      "flash attention in scoring",
      {
        ...identity,
        scoredBy: { ...identity.scoredBy, numerics: { ...identity.scoredBy.numerics, flashAttention: true } },
      },
    ],
  ];
  test.each(changes)("changes with the %s", (_, changed) => {
    expect(transcriptKey(changed)).not.toBe(transcriptKey(identity));
  });
});

describe("canonical JSON", () => {
  test("is JSON of the same value", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test("the number and key examples of RFC 8785, section 3.2.3 and appendix B", () => {
    expect(canonicalJson([333333333.3333333, 1e30, 4.5, 2e-3, 0.000000000000000000000000001])).toBe(
      "[333333333.3333333,1e+30,4.5,0.002,1e-27]",
    );
    expect(canonicalJson({ "\u20ac": 1, "\r": 2, "1": 3, "\u0080": 4 })).toBe('{"\\r":2,"1":3,"\u0080":4,"\u20ac":1}');
  });

  test.each([[undefined], [{ a: undefined }], [Number.NaN], [new Map()], [1n]])("%s is refused", (value) => {
    expect(() => canonicalJson(value)).toThrow(TypeError);
  });
});
