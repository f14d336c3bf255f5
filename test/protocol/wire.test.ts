import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decode, type WireField, type WireReader, WireWriter } from "../../src/protocol/wire.ts";

/** What reading `hex` gives: the value, or code, offset and field of the rejection. */
function reading<T>(hex: string, read: (reader: WireReader) => T): unknown {
  const decoded = decode(hexToBytes(hex), read);
  if (decoded.ok) return decoded.value;
  return `${decoded.rejection.code} at ${decoded.rejection.offset} in ${decoded.rejection.field}`;
}

function written(write: (writer: WireWriter) => WireWriter): string {
  return bytesToHex(write(new WireWriter()).finish());
}

describe("integers are little-endian", () => {
  test.each([
    ["u8", 0xfe, "fe"],
    ["u16", 0x0102, "0201"],
    ["u16", 0xffff, "ffff"],
    ["u32", 0x01020304, "04030201"],
    ["u32", 0xffff_ffff, "ffffffff"],
    ["u64", 0x01_0203_0405_0607, "0706050403020100"],
    ["u64", Number.MAX_SAFE_INTEGER, "ffffffffffff1f00"],
  ] as const)("%s %i", (kind, value, hex) => {
    expect(written((writer) => writer[kind](value))).toBe(hex);
    expect(reading(hex, (reader) => reader[kind]("n"))).toBe(value);
  });

  test("2^53 does not fit a number that JavaScript can count with", () => {
    expect(reading("0000000000002000", (reader) => reader.u64("n"))).toBe("number-too-large at 0 in n");
  });

  test.each([
    ["u8", 0x100],
    ["u16", 0x1_0000],
    ["u32", 0x1_0000_0000],
    ["u64", Number.MAX_SAFE_INTEGER + 1],
    ["u8", -1],
    ["u16", -1],
    ["u32", 1.5],
    ["u64", Number.NaN],
    ["varint", -1],
    ["varint", 0.5],
  ] as const)("the writer throws for %s of %d", (kind, value) => {
    expect(() => new WireWriter()[kind](value)).toThrow(RangeError);
  });
});

describe("varint", () => {
  test.each([
    [0, "00"],
    [0xfc, "fc"],
    [0xfd, "fdfd00"],
    [0xffff, "fdffff"],
    [0x1_0000, "fe00000100"],
    [0xffff_ffff, "feffffffff"],
    [0x1_0000_0000, "ff0000000001000000"],
    [Number.MAX_SAFE_INTEGER, "ffffffffffffff1f00"],
  ])("%i", (value, hex) => {
    expect(written((writer) => writer.varint(value))).toBe(hex);
    expect(reading(hex, (reader) => reader.varint("n"))).toBe(value);
  });

  test.each(["fdfc00", "feffff0000", "ffffffffff00000000"])("%s has a shorter form", (hex) => {
    expect(reading(hex, (reader) => reader.varint("n"))).toBe("varint-not-minimal at 0 in n");
  });

  test("the number must be safe, and all its bytes there", () => {
    expect(reading("ff0000000000002000", (reader) => reader.varint("n"))).toBe("number-too-large at 0 in n");
    expect(reading("00fdfd", (reader) => [reader.u8("a"), reader.varint("n")])).toBe("truncated at 1 in n");
  });
});

describe("strings of bytes and texts", () => {
  test("bytes come back as lowercase hexadecimal", () => {
    expect(written((writer) => writer.varHex("ABcd").hex("00ff", 2))).toBe("02abcd00ff");
    expect(reading("02abcd00ff", (reader) => [reader.varHex("a", 2), reader.hex("b", 2)])).toEqual(["abcd", "00ff"]);
    expect(() => new WireWriter().hex("00ff", 3)).toThrow("2 bytes given, 3 expected");
  });

  test("a length above the limit is refused before the bytes are looked at", () => {
    expect(reading("0300", (reader) => reader.varHex("a", 2))).toBe("length-too-large at 0 in a");
    expect(reading("0200", (reader) => reader.varHex("a", 2))).toBe("truncated at 1 in a");
  });

  test("texts are UTF-8, a byte order mark included", () => {
    for (const text of ["", "Lama", "\ufeffπ 🦙"]) {
      const bytes = new WireWriter().text(text).finish();
      expect(decode(bytes, (reader) => reader.text("t", 100))).toEqual({ ok: true, value: text });
    }
    expect(reading("02c328", (reader) => reader.text("t", 100))).toBe("invalid-utf8 at 1 in t");
    expect(reading("0361", (reader) => reader.text("t", 2))).toBe("length-too-large at 0 in t");
    expect(() => new WireWriter().text("\ud83e")).toThrow(RangeError);
  });
});

describe("lists and parts", () => {
  const pair = (reader: WireReader) => [reader.u8("a"), reader.u8("b")];

  test("a list is counted, and a fault names its entry", () => {
    expect(written((w) => w.list([1, 2], (writer, entry) => writer.u8(entry)))).toBe("020102");
    expect(reading("0201020304", (reader) => reader.list("pairs", 2, pair))).toEqual([
      [1, 2],
      [3, 4],
    ]);
    const inner = (reader: WireReader) => reader.list("pairs", 1, (r) => [r.u8("a"), r.varint("b")]);
    expect(reading("010302fd", (reader) => reader.list("outer", 1, inner))).toBe(
      "count-too-large at 1 in outer[0].pairs",
    );
    expect(reading("02010102fd", inner)).toBe("truncated at 4 in pairs[1].b");
    expect(reading("02010105fdfc00", inner)).toBe("varint-not-minimal at 4 in pairs[1].b");
    expect(reading("0101020007", (reader) => [reader.list("pairs", 2, pair), reader.u16("after")])).toEqual([
      [[1, 2]],
      0x0700,
    ]);
    expect(reading("01010200", (reader) => [reader.list("pairs", 2, pair), reader.u16("after")])).toBe(
      "truncated at 3 in after",
    );
  });

  test("a count is refused exactly when the bytes left cannot hold it", () => {
    expect(reading("0201020304", (reader) => reader.list("pairs", 2, pair))).toHaveLength(2);
    expect(reading("03010203040f", (reader) => reader.list("pairs", 2, pair))).toBe("count-too-large at 0 in pairs");
    expect(reading("ffffffffffffff1f00", (reader) => reader.list("pairs", 1, pair))).toBe(
      "count-too-large at 0 in pairs",
    );
  });

  test("a part is used up exactly, and no reading passes its end", () => {
    const part = (reader: WireReader) => [reader.part("p", 4, pair), reader.u8("after")];
    expect(reading("02010203", part)).toEqual([[1, 2], 3]);
    expect(reading("0301020304", part)).toBe("trailing-bytes at 3 in p");
    expect(reading("01010203", part)).toBe("truncated at 2 in p.b");
    expect(reading("050102030405", part)).toBe("length-too-large at 0 in p");
    expect(reading("020102", part)).toBe("truncated at 3 in after");
  });
});

describe("decode", () => {
  test("bytes left over are refused where they begin", () => {
    expect(reading("0102", (reader) => reader.u8("n"))).toBe("trailing-bytes at 1 in ");
    expect(decode(hexToBytes("0102"), (reader) => reader.u8("n"))).toMatchObject({
      rejection: { message: "byte 1: 1 bytes too many" },
    });
  });

  test("nothing is read past a window into a larger buffer", () => {
    const window = hexToBytes("aa0102bb").subarray(1, 3);
    expect(decode(window, (reader) => reader.u16("n"))).toEqual({ ok: true, value: 0x0201 });
    expect(decode(window, (reader) => reader.u32("n"))).toEqual({
      ok: false,
      rejection: {
        code: "truncated",
        message: "byte 0 (n): 4 bytes expected, 2 left",
        offset: 0,
        field: "n",
      },
    });
  });

  test("a decoder's own bug is not mistaken for bad bytes", () => {
    const bug = () => {
      throw new TypeError("bug");
    };
    expect(() => decode(new Uint8Array(), bug)).toThrow("bug");
  });

  test("a trace tells every field that was read, also before a fault", () => {
    const trace: WireField[] = [];
    const read = (reader: WireReader) => reader.list("entries", 1, (r) => r.varHex("data", 9));
    decode(hexToBytes("0202abcd05"), read, trace);
    expect(trace).toEqual([
      { field: "entries count", offset: 0, length: 1, value: "2" },
      { field: "entries[0].data length", offset: 1, length: 1, value: "2" },
      { field: "entries[0].data", offset: 2, length: 2, value: "abcd" },
      { field: "entries[1].data length", offset: 4, length: 1, value: "5" },
    ]);
    const wide: WireField[] = [];
    decode(hexToBytes("fdfd00"), (reader) => reader.varint("n"), wide);
    expect(wide).toEqual([{ field: "n", offset: 0, length: 3, value: "253" }]);
  });
});

test("rejections say what is wrong, in words", () => {
  const said = (hex: string, read: (reader: WireReader) => unknown) => {
    const decoded = decode(hexToBytes(hex), read);
    return decoded.ok ? "" : decoded.rejection.message;
  };
  expect([
    said("00fdfc00", (reader) => [reader.u8("a"), reader.varint("n")]),
    said("000000ff", (reader) => [reader.u8("a"), reader.u32("n")]),
    said("0000000000002000", (reader) => reader.u64("n")),
    said("0300", (reader) => reader.varHex("data", 2)),
    said("03000000", (reader) => reader.list("pairs", 2, (r) => r.u16("pair"))),
    said("02c328", (reader) => reader.text("name", 9)),
    said("0200ff", (reader) => reader.part("box", 9, (part) => part.u8("inner"))),
  ]).toEqual([
    "byte 1 (n): 252 has a shorter encoding",
    "byte 1 (n): 4 bytes expected, 3 left",
    "byte 0 (n): above 2^53 - 1",
    "byte 0 (data): 3 bytes, at most 2",
    "byte 0 (pairs): 3 entries cannot fit in the bytes left",
    "byte 1 (name): not well-formed UTF-8",
    "byte 2 (box): 1 bytes too many",
  ]);
  expect(() => new WireWriter().u8(256)).toThrow("256 is not an integer in 0..255");
  expect(() => new WireWriter().text("\ud83e")).toThrow("half of a surrogate pair");
});

test("the writer grows by little and by much", () => {
  const much = "ab".repeat(10_000);
  expect(written((writer) => writer.u8(1).hex(much, 10_000).u8(2))).toBe(`01${much}02`);
  expect(written((writer) => writer.hex(much.slice(0, 512), 256).u8(3))).toBe(`${much.slice(0, 512)}03`);
});

test("whatever is written is read back, across the writer's growth", () => {
  const entry = fc.record({
    a: fc.nat({ max: 255 }),
    b: fc.nat({ max: 0xffff }),
    c: fc.nat({ max: 0xffff_ffff }),
    d: fc.maxSafeNat(),
    e: fc.maxSafeNat(),
    f: fc.uint8Array({ maxLength: 700 }).map((bytes) => bytesToHex(bytes)),
    g: fc.string({ unit: "binary" }),
  });
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 5 }), (entries) => {
      const bytes = new WireWriter()
        .list(entries, (w, x) => w.u8(x.a).u16(x.b).u32(x.c).u64(x.d).varint(x.e).varHex(x.f).text(x.g))
        .finish();
      const value = decode(bytes, (reader) =>
        reader.list("entries", 18, (r) => ({
          a: r.u8("a"),
          b: r.u16("b"),
          c: r.u32("c"),
          d: r.u64("d"),
          e: r.varint("e"),
          f: r.varHex("f", 700),
          g: r.text("g", 1000),
        })),
      );
      expect(value).toEqual({ ok: true, value: entries });
    }),
  );
});
