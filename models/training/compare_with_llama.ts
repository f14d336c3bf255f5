// Compares llama.cpp with the PyTorch reference on the same tokens, by teacher forcing in one batch.
//   node compare_with_llama.ts MODEL.gguf REFERENCE.json      (the reference comes from reference.py)
// Prints how often both have the same arg max, and how far the log probabilities of the following tokens are apart.
// Exit code 1 where the arg max agrees at fewer than 80 % of the positions: then the file is not the same model.
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { getLlama, type Token } from "node-llama-cpp";

interface Passage {
  readonly tokens: readonly number[];
  readonly argMax: readonly number[];
  readonly logProbability: readonly number[];
}

const [modelPath, referencePath] = process.argv.slice(2);
if (modelPath === undefined || referencePath === undefined) {
  console.error("usage: node compare_with_llama.ts MODEL.gguf REFERENCE.json");
  process.exit(2);
}
const passages: Passage[] = JSON.parse(readFileSync(referencePath, "utf8"));

const llama = await getLlama({ gpu: false, build: "never", skipDownload: true, maxThreads: 0 });
const model = await llama.loadModel({ modelPath });
const context = await model.createContext({ contextSize: 512, batchSize: 512, threads: 1, flashAttention: false });
const sequence = context.getSequence();

let sameArgMax = 0;
const differences: number[] = [];
for (const passage of passages) {
  const scored = await scoreWithLlama(passage.tokens as Token[]);
  scored.forEach(({ argMax, logProbability }, position) => {
    if (argMax === passage.argMax[position]) sameArgMax++;
    differences.push(Math.abs(logProbability - passage.logProbability[position]!));
  });
}
differences.sort((a, b) => a - b);
const positions = differences.length;
const mean = differences.reduce((sum, difference) => sum + difference, 0) / positions;
console.log(
  `${basename(modelPath)}: arg max ${sameArgMax}/${positions} (${((100 * sameArgMax) / positions).toFixed(1)} %), ` +
    `|log p - log p| mean ${mean.toExponential(1)}, max ${differences[positions - 1]!.toExponential(1)}`,
);
await llama.dispose();
process.exitCode = sameArgMax < 0.8 * positions ? 1 : 0;

/** Arg max after each prefix of `tokens`, and the log probability of the token that follows it. */
async function scoreWithLlama(tokens: Token[]): Promise<{ argMax: Token; logProbability: number }[]> {
  await sequence.clearHistory();
  const outputs = await sequence.controlledEvaluate(
    tokens.slice(0, -1).map((token, position) => [
      token,
      {
        generateNext: {
          token: true,
          totalLogitWeight: true,
          logits: { filter: { tokens: [tokens[position + 1]!], includeSelected: true } },
        },
      },
    ]),
  );
  return tokens.slice(1).map((following, position) => {
    const next = outputs[position]!.next;
    const argMax = next.token as Token;
    const logits = next.logits!;
    const logProbability = logits.get(following)! - logits.get(argMax)! - Math.log(next.totalLogitWeight!);
    return { argMax, logProbability };
  });
}
