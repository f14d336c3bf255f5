import type { ClientConduct } from "./conduct.ts";

/** Has a readable output, and says that nothing came. */
export const deniesDelivery: ClientConduct = {
  name: "denies-delivery",
  followsProtocol: false,
  *follow(job) {
    job.pay(yield* job.committed());
    if (yield* job.delivered()) job.chargeNoOutput();
  },
};
