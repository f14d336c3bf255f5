/**
 * The whole protocol for many nodes and jobs. Aims (issue of the simulator): 1,000 nodes and 20,000 jobs within 60 s on one core; cost per
 * job at 10,000 nodes at most 1.5 times that at 1,000.
 *
 *   node bench/actors/network.ts [--nodes N] [--jobs N] [--scheduling redundant|exclusive|central]
 *   node bench/actors/network.ts --growth       # 1,000 nodes and 2,000 jobs, then 10,000 nodes and 20,000: the same load a node
 *
 * Claims are synthetic: 64 tokens of a made-up text for each of 50 prompts, with the ledger of an honest generation, so that no model is
 * needed and nothing but the simulation is timed. Everything else is what the experiment runs: transactions signed and verified,
 * commitments, RASTiC, blocks. Invariants are off. The time is CPU time of the process.
 */

import { parseArgs } from "node:util";
import type { ClaimRecord } from "../../src/actors/claim.ts";
import { clientConducts } from "../../src/actors/conducts/clients/index.ts";
import { nodeConducts } from "../../src/actors/conducts/nodes/index.ts";
import { prototypeHardware } from "../../src/actors/hardware-profile.ts";
import { generation } from "../../src/actors/ledger.ts";
import { World } from "../../src/actors/world.ts";
import { type Scheduling, schedulings, type WorldSettings } from "../../src/actors/world-settings.ts";
import { parameters } from "../../src/protocol/parameters.ts";
import { ruleSet } from "../../src/protocol/revisions.ts";

const model = "00".repeat(32);
const hardware = prototypeHardware([{ root: model, bytes: 4_000_000 }]);
const OUTPUT_TOKENS = 64;
/** An honest generation of 64 tokens on the published machine takes about this. */
const JOB_SECONDS = 3.4;
/** Share of the nodes that would be busy if each job were done once. */
const LOAD = 0.7;

const { values } = parseArgs({
  options: {
    nodes: { type: "string", default: "1000" },
    jobs: { type: "string", default: "20000" },
    scheduling: { type: "string", default: "central" },
    growth: { type: "boolean", default: false },
  },
});

function worldOf(nodes: number, jobs: number, scheduling: Scheduling): WorldSettings {
  const perHour = (LOAD * nodes * 3600) / JOB_SECONDS;
  return {
    seed: "bench",
    run: 0,
    rules: { ...ruleSet("2026.1"), rastic: "blog" },
    parameters: parameters("full"),
    scheduling,
    nodes: [
      {
        kind: "honest",
        count: nodes,
        strategy: { name: "honest" },
        hardware,
        conduct: nodeConducts.honest,
        honest: true,
        fundsUnits: 101_000 * 500,
      },
    ],
    clients: [
      {
        kind: "local",
        count: 40,
        hardware,
        verification: "local",
        verificationRate: 1,
        conduct: clientConducts.honest,
      },
    ],
    verifiers: [],
    miners: 10,
    minerHardware: hardware,
    modelRoot: model,
    sampling: { sampler: "gumbel", temperaturePerMille: 0, topK: 0, topPPerMille: 1000 },
    prompts: Array.from({ length: 50 }, (_, number) => ({ number, input: `prompt ${number}`, seed: number })),
    jobs: {
      perHour,
      hours: jobs / perHour,
      settleHours: 1,
      tokenLimit: OUTPUT_TOKENS,
      rewardUnits: 100_000,
      stakeUnits: 100_000,
      feeUnits: 1000,
    },
    verifiersAsked: 1,
    outboundConnections: 8,
  };
}

function synthetic(number: number): ClaimRecord {
  const outputTokens = Array.from({ length: OUTPUT_TOKENS }, (_, i) => 3 + ((number * 31 + i * 7) % 1000));
  return {
    promptTokens: [1, 2, 3, 4, 5, 6, 7, 8],
    outputTokens,
    referenceTokens: outputTokens,
    promptReferenceTokens: null,
    endTokens: [2],
    vocabularySize: 1003,
    work: generation(model, 8, OUTPUT_TOKENS),
  };
}

interface Measured {
  readonly seconds: number;
  readonly jobs: number;
  readonly events: number;
}

async function measure(nodes: number, jobs: number, scheduling: Scheduling): Promise<Measured> {
  const start = cpuSeconds();
  const answer = async (questions: readonly { prompt: { number: number } }[]) =>
    questions.map(({ prompt }) => synthetic(prompt.number));
  const world = new World(worldOf(nodes, jobs, scheduling), { answer, check: false });
  const built = cpuSeconds();
  await world.play();
  const seconds = cpuSeconds() - start;
  const stages = Map.groupBy(world.ledger.jobs.records(), ({ stage }) => stage);
  const { executed } = world.kernel;
  const ends = [...stages].map(([stage, own]) => `${own.length} ${stage}`).join(", ");
  const memory = Math.round(process.memoryUsage.rss() / 2 ** 20);
  console.log(
    `${nodes} nodes, ${world.runs.length} jobs (${ends}), ${scheduling}: ${seconds.toFixed(1)} s of CPU, ${(built - start).toFixed(1)} s of ` +
      `them to build; ${((1000 * seconds) / world.runs.length).toFixed(2)} ms a job; ${executed} events, ` +
      `${Math.round(executed / seconds)}/s; ${world.floods.traffic.messages} messages, ${world.floods.traffic.transmissions} transmissions ` +
      `(${Math.round(world.floods.traffic.transmissions / seconds)}/s); ${memory} MB`,
  );
  return { seconds, jobs: world.runs.length, events: executed };
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

const scheduling = schedulings.find((name) => name === values.scheduling);
if (scheduling === undefined) throw new RangeError(`--scheduling: expected one of ${schedulings.join(", ")}`);
if (values.growth) {
  const [small, large] = [await measure(1000, 2000, scheduling), await measure(10_000, 20_000, scheduling)];
  const ratio = large.seconds / large.jobs / (small.seconds / small.jobs);
  console.log(`cost per job at 10,000 nodes over that at 1,000: ${ratio.toFixed(2)}, aim at most 1.5`);
  process.exitCode = ratio <= 1.5 ? 0 : 1;
} else {
  const { seconds } = await measure(Number(values.nodes), Number(values.jobs), scheduling);
  if (values.nodes === "1000" && values.jobs === "20000") {
    console.log(`aim: at most 60 s`);
    process.exitCode = seconds <= 60 ? 0 : 1;
  }
}
