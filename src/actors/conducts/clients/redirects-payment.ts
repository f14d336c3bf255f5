import { finalSequence } from "../../../protocol/transaction.ts";
import type { ClientConduct } from "./conduct.ts";

/** The kind of compute node that is the client's own. */
const ACCOMPLICE = "accomplice";
const LOOK_AGAIN_US = 1_000_000;
const LOOKS = 600;

/**
 * Has its own node commit to anything at all beside the node that works. Pays the worker with a payment that can still be replaced, takes
 * the output, and replaces it by one to its own node.
 */
export const redirectsPayment: ClientConduct = {
  name: "redirects-payment",
  followsProtocol: false,
  *follow(job) {
    yield* job.committed();
    for (let looks = 0; looks < LOOKS && job.commitments.length < 2; looks++) yield LOOK_AGAIN_US;
    const accomplice = job.commitments.indexOf(ACCOMPLICE);
    const worker = job.commitments.findIndex((kind) => kind !== ACCOMPLICE);
    if (accomplice < 0 || worker < 0 || !job.pay(worker, finalSequence - 1)) return;
    if (yield* job.delivered()) job.pay(accomplice, finalSequence);
  },
};
