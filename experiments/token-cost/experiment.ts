import type { HardwareProfile } from "../../src/inference/calibrate.ts";
import { defineExperiment } from "../../src/lab/experiment/define.ts";
import { ExperimentFileError } from "../../src/lab/experiment/file.ts";
import { readHardwareProfile } from "../shared/hardware-profiles.ts";
import { analyseTokenCost } from "./analyse.ts";
import { joinTokenCost } from "./by-machine.ts";
import { tokenCostMetrics } from "./compare.ts";
import { tokenCost as costOf, MachineError } from "./model.ts";
import { calibratedMachine, type PricedMachine, publishedMachine } from "./priced-machines.ts";
import { publishedMachines } from "./published.ts";
import { type TokenCostRow, tokenCostRowTable } from "./rows.ts";
import { sampleSettings } from "./sample.ts";
import { type TokenCostSettings, tokenCostSettings } from "./settings.ts";
import { shownRows } from "./shown.ts";

/** What 1000 tokens cost, on which machine, and what that depends on: arithmetic on rates that were published or measured. */
export const tokenCost = defineExperiment({
  name: "token-cost",
  settings: tokenCostSettings,
  expectedCost: { secondsPerCell: 0.1, bytesPerCell: 480_000, bytesOnce: 1_500_000 },
  figures: ["cost-by-rate", "parts-of-cost"],
  collect: ({ settings }) => ({
    rows: costRows(settings),
    facts: { models: [], numerics: null },
    discardJournal: () => {},
  }),
  rows: tokenCostRowTable,
  analyse: analyseTokenCost,
  consoleSummary,
  metrics: tokenCostMetrics,
  joinMachines: joinTokenCost,
  sample: () => ({
    rows: costRows(sampleSettings),
    change: ({ machine, usdPer1000Tokens: usd }) =>
      machine === sampleSettings.machines[0]!.published ? { usdPer1000Tokens: 1.01 * usd } : {},
    changes: ["usdPer1000Tokens"],
  }),
});

function costRows(settings: TokenCostSettings): TokenCostRow[] {
  return machinesOf(settings).flatMap((machine) => rowsOf(machine, settings));
}

function machinesOf({ machines, batches, outputTokens }: TokenCostSettings): PricedMachine[] {
  const priced = machines.map((machine, i) => {
    if ("published" in machine)
      return publishedMachine(publishedMachines.find(({ name }) => name === machine.published)!, machine);
    const profile: HardwareProfile = readHardwareProfile(machine.calibrated);
    try {
      return calibratedMachine(profile, machine);
    } catch (error) {
      if (!(error instanceof MachineError)) throw error;
      const remedy = `assume some: --set machines.${i}.watts=65`;
      throw new ExperimentFileError([`machines.${i}: ${machine.calibrated}: ${error.message}; ${remedy}`]);
    }
  });
  const twice = priced.find(({ name }, i) => priced.findIndex((other) => other.name === name) < i);
  const [batch, length] = [batches[0]!, outputTokens[0]!];
  const without = priced.find((machine) => machine.rates(batch, length) === null);
  if (without !== undefined)
    throw new ExperimentFileError([
      `machines: ${without.name} has no rate for ${batch} sequences at once, the first of batches; calibrate it with --batches ${batch}, or put another number first`,
    ]);
  if (twice !== undefined)
    throw new ExperimentFileError([
      `machines: ${twice.name} comes twice; give each machine once, under a name of its own`,
    ]);
  return priced;
}

function rowsOf(machine: PricedMachine, settings: TokenCostSettings): TokenCostRow[] {
  const { promptTokens, lifeYears } = settings;
  const rows: TokenCostRow[] = [];
  for (const batch of settings.batches)
    for (const outputTokens of settings.outputTokens) {
      const rates = machine.rates(batch, outputTokens);
      if (rates === null) continue;
      for (const usdPerKwh of settings.usdPerKwh)
        for (const utilisation of settings.utilisation)
          for (const nodesPerJob of settings.nodesPerJob)
            for (const verifiedShare of settings.verifiedShare) {
              const { watts, hardwareUsd } = machine;
              const prices = { watts, usdPerKwh, hardwareUsd, lifeYears, utilisation };
              const cost = costOf(rates, prices, { promptTokens, outputTokens }, { nodesPerJob, verifiedShare });
              rows.push({
                machine: machine.name,
                what: machine.what,
                model: machine.model,
                basis: machine.basis,
                batch,
                promptTokens,
                outputTokens,
                usdPerKwh,
                utilisation,
                nodesPerJob,
                verifiedShare,
                ...rates,
                watts,
                machineUsd: hardwareUsd,
                joulesPer1000Tokens: cost.joules,
                electricityUsdPer1000Tokens: cost.electricityUsd,
                hardwareUsdPer1000Tokens: cost.hardwareUsd,
                usdPer1000Tokens: cost.totalUsd,
              });
            }
    }
  return rows;
}

/** The few numbers that matter, a line for each machine. */
function consoleSummary(rows: readonly TokenCostRow[]): string[] {
  return shownRows(rows).map(
    (row) =>
      `${row.what}: $${row.usdPer1000Tokens.toPrecision(3)} for 1000 tokens, of which $${row.electricityUsdPer1000Tokens.toPrecision(3)} electricity ` +
      `(${row.decodeTokensPerSecond.toPrecision(3)} tokens/s, ${row.watts} W, $${row.usdPerKwh} a kWh)`,
  );
}
