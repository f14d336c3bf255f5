/** The option that every `camelid results` command takes. */
export const inFolder = {
  out: { type: "string", requiresArg: true, default: "results", describe: "folder of the results" },
} as const;

export const runArgument = {
  type: "string",
  demandOption: true,
  describe: "a run's folder, its name under --out, or an experiment: its last complete run",
} as const;
