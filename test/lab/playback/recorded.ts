/** Small worlds with something of everything, recorded. */
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { clientBehaviors } from "../../../src/actors/behaviors/clients.ts";
import { nodeBehaviors } from "../../../src/actors/behaviors/nodes.ts";
import { verifierBehaviors } from "../../../src/actors/behaviors/verifiers.ts";
import type { OutputProvider } from "../../../src/actors/output-provider.ts";
import type { WorldOptions } from "../../../src/actors/world.ts";
import type { WorldSettings } from "../../../src/actors/world-settings.ts";
import { openRecordedWorld, type RecordedWorld } from "../../../src/lab/playback/recording.ts";
import { answerMadeUp, clientGroup, nodeGroup, settings, verifierGroup } from "../../actors/worlds.ts";

export const everybody: Partial<WorldSettings> = {
  nodes: [
    nodeGroup("honest", 4),
    // Funds for three stakes: it will be bankrupt.
    nodeGroup("unrelated", 1, { strategy: { name: "unrelated" }, honest: false, fundsUnits: 303_000 }),
    nodeGroup("withholding", 1, { behavior: nodeBehaviors.withholds, honest: false }),
  ],
  clients: [
    clientGroup("local", 2, { verificationRate: 0.5 }),
    clientGroup("outsources", 2, { verification: "outsourced" as const }),
    clientGroup("never-pays", 1, { behavior: clientBehaviors["never-pays"] }),
  ],
  verifiers: [verifierGroup("honest", 3), verifierGroup("echo", 1, { behavior: verifierBehaviors.echo })],
};

export function openRecorded(
  file: string | undefined,
  change: Partial<WorldSettings> = {},
  options: Partial<WorldOptions> = {},
  cell = "mixed, redundant, run 0",
): RecordedWorld {
  if (file !== undefined) mkdirSync(dirname(file), { recursive: true });
  const record = file === undefined ? undefined : { file, cell };
  const answer: OutputProvider = answerMadeUp;
  return openRecordedWorld(
    settings({ ...everybody, ...change }),
    { provideOutputs: answer, check: true, ...options },
    record,
  );
}
