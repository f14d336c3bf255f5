import type { ClientConduct } from "./conduct.ts";

/** Pays the first commitment, verifies what it gets, and charges the node when that fails or nothing comes. */
export const honest: ClientConduct = {
  name: "honest",
  followsProtocol: true,
  *follow(job) {
    yield* job.committed();
    job.pay();
    if (!(yield* job.delivered())) {
      job.chargeNoOutput();
      // The charge may bring the output about.
      if (!(yield* job.delivered())) return;
    }
    const finding = yield* job.verify();
    if (finding !== undefined && !finding.accepted) job.chargeInvalidOutput(finding.evidence);
  },
};
