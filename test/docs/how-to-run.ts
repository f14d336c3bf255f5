/**
 * How each documented command is tried, in one place: what is put for its placeholders, what is made smaller, and what is not run at
 * all, with the reason. A command that is in none of the lists fails the test.
 */

const draft = ["--set", "models=[{file: models/tales-draft-f16.gguf}]"];

/** Overrides that make the experiments of the documents take seconds: fewer of everything, the smallest models. */
const smaller: Readonly<Record<string, readonly string[]>> = {
  "figure-1": [...draft, "--set", "tokens=[1,16]", "--set", "repeats=2"],
  "verification-cost": [
    ...draft,
    "--set",
    "outputTokens=32",
    "--set",
    "numerics=[{flashAttention: false, kvCacheType: F16, threads: 1}]",
    "--set",
    "repeats=2",
    "--set",
    "decodeSteps=2",
    "--set",
    "claimsPerPass=[1,2]",
  ],
  network: [
    "--workers",
    "1",
    "--set",
    "prompts.count=2",
    "--set",
    "populations=[mixed]",
    "--set",
    "schedulings=[central]",
    "--set",
    "runs=2",
    "--set",
    "jobs.perHour=20",
    "--set",
    "jobs.tokenLimit=12",
  ],
};

/** The documents' words for something of the reader's own. */
export const placeholders: Readonly<Record<string, (results: LatestRun) => string>> = {
  "results/figure-1/RUN": (latest) => latest("figure-1"),
  // A run compared with itself: that the command takes two runs is what is tried here.
  "results/network/RUN-A": (latest) => latest("network"),
  "results/network/RUN-B": (latest) => latest("network"),
  // Replications of the comparison.
  "12": () => "2",
  // The genesis header of the minimal preset, as in test/vectors.
  HEX: () =>
    "40420f00000000000000000000000000000000000000000000000000000000000000000000000000" +
    "7ed821ec0800e7c7e9f5cee46266193c06aecac4d816b432ee8e5e3a6bbe18c600000000",
  DIR: () => "test/vectors/2026.1",
};

/** Folder of an experiment's newest run in the scratch folder. */
export type LatestRun = (experiment: string) => string;

/** Words added to a command, so that it is soon done. */
export function addedWords(words: readonly string[]): readonly string[] {
  const [command, first] = words;
  if (command === "run" || command === "compare") return smaller[first ?? ""] ?? [];
  if (command === "calibrate")
    return [
      "--model",
      "models/tales-draft-f16.gguf",
      "--batches",
      "1",
      "--depths",
      "0",
      "--prefill",
      "16",
      "--repeats",
      "1",
    ];
  if (command === "generate") return ["--tokens", "12"];
  return [];
}

/** Only parsed, by asking for their help: what they would do belongs elsewhere. */
export const onlyHelp: readonly { readonly command: RegExp; readonly why: string }[] = [
  {
    command: /^camelid watch\b/,
    why: "serves until it is stopped; test/cli/watch.test.ts starts it and asks it for its page",
  },
  { command: /^camelid reproduce\b/, why: "minutes; test/cli/reproduce.test.ts runs it on small experiments" },
  {
    command: /^camelid (run|figures|results|compare) [A-Z]+\b/,
    why: "a form, not a command; the commands of that form are run",
  },
  {
    command: /^camelid run verification-cost$/,
    why: "minutes more than its preset quick",
  },
  {
    command: /^camelid run (?!network )[\w-]+ --preset quick$/,
    why: "up to a minute each; npm start runs them all, and the tests of each kind run it smaller",
  },
  {
    command: /^camelid results list$/,
    why: "lists what the other commands left here; test/cli/results.test.ts has its own",
  },
  {
    command: /^camelid results show\b/,
    why: "prints verdicts, which hang on what a model wrote; test/cli/results.test.ts has its own",
  },
  {
    command: /^camelid solve\b/,
    why: "needs a run of false-accept; test/experiments/economics/solve.test.ts solves made-up ones, worked out by hand",
  },
  {
    command: /^(npm run camelid -- |camelid )run false-accept\b/,
    why: "a minute, or the committed transcripts; test/experiments/attack/reference.test.ts and the tests of the kind run it",
  },
  {
    command: /^(npm run camelid -- |camelid )run (outages|network --preset full)\b/,
    why: "reads the committed outputs; test/experiments/network/outages.test.ts runs the first, smaller",
  },
  {
    command: /^npm run camelid -- run cross-hardware --preset vulkan$/,
    why: "needs a Vulkan device; test/experiments/cross-hardware runs the kind on kernels of the CPU",
  },
  {
    command: /^camelid figures$/,
    why: "draws whatever runs are there; test/lab/results/figure-set.test.ts has its own",
  },
  { command: /^(npx )?camelid( COMMAND)?$/, why: "a form, not a command" },
  { command: /^npm run camelid -- (COMMAND|--help)$/, why: "the same as camelid" },
];

/** Not run: that the script or program exists, and that Node can read it, is still looked at. */
export const notRun: readonly { readonly command: RegExp; readonly why: string }[] = [
  { command: /^npm ci$/, why: "installs what this test already runs on; the lock file is verified by check:lock" },
  { command: /^npm start$/, why: "minutes: it is camelid reproduce, see there" },
  { command: /^npm test$/, why: "it is what runs this" },
  {
    command: /^npm run (check|check:\w+|test:\w+|docs|format|golden|lock|schema|vectors|mutation|bench|notebook)$/,
    why: "works on the checkout itself, not on a scratch folder",
  },
  { command: /^node (bench|scripts)\//, why: "minutes, or writes into the checkout; benches are measured by hand" },
];
