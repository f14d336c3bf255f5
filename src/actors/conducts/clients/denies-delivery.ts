import type { ClientConduct } from "./conduct.ts";

/** Has a readable output, and says that nothing came. */
export const deniesDelivery: ClientConduct = {
  name: "denies-delivery",
  followsProtocol: false,
  *follow(job) {
    yield* job.committed();
    job.pay();
    if (yield* job.delivered()) job.chargeNoOutput();
  },
};
