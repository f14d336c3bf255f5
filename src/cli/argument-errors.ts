/** A complaint of yargs about the command line, in one line that says where to look. */
export function argumentProblem(message: string, words: readonly string[]): string {
  const unknownCommand = /^Did you mean (.+)\?$/.exec(message)?.[1];
  if (unknownCommand !== undefined) return `unknown command; did you mean '${unknownCommand}'? ${see([])}`;
  const valueless = /^Not enough arguments following: (.+)$/.exec(message)?.[1];
  const [word, next] = words;
  const stray = /^Unknown arguments?: ([^,]+)/.exec(message)?.[1];
  if (word === "results" && next === "list" && stray !== undefined && words.slice(2).includes(stray))
    return `results list: the folder of the results is an option; type 'camelid results list --out ${stray}'`;
  if (word !== undefined && message === `Unknown argument: ${word}` && !words.slice(1).includes(word))
    return `unknown command '${word}'; ${see([])}`;
  if (valueless !== undefined) return `--${valueless}: expected a value; ${see(words)}`;
  if (message.startsWith("Not enough non-option arguments")) return `an argument is missing; ${see(words)}`;
  return `${message.replace(/\s*\n\s*/g, " ")}; ${see(words)}`;
}

/** The subcommands of the commands that have some. */
const subcommands: Readonly<Record<string, readonly string[]>> = {
  models: ["list", "inspect", "verify", "synthesize", "synthesise", "import"],
  protocol: ["decode", "vectors"],
  results: ["list", "show", "verify"],
};

/** The command is the first word, if it is one, with its subcommand, if it has one. */
function see([word, next]: readonly string[]): string {
  if (word === undefined || !/^[a-z]+$/.test(word)) return "see 'camelid --help'";
  const command = next !== undefined && subcommands[word]?.includes(next) ? `${word} ${next}` : word;
  return `see 'camelid ${command} --help'`;
}

/** For yargs' `check`: an option that is no list, given twice, would reach the command as one. */
export function refuseRepeatedOptions(given: Record<string, unknown>, lists: readonly string[]): true {
  for (const [name, value] of Object.entries(given))
    if (name !== "_" && Array.isArray(value) && !lists.includes(name))
      throw new Error(`--${name}: given ${value.length} times; keep one`);
  return true;
}

/** What a number option takes. */
export interface NumberRange {
  readonly whole: boolean;
  readonly least: number;
  readonly most?: number;
}

/** For yargs' `check`: refuses by name what is no such number; yargs itself hands on NaN. Options not given are not looked at. */
export function expectNumbers(given: Record<string, unknown>, ranges: Readonly<Record<string, NumberRange>>): true {
  for (const [name, { whole, least, most }] of Object.entries(ranges)) {
    const value = given[name];
    if (value === undefined) continue;
    const fits =
      typeof value === "number" &&
      (whole ? Number.isSafeInteger(value) : Number.isFinite(value)) &&
      value >= least &&
      value <= (most ?? Number.MAX_SAFE_INTEGER);
    if (fits) continue;
    const range = most === undefined ? `of at least ${least}` : `from ${least} to ${most}`;
    const found = Number.isNaN(value) ? "" : `, found ${value}`;
    throw new Error(`--${name}: expected a ${whole ? "whole " : ""}number ${range}${found}`);
  }
  return true;
}

/** An option given as `--x ''` or `--x=`: yargs would read it as 0, false or the current folder. */
export function refuseEmptyValues(words: readonly string[]): true {
  for (const [i, word] of words.entries()) {
    if (word === "--") break;
    const option = /^--[^=]+=$/.test(word) ? word.slice(0, -1) : word === "" ? words[i - 1] : undefined;
    if (option?.startsWith("--")) throw new Error(`${option.split("=")[0]}: expected a value, found nothing`);
  }
  return true;
}

/** For yargs' `check`: yargs reads whatever is not "true" as false, so `--flash-attention=yes` would mean no; and it negates any option. */
export function refuseNoBooleans(words: readonly string[], booleans: readonly string[]): true {
  for (const word of words) {
    if (word === "--") break;
    const [, name, value] = /^--([^=]+)=(.*)$/s.exec(word) ?? [];
    if (name !== undefined && booleans.includes(name) && value !== "true" && value !== "false")
      throw new Error(`--${name}: expected true or false, found ${value}`);
    const negated = /^--no-([^=]+)/.exec(word)?.[1];
    if (negated !== undefined && !booleans.includes(negated)) throw new Error(`Unknown argument: no-${negated}`);
  }
  return true;
}
