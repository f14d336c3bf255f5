/**
 * A transcript as bytes, columns not rows.
 *
 * | bytes | content                                                                                  |
 * |-------|------------------------------------------------------------------------------------------|
 * | 4     | "CTRS"                                                                                   |
 * | 1     | version, 2                                                                               |
 * | 32    | SHA-256 of the payload: the transcript's content, however well it was compressed         |
 * | rest  | the payload, zstd                                                                        |
 *
 * Payload: header length (u32), header (canonical JSON), then the columns of 4-byte little-endian words in the order of
 * `columnNames`. A column is laid out as byte planes (all lowest bytes, then all second bytes, ...), and a column that
 * mostly repeats another is stored as the exclusive or with it, both because zstd then finds what there is to find. Behind
 * them: `inputReferenceTokens`, as many words as the header's `inputPositions` says.
 */
import { createHash } from "node:crypto";
import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { z } from "zod";
import { decodeShapes, kvCacheTypes } from "./numerics.ts";
import { samplingChoices } from "./sampling/sampling.ts";
import { type Evidence, evidenceDetails, type Transcript, transcriptKey } from "./transcript.ts";
import { canonicalJson, type Json } from "./transcript-json.ts";

const magic = Buffer.from("CTRS");
const version = 2;
const checksumAt = magic.length + 1;
const bodyAt = checksumAt + 32;
/** Far above any transcript: keeps a forged length from taking all memory. */
const largestPayloadBytes = 1 << 28;

export type TranscriptDamage = "not-a-transcript" | "other-version" | "damaged";

/** Bytes that are no whole transcript. */
export class TranscriptDamageError extends Error {
  override readonly name = "TranscriptDamageError";
  readonly code: TranscriptDamage;

  constructor(code: TranscriptDamage, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The same transcript gives the same payload, and the same bytes under one zstd release. */
export function encodeTranscript(transcript: Transcript): Buffer {
  const payload = encodePayload(transcript);
  const compressed = zstdCompressSync(payload, { params: { [constants.ZSTD_c_compressionLevel]: 12 } });
  return Buffer.concat([magic, Buffer.from([version]), sha256(payload), compressed]);
}

/** Throws TranscriptDamageError, and nothing else, for bytes that `encodeTranscript` did not write. */
export function decodeTranscript(bytes: Uint8Array): Transcript {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.length < bodyAt || !buffer.subarray(0, magic.length).equals(magic))
    throw new TranscriptDamageError("not-a-transcript", `${buffer.length} bytes that do not begin as a transcript`);
  const found = buffer[magic.length]!;
  if (found !== version)
    throw new TranscriptDamageError("other-version", `transcript of version ${found}; this program reads ${version}`);
  let payload: Buffer;
  try {
    payload = zstdDecompressSync(buffer.subarray(bodyAt), { maxOutputLength: largestPayloadBytes });
  } catch (cause) {
    throw new TranscriptDamageError("damaged", "the compressed part cannot be read", { cause });
  }
  if (!sha256(payload).equals(buffer.subarray(checksumAt, bodyAt)))
    throw new TranscriptDamageError("damaged", "the checksum does not match the content");
  return decodePayload(payload);
}

/** The uncompressed canonical form: equal for equal transcripts, on any machine. */
export function encodePayload(transcript: Transcript): Buffer {
  const { identity, outputTokens, alteredPositions, work, endTokens, vocabularySize, evidence } = transcript;
  const { inputReferenceTokens } = evidence;
  const positions = outputTokens.length;
  const columns = columnsOf(outputTokens, evidence);
  for (const [name, { length }] of Object.entries(columns))
    if (length !== positions) throw new TypeError(`column ${name}: ${length} entries for ${positions} output tokens`);
  const header = Buffer.from(
    canonicalJson({
      identity,
      positions,
      inputPositions: inputReferenceTokens.length,
      alteredPositions: [...alteredPositions],
      work,
      endTokens,
      vocabularySize,
      columns: Object.keys(columns),
    }),
  );
  const length = Buffer.alloc(4);
  length.writeUInt32LE(header.length);
  return Buffer.concat([length, header, ...Object.values(columns).map(toPlanes), toPlanes(inputReferenceTokens)]);
}

/** Throws TranscriptDamageError `damaged` for a payload that is not well-formed. */
export function decodePayload(payload: Buffer): Transcript {
  const damaged = (what: string, cause?: unknown) => new TranscriptDamageError("damaged", what, { cause });
  let header: z.output<typeof headerSchema>;
  let at: number;
  try {
    at = 4 + payload.readUInt32LE(0);
    header = headerSchema.parse(JSON.parse(payload.toString("utf8", 4, at)));
  } catch (cause) {
    throw damaged("its header is not one", cause);
  }
  const { positions, inputPositions, columns: names, ...rest } = header;
  if (payload.length !== at + 4 * (positions * names.length + inputPositions))
    throw damaged(
      `${payload.length} bytes for ${names.length} columns of ${positions} positions and ${inputPositions} of the input`,
    );
  const stored = new Map<string, Uint32Array>();
  for (const name of names) {
    stored.set(name, fromPlanes(payload.subarray(at, at + 4 * positions)));
    at += 4 * positions;
  }
  const column = (name: string): Uint32Array => {
    const words = stored.get(name);
    if (words === undefined) throw damaged(`column ${name} is missing`);
    return words;
  };
  const outputTokens = column("outputTokens");
  const topLogits = column("topLogits");
  const claimedLogits = xor(column("claimedLogits"), topLogits);
  const evidence: Evidence = {
    referenceTokens: xor(column("referenceTokens"), outputTokens),
    topTokens: xor(column("topTokens"), outputTokens),
    claimedLogits: asFloats(claimedLogits),
    topLogits: asFloats(topLogits),
    logSumExps: asFloats(column("logSumExps")),
    margins: asFloats(xor(column("margins"), differences(topLogits, claimedLogits))),
    ranks: stored.get("ranks") ?? null,
    entropiesNats: stored.has("entropiesNats") ? asFloats(column("entropiesNats")) : null,
    inputReferenceTokens: fromPlanes(payload.subarray(at)),
  };
  const { identity, alteredPositions, work, endTokens, vocabularySize } = rest;
  const isNoToken = (token: number) => token >= vocabularySize;
  for (const [name, tokens] of Object.entries({
    promptTokens: identity.job.promptTokens,
    outputTokens,
    referenceTokens: evidence.referenceTokens,
    topTokens: evidence.topTokens,
    inputReferenceTokens: evidence.inputReferenceTokens,
    endTokens,
  })) {
    const at = tokens.findIndex(isNoToken);
    if (at >= 0) throw damaged(`${name}[${at}] is ${tokens[at]}, and the vocabulary has ${vocabularySize} tokens`);
  }
  const beyond = alteredPositions.find((position) => position >= positions);
  if (beyond !== undefined) throw damaged(`altered position ${beyond} of ${positions}`);
  return {
    identity: identity as Transcript["identity"],
    outputTokens,
    alteredPositions: Uint32Array.from(alteredPositions),
    work,
    endTokens,
    vocabularySize,
    evidence,
  };
}

/** The key of the transcript in a payload, without its columns being read. Throws TranscriptDamageError `damaged`. */
export function payloadKey(payload: Buffer): string {
  try {
    const { identity } = JSON.parse(payload.toString("utf8", 4, 4 + payload.readUInt32LE(0)));
    return transcriptKey(identity);
  } catch (cause) {
    throw new TranscriptDamageError("damaged", "its header is not one", { cause });
  }
}

function columnsOf(outputTokens: Uint32Array, evidence: Evidence): Record<string, Uint32Array> {
  const { referenceTokens, topTokens, claimedLogits, topLogits, logSumExps, margins, ranks, entropiesNats } = evidence;
  const top = asWords(topLogits);
  const claimed = asWords(claimedLogits);
  return {
    outputTokens,
    referenceTokens: xor(referenceTokens, outputTokens),
    topTokens: xor(topTokens, outputTokens),
    topLogits: top,
    claimedLogits: xor(claimed, top),
    logSumExps: asWords(logSumExps),
    margins: xor(asWords(margins), differences(top, claimed)),
    ...(ranks && { ranks }),
    ...(entropiesNats && { entropiesNats: asWords(entropiesNats) }),
  };
}

/** top - claimed in float32, as words: what a greedy margin is, so that greedy margins cost nothing. */
function differences(top: Uint32Array, claimed: Uint32Array): Uint32Array {
  const [a, b] = [asFloats(top), asFloats(claimed)];
  return asWords(Float32Array.from(a, (logit, i) => logit - b[i]!));
}

function xor(words: Uint32Array, others: Uint32Array): Uint32Array {
  return words.map((word, i) => word ^ others[i]!);
}

function asWords({ buffer, byteOffset, length }: Float32Array): Uint32Array {
  return new Uint32Array(buffer, byteOffset, length);
}

function asFloats({ buffer, byteOffset, length }: Uint32Array): Float32Array {
  return new Float32Array(buffer, byteOffset, length);
}

function toPlanes(words: Uint32Array): Buffer {
  const planes = Buffer.alloc(4 * words.length);
  for (let plane = 0; plane < 4; plane++)
    for (const [i, word] of words.entries()) planes[plane * words.length + i] = (word >>> (8 * plane)) & 0xff;
  return planes;
}

function fromPlanes(planes: Buffer): Uint32Array {
  const length = planes.length / 4;
  const words = new Uint32Array(length);
  for (let i = 0; i < length; i++)
    words[i] =
      planes[i]! | (planes[length + i]! << 8) | (planes[2 * length + i]! << 16) | (planes[3 * length + i]! << 24);
  return words;
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest();
}

const count = z.int().min(0);
const root = z.string();
const engineNumerics = {
  engine: z.strictObject({
    engine: z.string(),
    engineRelease: z.string(),
    cpuKernels: z.string(),
    gpuDevices: z.array(z.string()),
  }),
  numerics: z.strictObject({
    gpu: z.enum(["off", "cuda", "vulkan", "metal"]),
    gpuLayers: count,
    threads: count,
    flashAttention: z.boolean(),
    kvCacheType: z.enum(kvCacheTypes),
    decodeShape: z.enum(decodeShapes),
  }),
};
const headerSchema = z.strictObject({
  identity: z.strictObject({
    job: z.strictObject({
      modelRoot: root,
      promptTokens: z.array(count),
      tokenLimit: count,
      sampling: z.strictObject({
        temperature: z.number(),
        topK: count,
        topP: z.number(),
        choice: z.enum(samplingChoices),
      }),
      seed: count,
    }),
    strategy: z.strictObject({
      name: z.string(),
      revision: count,
      parameters: z.custom<Json>(() => true),
      modelRoots: z.record(z.string(), root),
    }),
    generatedBy: z.strictObject(engineNumerics),
    scoredBy: z.strictObject({ ...engineNumerics, modelRoot: root, detail: z.enum(evidenceDetails) }),
  }),
  positions: count,
  inputPositions: count,
  alteredPositions: z.array(count),
  work: z.array(z.strictObject({ modelRoot: root, prefillTokens: count, decodeTokens: count })),
  endTokens: z.array(count),
  vocabularySize: count,
  columns: z.array(z.string()),
});
