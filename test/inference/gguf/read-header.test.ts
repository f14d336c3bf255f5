import { mkdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { modelFacts } from "../../../src/inference/gguf/facts.ts";
import { readGgufHeader } from "../../../src/inference/gguf/read-header.ts";
import { synthesizeModel } from "../../../src/inference/gguf/synthesize.ts";
import { encodeHeader, type MetadataEntry } from "../../../src/inference/gguf/write-header.ts";
import { ModelFileError } from "../../../src/inference/model-file-error.ts";
import { namedShapes, parameterCount } from "../../../src/inference/shapes.ts";
import { modelFileError, scratchFolder } from "./scratch.ts";

const folder = scratchFolder();
const whole = join(folder, "whole.gguf");
let bytes: Buffer;
let dataOffset: number;

beforeAll(async () => {
  await synthesizeModel({ path: whole, shape: "tiny", weightFormat: "Q8_0", seed: 1 });
  bytes = readFileSync(whole);
  dataOffset = readGgufHeader(whole).dataOffset;
});

function fileOf(content: Uint8Array, name = "case.gguf"): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function headerWith(...metadata: MetadataEntry[]): string {
  return fileOf(encodeHeader(metadata, []));
}

describe("a whole file", () => {
  test("gives its facts", () => {
    const { tiny } = namedShapes;
    const facts = modelFacts(readGgufHeader(whole));
    expect(facts).toMatchObject({
      architecture: "llama",
      parameters: parameterCount(tiny),
      weightFormat: "Q8_0",
      contextTokens: tiny.contextTokens,
      vocabularyTokens: tiny.vocabularyTokens,
      embedding: tiny.embedding,
      layers: tiny.layers,
      heads: tiny.heads,
      kvHeads: tiny.kvHeads,
      feedForward: tiny.feedForward,
      endTokens: [2],
      endOfText: 2,
      foreignTokens: {},
      tokenizer: "llama",
      spellsBytes: true,
      attendsToBothSides: false,
      pools: false,
      chatTemplate: false,
      fileBytes: bytes.length,
      splitFiles: 1,
    });
    expect(facts.headerBytes + facts.tensorBytes).toBe(bytes.length);
  });

  test("may name tokens that its vocabulary does not have: they are told apart", () => {
    const path = headerWith(
      ["general.architecture", "string", "llama"],
      ["tokenizer.ggml.model", "string", "none"],
      ["tokenizer.ggml.tokens", "strings", ["a", "b"]],
      ["tokenizer.ggml.eos_token_id", "uint32", 2],
      ["tokenizer.ggml.eot_token_id", "uint32", 1],
      ["tokenizer.ggml.padding_token_id", "uint32", 0xffffffff],
    );
    const { endTokens, endOfText, foreignTokens, tokenizer } = modelFacts(readGgufHeader(path));
    expect({ endTokens, endOfText, foreignTokens, tokenizer }).toEqual({
      endTokens: [1],
      foreignTokens: { "tokenizer.ggml.eos_token_id": 2, "tokenizer.ggml.padding_token_id": 0xffffffff },
    });
  });

  test("may state heads layer by layer; the largest number is the fact", () => {
    const path = headerWith(
      ["general.architecture", "string", "openelm"],
      ["openelm.attention.head_count", "ints", [12, 16, 20]],
      ["tokenizer.chat_template", "string", "{{ messages }}"],
    );
    expect(modelFacts(readGgufHeader(path))).toMatchObject({
      heads: 20,
      kvHeads: 20,
      chatTemplate: true,
      endTokens: [],
    });
  });
});

describe("no model file at all", () => {
  test.each([
    ["empty", "", "not-gguf", "the file is empty"],
    ["text", "Once upon a time", "not-gguf", 'expected the four letters GGUF, found "Once"'],
    ["two bytes", "GG", "not-gguf", 'found "GG"'],
    ["only the magic number", "GGUF", "truncated", "the version needs 4 bytes"],
  ])("%s", async (_, content, code, message) => {
    const error = await modelFileError(() => readGgufHeader(fileOf(Buffer.from(content))));
    expect(error.code).toBe(code);
    expect(error.message).toContain(message);
  });

  test("a missing file, a directory and a device, which would never end", async () => {
    const directory = join(folder, "directory.gguf");
    mkdirSync(directory);
    expect((await modelFileError(() => readGgufHeader(join(folder, "none.gguf")))).code).toBe("not-found");
    expect((await modelFileError(() => readGgufHeader(directory))).message).toContain("found a directory");
    if (process.platform !== "win32")
      expect((await modelFileError(() => readGgufHeader("/dev/zero"))).message).toContain("no regular file");
  });

  test("another version, or the other byte order", async () => {
    const version = (write: (copy: Buffer) => void) => {
      const copy = Buffer.from(bytes);
      write(copy);
      return modelFileError(() => readGgufHeader(fileOf(copy)));
    };
    expect((await version((copy) => copy.writeUInt32LE(1, 4))).message).toContain("found version 1");
    const bigEndian = await version((copy) => copy.writeUInt32BE(3, 4));
    expect(bigEndian.code).toBe("unsupported");
    expect(bigEndian.message).toContain("big-endian");
  });
});

describe("a damaged file", () => {
  test("cut anywhere in its header is refused, and the byte is named", async () => {
    const cuts = Array.from({ length: 97 }, (_, i) => 8 + Math.floor(((dataOffset - 40) * i) / 97));
    for (const cut of cuts) {
      const error = await modelFileError(() => readGgufHeader(fileOf(bytes.subarray(0, cut))));
      expect(error.code).toBe("truncated");
      expect(error.place).toMatch(/^byte \d+$/);
      expect(error.message).toContain(`ends at byte ${cut}`);
    }
  });

  test("cut by a single byte at its end is refused, and the tensor is named", async () => {
    const error = await modelFileError(() => readGgufHeader(fileOf(bytes.subarray(0, -1))));
    expect(error.code).toBe("truncated");
    expect(error.place).toBe('tensor "output.weight" (21 of 21)');
    expect(error.message).toContain(`has ${bytes.length - 1} bytes, its tensors need ${bytes.length}`);
  });

  test.each([
    ["the number of tensors", 8],
    ["the number of metadata keys", 16],
    ["the length of the first key", 24],
  ])("with 2^56 for %s is refused without an allocation of that size", async (_, at) => {
    const copy = Buffer.from(bytes);
    copy.writeBigUInt64LE(2n ** 56n, at);
    const error = await modelFileError(() => readGgufHeader(fileOf(copy)));
    expect(["malformed", "truncated"]).toContain(error.code);
    expect(error.place).toMatch(/^byte \d+$/);
  });

  test("with an array longer than the file is refused", async () => {
    const path = headerWith(["tokens", "ints", [1, 2, 3]]);
    const copy = readFileSync(path);
    copy.writeBigUInt64LE(2n ** 39n, 24 + 8 + "tokens".length + 4 + 4);
    expect((await modelFileError(() => readGgufHeader(fileOf(copy)))).message).toContain('array "tokens" needs');
  });

  test("with a string that fits into the file but into no sensible model is refused", async () => {
    const path = headerWith(["name", "string", "x".repeat(17 * 2 ** 20)]);
    expect((await modelFileError(() => readGgufHeader(path))).message).toContain('"name" is 17825792 bytes long');
  });

  test("with a key or a tensor given twice is refused", async () => {
    const key = headerWith(["a", "uint32", 1], ["a", "uint32", 2]);
    expect((await modelFileError(() => readGgufHeader(key))).message).toContain('metadata key "a" comes twice');
    const tensor = { name: "t", dimensions: [32], type: 0 };
    const twice = fileOf(Buffer.concat([encodeHeader([], [tensor, tensor]), Buffer.alloc(256)]));
    expect((await modelFileError(() => readGgufHeader(twice))).message).toContain('tensor "t" comes twice');
  });

  test("with a vocabulary that holds a token twice is refused: llama.cpp would end the process over it", async () => {
    const path = headerWith(["tokenizer.ggml.tokens", "strings", ["a", "b", "a"]]);
    expect((await modelFileError(() => readGgufHeader(path))).message).toContain('holds "a" twice');
  });

  test("with tokens alike up to their first NUL is refused, too; those that differ in bytes, or are empty, are not", async () => {
    const tokens = (...texts: string[]) => headerWith(["tokenizer.ggml.tokens", "strings", texts]);
    expect((await modelFileError(() => readGgufHeader(tokens("a", "a\0b")))).message).toContain('holds "a?b" twice');
    expect((await modelFileError(() => readGgufHeader(tokens("", "[EMPTY_0]")))).message).toContain("twice");
    readGgufHeader(tokens("", "[EMPTY_1]", ""));
    const path = tokens("ab", "cd");
    const bytes = readFileSync(path);
    bytes.set([0xff], bytes.indexOf("ab"));
    bytes.set([0xfe, 0x62], bytes.indexOf("cd")); // both read as U+FFFD and b
    readGgufHeader(fileOf(bytes));
  });

  test("with an alignment that is no power of two is refused", async () => {
    const error = await modelFileError(() => readGgufHeader(headerWith(["general.alignment", "uint32", 0])));
    expect(error.place).toBe("general.alignment");
  });

  test("with a tensor type from the future is refused by name, as unsupported", async () => {
    const path = fileOf(
      Buffer.concat([encodeHeader([], [{ name: "t", dimensions: [32], type: 0 }]), Buffer.alloc(128)]),
    );
    const copy = readFileSync(path);
    copy.writeUInt32LE(200, 24 + 8 + 1 + 4 + 8);
    const error = await modelFileError(() => readGgufHeader(fileOf(copy)));
    expect([error.code, error.place]).toEqual(["unsupported", 'tensor "t"']);
  });

  test("with any bytes of its header changed gives a header or a ModelFileError, and nothing else", () => {
    const change = fc.tuple(fc.nat({ max: dataOffset - 1 }), fc.nat({ max: 255 }));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const copy = Buffer.from(bytes.subarray(0, dataOffset));
        for (const [at, byte] of changes) copy[at] = byte;
        const path = fileOf(copy, "fuzzed.gguf");
        truncateSync(path, bytes.length); // the weights do not matter here: zeros
        try {
          modelFacts(readGgufHeader(path));
        } catch (error) {
          expect(error).toBeInstanceOf(ModelFileError);
          expect((error as Error).message).toMatch(/^\P{C}{1,600}$/u); // one printable line
        }
      }),
      { numRuns: 1000, seed: 1 },
    );
  });
});
