/**
 * What it takes to spend an output: the whitepaper's scriptPubKey, reduced to the three conditions the protocol needs.
 *
 * - `address`: a signature by the key (section 2.2).
 * - `escrow`: the client's reward for a job (2.4). Whoever the protocol's state awards it to may spend it: the node that is
 *   paid, or the client who is refunded because nobody delivered or because a dispute made the commitment void.
 * - `testament`: a node's stake for its output (2.4). With a ruling that the output failed validation, whoever that ruling
 *   awards the stake to may spend it. The sources give no other way out; ours is that the ruling which ends the job without
 *   a failure awards the stake to the node itself, since it would be locked forever otherwise.
 *
 * An open job has no award, and then nobody can spend. The conditions say what evidence is needed; when a ruling is given, and to
 * whom, is the business of jobs and disputes, which answer through `Rulings`.
 */
import { err, ok, type Result } from "./result.ts";
import type { WireReader, WireWriter } from "./wire.ts";

/** Key hashes (20 bytes) and job ids (32 bytes) are hexadecimal. */
export type Condition =
  | { readonly kind: "address"; readonly keyHash: string }
  | { readonly kind: "escrow"; readonly jobId: string }
  | { readonly kind: "testament"; readonly jobId: string; readonly node: string };

/** What the state has ruled so far. An award, once given, must not change except by being undone with its block. */
export interface Rulings {
  /** Key hash that the escrow of this job is awarded to; undefined while the job is open or unknown. */
  escrowAward(jobId: string): string | undefined;
  /** Key hash that the stake of `node` in this job is awarded to; undefined while nothing is ruled. */
  stakeAward(jobId: string, node: string): string | undefined;
}

export const noRulings: Rulings = { escrowAward: () => undefined, stakeAward: () => undefined };

/** The key hash whose signature spends the output now. */
export function spender(condition: Condition, rulings: Rulings): Result<string> {
  if (condition.kind === "address") return ok(condition.keyHash);
  const award =
    condition.kind === "escrow"
      ? rulings.escrowAward(condition.jobId)
      : rulings.stakeAward(condition.jobId, condition.node);
  return award === undefined
    ? err("no-ruling", `no ruling awards the ${condition.kind} of job ${condition.jobId} to anybody`)
    : ok(award);
}

const keyHashBytes = 20;
const jobIdBytes = 32;
/** Length of the longest condition: kind, job id, key hash. */
const maxConditionBytes = 1 + jobIdBytes + keyHashBytes;

export function readCondition(reader: WireReader): Condition {
  return reader.part("scriptPubKey", maxConditionBytes, (part) => {
    const kind = part.u8("kind");
    switch (kind) {
      case 1:
        return { kind: "address", keyHash: part.hex("keyHash", keyHashBytes) };
      case 2:
        return { kind: "escrow", jobId: part.hex("jobId", jobIdBytes) };
      case 3:
        return { kind: "testament", jobId: part.hex("jobId", jobIdBytes), node: part.hex("node", keyHashBytes) };
      default:
        return part.fail("unknown-condition", "kind", `spending condition ${kind}; known are 1, 2, 3`, part.offset - 1);
    }
  });
}

export function writeCondition(writer: WireWriter, condition: Condition): void {
  switch (condition.kind) {
    case "address":
      writer
        .varint(1 + keyHashBytes)
        .u8(1)
        .hex(condition.keyHash, keyHashBytes);
      break;
    case "escrow":
      writer
        .varint(1 + jobIdBytes)
        .u8(2)
        .hex(condition.jobId, jobIdBytes);
      break;
    case "testament":
      writer.varint(maxConditionBytes).u8(3).hex(condition.jobId, jobIdBytes).hex(condition.node, keyHashBytes);
  }
}
