import type { ClientConduct } from "./conduct.ts";
import { honest } from "./honest.ts";

/** Longer than a node's patience, within the window for counter-proofs. */
const LATE_US = 90_000_000;

/** Means well and is slow: its payment comes when the node has charged it already. */
export const paysLate: ClientConduct = {
  name: "pays-late",
  followsProtocol: true,
  *follow(job) {
    yield* job.committed();
    yield LATE_US;
    yield* honest.follow(job);
  },
};
