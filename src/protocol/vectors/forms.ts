/** JSON forms that several rules' vectors share. Bytes are lowercase hexadecimal, times and amounts whole numbers. */
import { hexToBytes } from "@noble/hashes/utils.js";
import { z } from "zod";

/** Bytes as hexadecimal, handed on as the string it is; `length` in bytes, any number of them when left out. */
export function hex(length?: number): z.ZodType<string> {
  const digits = length === undefined ? "([0-9a-f]{2})*" : `[0-9a-f]{${2 * length}}`;
  const error = `expected ${length ?? "whole"} bytes in lowercase hexadecimal`;
  // `abort`: what is refined further is hexadecimal for certain.
  return z.string().regex(new RegExp(`^${digits}$`), { error, abort: true });
}

/** Bytes as hexadecimal, handed on as bytes. */
export function bytes(length?: number): z.ZodType<Uint8Array> {
  return hex(length).transform((text) => hexToBytes(text));
}

/** Any whole number that a double holds exactly; whether it makes sense is the rule's business. */
export const whole = z.number().refine(Number.isSafeInteger, "expected a whole number");

/** A token number, or any other that fits four bytes. */
export const token = whole.refine((value) => value >= 0 && value <= 0xffff_ffff, "expected 0 to 2^32-1");
export const tokens = z.array(token);
