import { finalSequence } from "../../../protocol/transaction.ts";
import type { ClientConduct } from "./conduct.ts";

const LOOK_AGAIN_US = 1_000_000;
const LOOKS = 600;

/**
 * Has an accomplice commit to anything at all beside the node that works. Pays the node with a payment that can still be replaced, takes
 * the output, and replaces it by one to the accomplice.
 */
export const redirectsPayment: ClientConduct = {
  name: "redirects-payment",
  followsProtocol: false,
  *follow(job) {
    yield* job.committed();
    for (let looks = 0; looks < LOOKS && job.commitments < 2; looks++) yield LOOK_AGAIN_US;
    // The accomplice, who computes nothing, has committed first.
    if (job.commitments < 2 || !job.pay(1, finalSequence - 1)) return;
    if (yield* job.delivered()) job.pay(0, finalSequence);
  },
};
