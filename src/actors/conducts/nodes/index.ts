/** What compute nodes can be like, whatever they claim. To add one: a file like its neighbours, a line here. */
import type { NodeConduct } from "./conduct.ts";
import { criesUnpaid } from "./cries-unpaid.ts";
import { deliversLate } from "./delivers-late.ts";
import { honest } from "./honest.ts";
import { sendsNoise } from "./sends-noise.ts";
import { withholds } from "./withholds.ts";

export const nodeConducts = {
  honest,
  withholds,
  "sends-noise": sendsNoise,
  "delivers-late": deliversLate,
  "cries-unpaid": criesUnpaid,
} as const satisfies Readonly<Record<string, NodeConduct>>;
