/** Every golden log as the simulator writes it now. The same every time, on any machine. */
import { collectStats } from "../../src/actors/group-stats.ts";
import { World } from "../../src/actors/world.ts";
import { revisions } from "../../src/protocol/revisions.ts";
import { EventLog } from "../../src/sim/event-log.ts";
import { type Scenario, scenarios } from "./scenarios.ts";
import { storedAnswers } from "./stored-transcripts.ts";

export const goldenFolder = "test/golden";

export interface GoldenFile {
  /** Below test/golden. */
  readonly path: string;
  readonly text: string;
}

/** One file for each revision and scenario. */
export async function goldenFiles(): Promise<GoldenFile[]> {
  const { answer, close } = storedAnswers();
  const files: GoldenFile[] = [];
  for (const revision of revisions)
    for (const scenario of scenarios) {
      const text = await played(scenario, scenario.settings(revision), answer);
      files.push({ path: `${revision}/${scenario.name}.jsonl`, text });
    }
  await close();
  return files;
}

/** What the scenario is, every event, then everybody's account and the tip of the chain, whose hash covers all money moved. */
async function played(
  { name, about }: Scenario,
  settings: World["settings"],
  answer: ConstructorParameters<typeof World>[1]["provideOutputs"],
): Promise<string> {
  const lines: string[] = [`${JSON.stringify({ scenario: name, revision: settings.rules.revision, about })}\n`];
  const openLog = (kernel: World["kernel"]) => new EventLog(kernel, (line) => lines.push(line));
  const world = new World(settings, { provideOutputs: answer, openLog, check: true });
  await world.run();
  for (const { atUs: _, ...stats } of collectStats(world)) {
    // Published logs keep the word that `wasted` had when they were written.
    const account = Object.fromEntries(
      Object.entries(stats).map(([key, value]) => [key === "wasted" ? "vain" : key, value]),
    );
    lines.push(`${JSON.stringify({ account })}\n`);
  }
  const { hash, heightBlocks } = world.ledger.chain.tip;
  lines.push(`${JSON.stringify({ tip: hash, heightBlocks })}\n`);
  return lines.join("");
}
