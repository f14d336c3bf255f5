import type { CommandModule, InferredOptionTypes, Options } from "yargs";
import type { Solution, SolveTerms } from "../../../experiments/economics/solve.ts";
import type { SolvedRun } from "../../../experiments/economics/solve-run.ts";
import { expectNumbers } from "../argument-errors.ts";
import type { Cli } from "../cli.ts";
import { reportErrors } from "../errors.ts";
import { table } from "../terminal.ts";

const own = {
  target: {
    type: "string",
    choices: ["no profitable cheat"],
    default: "no profitable cheat",
    describe: "what must hold: no cheat of the library earns more than honest work",
  },
  minimise: {
    type: "string",
    choices: ["verification-cost", "security-cost", "verified-share"],
    default: "verification-cost",
    describe: "work of verifying; that and what honest nodes lose to false rejects; or the share of verified jobs",
  },
  against: {
    type: "string",
    choices: ["honest", "speculative"],
    default: "honest",
    describe: "the honest node that no cheat may outdo: decoding one token at a time, or speculatively",
  },
  reward: {
    type: "number",
    requiresArg: true,
    default: 1.5,
    describe: "reward of a job over what honest one-token decoding of it costs",
  },
  "max-stake-ratio": {
    type: "number",
    requiresArg: true,
    default: 10,
    describe: "the highest stake over reward that nodes can be asked for",
  },
  json: { type: "boolean", default: false, describe: "print JSON" },
} as const satisfies Record<string, Options>;

type Arguments = InferredOptionTypes<typeof own> & { readonly run: string };

export const solveCommand = (cli: Cli): CommandModule<unknown, Arguments> => ({
  command: "solve [run]",
  describe: "Find the verification, stake and share of verified jobs under which no cheat pays",
  builder: (yargs) =>
    yargs
      .positional("run", {
        type: "string",
        default: "results/false-accept",
        describe: "folder of a run of an attack experiment, or of several of which the newest is taken",
      })
      .options(own)
      .check((given) =>
        expectNumbers(given, { reward: { whole: false, least: 0.01 }, "max-stake-ratio": { whole: false, least: 0 } }),
      )
      .example(
        "$0 solve --target 'no profitable cheat' --minimise verification-cost",
        "from the newest false-accept run",
      )
      .example(
        "$0 solve results/detection --against speculative --max-stake-ratio 100",
        "from another, on other terms",
      ),
  handler: (given) => reportErrors(cli, () => run(cli, given)),
});

async function run(cli: Cli, given: Arguments): Promise<void> {
  const { chosenText, newestRunIn } = await import("../../lab/results/newest-run.ts");
  const { solveRun } = await import("../../../experiments/economics/solve-run.ts");
  const terms = {
    rewardOverCost: given.reward,
    stakeRatio: given["max-stake-ratio"],
    yardstick: given.against,
    minimise: given.minimise,
  } as SolveTerms;
  const chosen = newestRunIn(given.run);
  for (const problem of chosen.problems) cli.printError(problem);
  const { folder, manifest } = chosen;
  const solved = solveRun(folder, terms);
  const { preset } = manifest.experiment.given;
  if (given.json) cli.print(JSON.stringify({ run: folder, preset, terms, samplings: solved }, null, 1));
  else {
    cli.print(`from ${folder}:`);
    cli.print(cli.paragraph(chosenText(chosen)));
    cli.print(`reward ${terms.rewardOverCost}, costs in honest one-token decoding\n`);
    for (const one of solved) cli.print(`${solvedText(cli, one, terms)}\n`);
  }
  if (solved.some(({ solutions }) => solutions.length === 0)) cli.exitCode = 1;
}

const SHOWN = 6;

function solvedText(
  cli: Cli,
  { sampling, prompts, cheats, yardstickKnown, solutions }: SolvedRun,
  terms: SolveTerms,
): string {
  const head = cli.bold(`${sampling} (${prompts} prompts, ${cheats} cheats)`);
  if (!yardstickKnown)
    return `${head}\n  this run has no outputs of honest speculative decoding to hold cheats against`;
  const [best] = solutions;
  if (best === undefined)
    return `${head}\n  none: under every scheme some cheat pays even if all jobs are verified at a stake of ${terms.stakeRatio} rewards`;
  const rows = solutions
    .slice(0, SHOWN)
    .map((solution) => [
      solution.scheme,
      percent(solution.leastVerifiedShare.high),
      percent(solution.verificationCost),
      percent(solution.securityCost),
      solution.binding,
    ]);
  const header = ["scheme", "verified", "verification", "with false rejects", "binding cheat"];
  return `${head}\n${bestText(best)}\n${table([header, ...rows], [1, 2, 3])}`;
}

/** Nothing seen is a bound, never 0 %. */
function rejectedText({ value, low, high }: Solution["falseReject"]): string {
  return value === 0 ? `under ${percent(high)}` : `${percent(value)} [${percent(low)} to ${percent(high)}]`;
}

function bestText(best: Solution): string {
  const { scheme, stakeRatio, leastVerifiedShare, binding, runnerUp, margin, verificationCost, falseReject } = best;
  const { value, low, high } = leastVerifiedShare;
  return [
    `  ${scheme}, stake ${stakeRatio} rewards, ${percent(high)} of jobs verified`,
    `  needed: ${percent(value)} [${percent(low)} to ${percent(high)}]; bound by ${binding}${runnerUp === null ? "" : `, then ${runnerUp}`}`,
    `  margin: honest work earns ${number(margin.value)} [${number(margin.low)} to ${number(margin.high)}] more than that cheat`,
    `  price: verification ${percent(verificationCost)} of honest work; honest nodes rejected ${rejectedText(falseReject)} of the time`,
  ].join("\n");
}

function percent(share: number): string {
  return `${number(100 * share)} %`;
}

/** Three digits; what rounding alone keeps from 0 is 0. */
function number(value: number): string {
  return Math.abs(value) < 1e-9 ? "0" : Number(value.toPrecision(3)).toString();
}
