/** Settings that every experiment on the simulated protocol takes: its numbers, where they are not the sources'. */
import { z } from "zod";
import { type Parameters, parameterTable } from "../../src/protocol/parameters.ts";

type ParameterName = keyof typeof parameterTable;

/** `checkBudget` is a setting of its own: it is what experiments vary most. */
const names = (Object.keys(parameterTable) as ParameterName[]).filter((name) => name !== "checkBudget");

/** Numbers that cannot be 0 without standing the protocol still. */
const positive: readonly ParameterName[] = [
  "halvingIntervalBlocks",
  "blockIntervalMs",
  "retargetIntervalBlocks",
  "retargetLimit",
  "medianTimeBlocks",
  "maxBlockBytes",
  "maxAcceptances",
  "maxInputBytes",
  "maxTokenLimit",
];

const value = (name: ParameterName) =>
  z
    .int()
    .min(positive.includes(name) ? 1 : 0)
    .optional()
    .describe(`instead of ${parameterTable[name].full} (${parameterTable[name].source})`);

export const protocolOverrides = z
  .strictObject(Object.fromEntries(names.map((name) => [name, value(name)])))
  .default({})
  .describe(`numbers of the protocol that differ from the sources': ${names.join(", ")}`);

/** The full parameters with an experiment's numbers in their place. */
export function overridden(parameters: Parameters, overrides: z.output<typeof protocolOverrides>): Parameters {
  const given = Object.entries(overrides).filter(([, value]) => value !== undefined);
  return { ...parameters, ...(Object.fromEntries(given) as Partial<Parameters>) };
}
