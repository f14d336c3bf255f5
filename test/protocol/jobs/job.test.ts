import { createHash } from "node:crypto";
import { bytesToHex } from "@noble/hashes/utils.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeJob, encodeJob, type Job, jobId } from "../../../src/protocol/jobs/job.ts";
import type { WireField } from "../../../src/protocol/wire.ts";

const hexOf = (bytes: number) => fc.uint8Array({ minLength: bytes, maxLength: bytes }).map(bytesToHex);
const u32 = fc.nat(0xffff_ffff);
const milliseconds = fc.nat(Number.MAX_SAFE_INTEGER);
const name = fc.string({ unit: "grapheme", maxLength: 20 });
const sampling = fc.record({
  sampler: fc.constantFrom("inverse-cdf" as const, "gumbel" as const),
  temperaturePerMille: u32,
  topK: u32,
  topPPerMille: fc.nat(0xffff),
});
const terms = fc.record({ modelRoot: hexOf(32), sampling, nonceHash: hexOf(32) });
const jobs: fc.Arbitrary<Job> = fc.record({
  input: fc.string({ unit: "grapheme" }),
  seed: u32,
  tokenLimit: u32,
  timestampMs: milliseconds,
  timelockMs: milliseconds,
  clientHost: name,
  clientPort: fc.nat(0xffff),
  clientPublicKey: hexOf(33),
  model: name,
  terms: fc.option(terms),
});

describe("job parameters", () => {
  test("are read back as they were written", () => {
    fc.assert(
      fc.property(jobs, (job) => {
        expect(decodeJob(encodeJob(job))).toEqual({ ok: true, value: job });
      }),
    );
  });

  test("have as id SHA-256 of a tag and their bytes, which every field is part of", () => {
    fc.assert(
      fc.property(jobs, jobs, (job, other) => {
        const digest = createHash("sha256").update("CamelidCoin job\0").update(encodeJob(job)).digest("hex");
        expect(jobId(job)).toBe(digest);
        for (const field of Object.keys(job) as (keyof Job)[]) {
          const mixed = { ...job, [field]: other[field] };
          const same = JSON.stringify(job[field]) === JSON.stringify(other[field]);
          expect(jobId(mixed) === jobId(job)).toBe(same);
        }
      }),
    );
  });

  test("are explained field by field", () => {
    const job: Job = {
      input: "hi",
      seed: 7,
      tokenLimit: 16,
      timestampMs: 1_000_000,
      timelockMs: 0,
      clientHost: "a.example",
      clientPort: 8333,
      clientPublicKey: `02${"11".repeat(32)}`,
      model: "m",
      terms: null,
    };
    const trace: WireField[] = [];
    decodeJob(encodeJob(job), trace);
    expect(trace.map(({ field, value }) => `${field}=${value}`)).toEqual(
      expect.arrayContaining(["version=1", "input=hi", "seed=7", "clientPort=8333", "model=m"]),
    );
    const terms = {
      modelRoot: "4d".repeat(32),
      sampling: { sampler: "gumbel", temperaturePerMille: 200, topK: 40, topPPerMille: 100 },
      nonceHash: "9a".repeat(32),
    } as const;
    const traceOf2: WireField[] = [];
    const bytes = encodeJob({ ...job, terms });
    decodeJob(bytes, traceOf2);
    expect(traceOf2.slice(-6).map(({ field }) => field)).toEqual([
      "modelRoot",
      "sampler",
      "temperaturePerMille",
      "topK",
      "topPPerMille",
      "nonceHash",
    ]);
    const samplerAt = bytes.length - (32 + 2 + 4 + 4 + 1);
    const unknown = decodeJob(bytes.with(samplerAt, 9));
    expect(unknown.ok ? null : [unknown.rejection.field, unknown.rejection.offset]).toEqual(["sampler", samplerAt]);
    const broken = decodeJob(encodeJob(job).subarray(0, 10));
    expect(broken.ok ? null : [broken.rejection.field, broken.rejection.offset]).toEqual(["tokenLimit", 8]);
  });
});
