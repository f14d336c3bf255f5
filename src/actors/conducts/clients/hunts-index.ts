import type { ClientConduct } from "./conduct.ts";

/** Draws tried before it gives up. */
const TRIES = 1000;

/**
 * Evaluates the model at every position and draws until the draw hits one where the output differs: an honest node's near tie, or, in
 * the whitepaper's RASTiC, the client's own words. Where the draw follows from the commitment, its nonce is not the job's.
 */
export const huntsIndex: ClientConduct = {
  name: "hunts-index",
  followsProtocol: false,
  *follow(job) {
    yield* job.committed();
    job.pay();
    if (!(yield* job.delivered())) return;
    yield* job.evaluateEverything();
    for (let tries = 0; tries < TRIES; tries++) {
      const nonce = job.drawNonce();
      const finding = job.findingAt(nonce);
      if (finding.accepted) continue;
      job.chargeInvalidOutput(finding.evidence, nonce);
      return;
    }
  },
};
