import { COLOURS } from "../charts/theme.ts";

const colours = [COLOURS.blue, COLOURS.vermilion, COLOURS.green, COLOURS.purple, COLOURS.black];
const shapes = ["circle", "square", "triangle-up", "diamond", "triangle-down"];

/** How runs' machines are named. */
export const MACHINES_IN_WORDS = "Machines: the GPU, or the processor and the kernels that llama.cpp chose for it.";

/** A colour and a shape for each machine, in the order of their names; the sixth has the first one's colour and another shape. */
export function machineLooks(machines: readonly string[]) {
  return [...new Set(machines)].sort().map((series, i) => ({
    series,
    colour: colours[i % colours.length]!,
    shape: shapes[(i + Math.floor(i / colours.length)) % shapes.length]!,
    borrowed: false,
  }));
}
