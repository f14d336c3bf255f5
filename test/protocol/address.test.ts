import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import fc from "fast-check";
import { expect, test } from "vitest";
import { addressOf, base58, fromBase58, keyHashOf } from "../../src/protocol/address.ts";
import { keyHash, publicKeyOf } from "../../src/protocol/keys.ts";

// Bitcoin Core's key tests (two secret keys, both forms), the Bitcoin wiki's worked example, and the key 1.
test.each([
  [
    "12b004fff7f4b69ef8650e767f18f11ede158148b425660723b9f9a66e61f747",
    "uncompressed",
    "1QFqqMUD55ZV3PJEJZtaKCsQmjLT6JkjvJ",
  ],
  [
    "12b004fff7f4b69ef8650e767f18f11ede158148b425660723b9f9a66e61f747",
    "compressed",
    "1NoJrossxPBKfCHuJXT4HadJrXRE9Fxiqs",
  ],
  [
    "b524c28b61c9b2c49b2c7dd4c2d75887abb78768c054bd7c01af4029f6c0d117",
    "uncompressed",
    "1F5y5E5FMc5YzdJtB9hLaUe43GDxEKXENJ",
  ],
  [
    "b524c28b61c9b2c49b2c7dd4c2d75887abb78768c054bd7c01af4029f6c0d117",
    "compressed",
    "1CRj2HyM1CXWzHAXLQtiGLyggNT9WQqsDs",
  ],
  [
    "18e14a7b6a307f426a94f8114701e7c8e774e7f9a47e2c2035db29a206321725",
    "uncompressed",
    "16UwLL9Risc3QfPqBUvKofHmBQ7wMtjvM",
  ],
  [
    "18e14a7b6a307f426a94f8114701e7c8e774e7f9a47e2c2035db29a206321725",
    "compressed",
    "1PMycacnJaSqwwJqjawXBErnLsZ7RkXUAs",
  ],
  ["1".padStart(64, "0"), "uncompressed", "1EHNa6Q4Jz2uvNExL497mE43ikXhwF6kZm"],
  ["1".padStart(64, "0"), "compressed", "1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH"],
] as const)("the published address of key %s, %s", (secretKey, form, address) => {
  const hash = keyHash(publicKeyOf(secretKey, form));
  expect(addressOf(hash)).toBe(address);
  expect(keyHashOf(address)).toEqual({ ok: true, value: hash });
});

// The pay-to-public-key-hash entries of Bitcoin Core's address vectors for its main chain, and two famous addresses.
test.each([
  ["1FsSia9rv4NeEwvJ2GvXrX7LyxYspbN2mo", "a31c06bd463e3923bc1aadbde48b16976c080717"],
  ["1FjL87pn8ky6Vbavd1ZHeChRXtoxwRGCRd", "a19331b7b2627e663e25a7b001e4c0dcc5e21bc7"],
  ["1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "62e907b15cbf27d5425399ebf6f0fb50ebb88f18"],
  ["1111111111111111111114oLvT2", "0000000000000000000000000000000000000000"],
])("the published address %s", (address, hash) => {
  expect(addressOf(hash)).toBe(address);
  expect(keyHashOf(address)).toEqual({ ok: true, value: hash });
});

test.each([
  ["1FsSia9rv4NeEwvJ2GvXrX7LyxYspbN2mp", "address-checksum"],
  ["1FsSia9rv4NeEwvJ2GvXrX7LyxYspbN2m0", "base58-character"],
  ["36j4NfKv6Akva9amjWrLG6MuSQym1GuEmm", "address-version"],
  ["mzK2FFDEhxqHcmrJw1ysqFkVyhUULo45hZ", "address-version"],
  ["111111111111111111114oLvT2", "address-length"],
  ["11111111111111111111114oLvT2", "address-length"],
  ["", "address-length"],
  ["1".repeat(50), "address-length"],
  ["0".repeat(51), "address-length"],
  ["0".repeat(50), "base58-character"],
])("%s is refused: %s", (address, code) => {
  expect(keyHashOf(address)).toMatchObject({ ok: false, rejection: { code } });
});

test("a wrong character is named by its place", () => {
  expect(keyHashOf("1FsSia9rlI")).toMatchObject({
    rejection: { message: "character 9, 'l', is not a base-58 digit" },
  });
});

// Bitcoin Core's base-58 vectors.
test.each([
  ["", ""],
  ["61", "2g"],
  ["626262", "a3gV"],
  ["636363", "aPEr"],
  ["73696d706c792061206c6f6e6720737472696e67", "2cFupjhnEsSn59qHXstmK2ffpLv2"],
  ["00eb15231dfceb60925886b67d065299925915aeb172c06647", "1NS17iag9jJgTHD1VXjvLCEnZuQ3rJDE9L"],
  ["516b6fcd0f", "ABnLTmg"],
  ["bf4f89001e670274dd", "3SEo3LWLoPntC"],
  ["572e4794", "3EFU7m"],
  ["ecac89cad93923c02321", "EJDM8drfXA6uyA"],
  ["10c8511e", "Rt5zm"],
  ["00000000000000000000", "1111111111"],
  ["0000000001", "11112"],
  [
    "000111d38e5fc9071ffcd20b4a763cc9ae4f252bb4e48fd66a835e252ada93ff480d6dd43dc62a641155a5",
    "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz",
  ],
  ["271f359e", "zzzzy"],
  ["271f359f", "zzzzz"],
  ["271f35a0", "211111"],
])("base 58 of %s is %s", (hex, text) => {
  expect(base58(hexToBytes(hex))).toBe(text);
  const decoded = fromBase58(text);
  expect(decoded.ok && bytesToHex(decoded.value)).toBe(hex);
});

test("base 58 there and back", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      expect(fromBase58(base58(bytes))).toEqual({ ok: true, value: bytes });
    }),
  );
});

test("any change of one character of an address is noticed", () => {
  const address = "1FsSia9rv4NeEwvJ2GvXrX7LyxYspbN2mo";
  fc.assert(
    fc.property(fc.nat({ max: address.length - 1 }), fc.string({ minLength: 1, maxLength: 1 }), (place, character) => {
      fc.pre(address[place] !== character);
      expect(keyHashOf(address.slice(0, place) + character + address.slice(place + 1)).ok).toBe(false);
    }),
  );
});
