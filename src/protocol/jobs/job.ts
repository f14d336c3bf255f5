/**
 * Job parameters (whitepaper 2.4): what a client asks for. Only the job's id, the hash of these parameters, goes on chain.
 *
 * Version 1 holds the whitepaper's fields, and the public key that the output is encrypted to (2.4 speaks of it, and lists
 * no field for it). Version 2 adds what makes the job's result unique and its check fair: see `JobTerms`.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { isPublicKey, publicKeyBytes } from "../keys.ts";
import { remembered } from "../memo.ts";
import type { Parameters } from "../parameters.ts";
import { err, ok, type Result } from "../result.ts";
import type { RuleSet } from "../revisions.ts";
import { type Decoded, decode, type WireField, type WireReader, WireWriter } from "../wire.ts";

/** Never changed once made: its id is remembered by object. Hashes and keys are hexadecimal. */
export interface Job {
  readonly input: string;
  readonly seed: number;
  /** Tokens to generate at most, the end token included. */
  readonly tokenLimit: number;
  /** When the client says it made the job. */
  readonly timestampMs: number;
  /** The job enters no block before this time; 0 for none. The sources name a timelock and do not explain it. */
  readonly timelockMs: number;
  /** Where the client listens: host name or network address, not a payment address. */
  readonly clientHost: string;
  readonly clientPort: number;
  readonly clientPublicKey: string;
  /** Name of the model, e.g. `ggml-alpaca-7b-q4`. */
  readonly model: string;
  /** Null in version 1. */
  readonly terms: JobTerms | null;
}

/** What version 2 adds. */
export interface JobTerms {
  /** Identity of the weights (model-chunks.ts). */
  readonly modelRoot: string;
  readonly sampling: Sampling;
  /** SHA-256 of the client's 32-byte verification nonce (index-derivation.ts). */
  readonly nonceHash: string;
}

/** How a token is drawn from the model's distribution. Whole numbers, so that every node reads them alike. */
export interface Sampling {
  /** How randomness picks the token. */
  readonly sampler: "inverse-cdf" | "gumbel";
  /** 0 is greedy. */
  readonly temperaturePerMille: number;
  /** Most probable tokens kept; 0 keeps all. */
  readonly topK: number;
  /** Probability mass kept, 1 to 1000; 1000 keeps all. */
  readonly topPPerMille: number;
}

const samplers = ["inverse-cdf", "gumbel"] as const;
const hashBytes = 32;
const maxNameBytes = 255;
/** No preset allows more; what a preset allows is `checkJob`'s business. */
const maxInputWireBytes = 1 << 20;
const idTag = utf8ToBytes("CamelidCoin job\0");

export function encodeJob(job: Job): Uint8Array {
  return writeJob(new WireWriter(), job).finish();
}

export function decodeJob(bytes: Uint8Array, trace?: WireField[]): Decoded<Job> {
  return decode(bytes, readJob, trace);
}

export function writeJob(writer: WireWriter, job: Job): WireWriter {
  writer
    .u8(job.terms === null ? 1 : 2)
    .text(job.input)
    .u32(job.seed)
    .u32(job.tokenLimit)
    .u64(job.timestampMs)
    .u64(job.timelockMs)
    .text(job.clientHost)
    .u16(job.clientPort)
    .hex(job.clientPublicKey, publicKeyBytes)
    .text(job.model);
  if (job.terms !== null) {
    const { modelRoot, sampling, nonceHash } = job.terms;
    writer
      .hex(modelRoot, hashBytes)
      .u8(samplers.indexOf(sampling.sampler))
      .u32(sampling.temperaturePerMille)
      .u32(sampling.topK)
      .u16(sampling.topPPerMille)
      .hex(nonceHash, hashBytes);
  }
  return writer;
}

export function readJob(reader: WireReader): Job {
  const version = reader.u8("version");
  if (version !== 1 && version !== 2)
    return reader.fail("job-version", "version", `job version ${version}, known are 1 and 2`, reader.offset - 1);
  return {
    input: reader.text("input", maxInputWireBytes),
    seed: reader.u32("seed"),
    tokenLimit: reader.u32("tokenLimit"),
    timestampMs: reader.u64("timestampMs"),
    timelockMs: reader.u64("timelockMs"),
    clientHost: reader.text("clientHost", maxNameBytes),
    clientPort: reader.u16("clientPort"),
    clientPublicKey: reader.hex("clientPublicKey", publicKeyBytes),
    model: reader.text("model", maxNameBytes),
    terms: version === 1 ? null : readTerms(reader),
  };
}

function readTerms(reader: WireReader): JobTerms {
  return {
    modelRoot: reader.hex("modelRoot", hashBytes),
    sampling: {
      sampler: readSampler(reader),
      temperaturePerMille: reader.u32("temperaturePerMille"),
      topK: reader.u32("topK"),
      topPPerMille: reader.u16("topPPerMille"),
    },
    nonceHash: reader.hex("nonceHash", hashBytes),
  };
}

/** The sampler of a number on the wire; undefined where there is none. */
export function samplerOfNumber(number: number): Sampling["sampler"] | undefined {
  return samplers[number];
}

function readSampler(reader: WireReader): Sampling["sampler"] {
  const number = reader.u8("sampler");
  return (
    samplerOfNumber(number) ??
    reader.fail("job-sampler", "sampler", `sampler ${number}, known are 0 and 1`, reader.offset - 1)
  );
}

/** The job's id, 32 bytes: SHA-256 of a tag and the encoded parameters. */
export const jobId = remembered((job: Job): string => bytesToHex(sha256(concatBytes(idTag, encodeJob(job)))));

/**
 * Whether a job is one that nodes under these rules may work on.
 *
 * Rejections, in this order: job-version, job-input-length, job-token-limit, job-key, job-top-p.
 */
export function checkJob(job: Job, rules: RuleSet, parameters: Parameters): Result<Job> {
  const version = job.terms === null ? 1 : 2;
  if (version !== rules.jobVersion)
    return err("job-version", `job version ${version}, revision ${rules.revision} takes ${rules.jobVersion}`);
  const inputBytes = utf8ToBytes(job.input).length;
  if (inputBytes < 1 || inputBytes > parameters.maxInputBytes)
    return err("job-input-length", `an input of ${inputBytes} bytes, expected 1 to ${parameters.maxInputBytes}`);
  if (job.tokenLimit < 1 || job.tokenLimit > parameters.maxTokenLimit)
    return err("job-token-limit", `${job.tokenLimit} tokens, expected 1 to ${parameters.maxTokenLimit}`);
  if (!isPublicKey(job.clientPublicKey)) return err("job-key", "the client's public key is not a point of the curve");
  const topP = job.terms?.sampling.topPPerMille ?? 1000;
  if (topP < 1 || topP > 1000) return err("job-top-p", `top-p of ${topP} thousandths, expected 1 to 1000`);
  return ok(job);
}
