/** Small worlds with something of everything, recorded. */
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import type { AnswerClaims } from "../../../src/actors/claim.ts";
import { clientConducts } from "../../../src/actors/conducts/clients/index.ts";
import { nodeConducts } from "../../../src/actors/conducts/nodes/index.ts";
import { verifierConducts } from "../../../src/actors/conducts/verifiers/index.ts";
import type { WorldOptions } from "../../../src/actors/world.ts";
import type { WorldSettings } from "../../../src/actors/world-settings.ts";
import { openRecordedWorld, type RecordedWorld } from "../../../src/lab/playback/recording.ts";
import { answerMadeUp, clientGroup, nodeGroup, settings, verifierGroup } from "../../actors/worlds.ts";

export const everybody: Partial<WorldSettings> = {
  nodes: [
    nodeGroup("honest", 4),
    // Funds for three stakes: it will be bankrupt.
    nodeGroup("unrelated", 1, { strategy: { name: "unrelated" }, honest: false, fundsUnits: 303_000 }),
    nodeGroup("withholding", 1, { conduct: nodeConducts.withholds, honest: false }),
  ],
  clients: [
    clientGroup("local", 2, { verificationRate: 0.5 }),
    clientGroup("outsources", 2, { verification: "outsourced" as const }),
    clientGroup("never-pays", 1, { conduct: clientConducts["never-pays"] }),
  ],
  verifiers: [verifierGroup("honest", 3), verifierGroup("echo", 1, { conduct: verifierConducts.echo })],
};

export function openRecorded(
  file: string | undefined,
  change: Partial<WorldSettings> = {},
  options: Partial<WorldOptions> = {},
  cell = "mixed, redundant, run 0",
): RecordedWorld {
  if (file !== undefined) mkdirSync(dirname(file), { recursive: true });
  const record = file === undefined ? undefined : { file, cell };
  const answer: AnswerClaims = answerMadeUp;
  return openRecordedWorld(settings({ ...everybody, ...change }), { answer, check: true, ...options }, record);
}
