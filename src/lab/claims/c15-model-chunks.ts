import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { chunkProof, modelChunker, verifyChunk } from "../../protocol/model-chunks.ts";
import { type ClaimVerdict, type Part, verdictOf } from "./verdict.ts";

/**
 * C15: model chunks under a Merkle root make distribution tamper-evident and, requested in parallel, fast (§2.6.1). Evidence is
 * tried on a real model file: every chunk with a bit turned, in another's place, cut short and made longer. Speed is not.
 */
export function claimC15(modelPath: string): ClaimVerdict {
  const file = readFileSync(modelPath);
  const chunker = modelChunker(undefined, () => createHash("sha256"));
  chunker.update(file);
  const { manifest, root, leaves } = chunker.finish();
  const chunks = leaves.map((_, index) =>
    file.subarray(index * manifest.chunkBytes, Math.min((index + 1) * manifest.chunkBytes, file.length)),
  );
  const passes = (index: number, chunk: Uint8Array) =>
    verifyChunk(root, manifest, index, chunk, chunkProof(leaves, index)).ok;

  const genuine = chunks.filter((chunk, index) => passes(index, chunk)).length;
  const altered = chunks.flatMap((chunk, index) =>
    alterations(chunk, chunks[(index + 1) % chunks.length]!).map((other) => passes(index, other)),
  );
  const refused = altered.filter((passed) => !passed).length;
  const evident: Part = genuine === leaves.length && refused === altered.length ? "confirmed" : "refuted";
  return {
    claim: "C15",
    subject: basename(modelPath),
    verdict: verdictOf([evident, "open"]),
    sentence:
      `All ${genuine} of ${leaves.length} genuine chunks pass against the root, and ${refused} of ${altered.length} altered ones are refused (a bit ` +
      "turned, the next chunk in its place, a byte too few, a byte too many): to pass, a false chunk would have to collide with SHA-256. Whether parallel " +
      "requests make distribution fast was not measured.",
    number: { what: `altered chunks refused, of ${altered.length} tried`, value: refused, low: null, high: null },
    obtained: "measured",
  };
}

function alterations(chunk: Uint8Array, next: Uint8Array): Uint8Array[] {
  const turned = Uint8Array.from(chunk);
  const middle = turned.length >> 1;
  turned[middle] = turned[middle]! ^ 1;
  const displaced = next === chunk ? [] : [next];
  return [turned, ...displaced, chunk.subarray(1), Uint8Array.from([...chunk.subarray(0, 1), ...chunk])];
}
