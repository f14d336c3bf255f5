import type { NodeConduct } from "./conduct.ts";

/** Delivers when it is paid, charges a client that does not pay, answers a charge by what proves the delivery. */
export const honest: NodeConduct = {
  name: "honest",
  followsProtocol: true,
  paid: (job) => job.deliver(),
  unpaid: (job) => job.chargeUnpaid(),
  accused: (job) => job.proveDelivery(),
};
