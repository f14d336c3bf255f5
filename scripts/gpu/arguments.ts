import { type ParseArgsConfig, parseArgs } from "node:util";

/** As `parseArgs`; a mistake is one line on the error stream and exit code 2. */
export function argumentsOf<Config extends ParseArgsConfig>(config: Config): ReturnType<typeof parseArgs<Config>> {
  try {
    return parseArgs(config);
  } catch (error) {
    console.error((error as Error).message);
    process.exit(2);
  }
}
