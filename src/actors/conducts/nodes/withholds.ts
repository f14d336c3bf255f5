import type { NodeConduct } from "./conduct.ts";
import { honest } from "./honest.ts";

/** Takes the payment and sends nothing. */
export const withholds: NodeConduct = {
  ...honest,
  name: "withholds",
  followsProtocol: false,
  paid: () => {},
  accused: () => {},
};
