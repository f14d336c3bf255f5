import type { HardwareProfile } from "../../src/inference/calibrate.ts";
import { type Experiment, ExperimentFileError } from "../../src/lab/experiment/file.ts";
import type { KindResult } from "../../src/lab/experiment/kind.ts";
import { readHardwareProfile } from "../shared/hardware-profiles.ts";
import { tokenCostOutcome } from "./analyse.ts";
import { tokenCostHeadline } from "./headline.ts";
import { MachineError, tokenCost } from "./model.ts";
import { calibratedMachine, type PricedMachine, publishedMachine } from "./priced-machines.ts";
import { publishedMachines } from "./published.ts";
import type { TokenCostRow } from "./rows.ts";
import type { TokenCostSettings } from "./settings.ts";

/** Works out an experiment of kind `token-cost`: arithmetic, so there is nothing to resume. */
export async function runTokenCost(experiment: Experiment): Promise<KindResult> {
  const settings = experiment.settings as TokenCostSettings;
  const rows = machinesOf(settings).flatMap((machine) => rowsOf(machine, settings));
  return {
    outcome: tokenCostOutcome(rows),
    facts: { models: [], numerics: null },
    headline: tokenCostHeadline(rows),
    forgetJournal: () => {},
  };
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
              const cost = tokenCost(rates, prices, { promptTokens, outputTokens }, { nodesPerJob, verifiedShare });
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
