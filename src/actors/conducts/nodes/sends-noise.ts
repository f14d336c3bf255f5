import type { NodeConduct } from "./conduct.ts";
import { honest } from "./honest.ts";

/** Takes the payment and sends a signed ciphertext of nothing, which only the client can tell from an output. */
export const sendsNoise: NodeConduct = {
  ...honest,
  name: "sends-noise",
  followsProtocol: false,
  paid: (job) => job.deliver("noise"),
  accused: () => {},
};
