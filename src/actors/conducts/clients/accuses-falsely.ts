import type { ClientConduct } from "./conduct.ts";

/** Has a readable output, and charges its node with reference tokens that it made up. */
export const accusesFalsely: ClientConduct = {
  name: "accuses-falsely",
  followsProtocol: false,
  *follow(job) {
    yield* job.committed();
    job.pay();
    if (!(yield* job.delivered())) return;
    const { checks } = job.plan();
    job.chargeInvalidOutput(
      checks.map(({ sequenceIndex, claimedToken }) => [sequenceIndex, claimedToken + 1] as const),
    );
  },
};
