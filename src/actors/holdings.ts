/** Who owns every coin at one moment, worked out from the chain's unspent outputs and the rulings of jobs that are over. */
import type { World } from "./world.ts";

export interface Holdings {
  /** Units by party's key hash, escrows and stakes that a ruling has awarded but nobody has claimed among them. */
  readonly byOwner: ReadonlyMap<string, number>;
  /** Units in escrows and stakes of jobs that are not over. */
  readonly undecidedUnits: number;
}

export function holdings({ ledger }: World): Holdings {
  const { rulings } = ledger.jobs;
  const byOwner = new Map<string, number>();
  let undecidedUnits = 0;
  for (const [, { output }] of ledger.chain.outputs.entries()) {
    const { scriptPubKey: to, value } = output;
    const owner =
      to.kind === "address"
        ? to.keyHash
        : to.kind === "escrow"
          ? rulings.escrowAward(to.jobId)
          : rulings.stakeAward(to.jobId, to.node);
    if (owner === undefined) undecidedUnits += value;
    else byOwner.set(owner, (byOwner.get(owner) ?? 0) + value);
  }
  return { byOwner, undecidedUnits };
}
