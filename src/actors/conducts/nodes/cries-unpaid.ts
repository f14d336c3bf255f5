import type { NodeConduct } from "./conduct.ts";
import { honest } from "./honest.ts";

/** Has been paid, delivers, and says that it was not paid. */
export const criesUnpaid: NodeConduct = {
  ...honest,
  name: "cries-unpaid",
  followsProtocol: false,
  paid: (job) => {
    job.deliver();
    job.chargeUnpaid();
  },
};
