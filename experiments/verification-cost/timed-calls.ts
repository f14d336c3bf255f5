/** The timed stretches of work: what llama.cpp is asked, and for how long. Time does not depend on which tokens are fed. */
import type { InferenceContext } from "../../src/inference/context.ts";
import { greedyRule } from "../../src/inference/next-token.ts";
import { timed } from "../../src/inference/timing.ts";
import type { Stream } from "../../src/sim/streams.ts";

export function randomTokens(context: InferenceContext, count: number, stream: Stream): number[] {
  return Array.from({ length: count }, () => stream.below(context.vocabulary.size));
}

/** Reads `tokens` into an emptied first sequence without asking anything. Returns milliseconds. */
export async function prefill(context: InferenceContext, tokens: readonly number[]): Promise<number> {
  await context.shorten(0, 0);
  const feed = tokens.map((token) => ({ token }));
  const { wallMs } = await timed(() => context.evaluate([{ slot: 0, feed }]));
  return wallMs;
}

/** Cuts the first sequence to `depthTokens` and generates `steps` tokens, one a call, as `generate` asks for them. */
export async function decode(context: InferenceContext, depthTokens: number, steps: number): Promise<number> {
  await context.shorten(0, depthTokens);
  let token = 3;
  const { wallMs } = await timed(async () => {
    for (let step = 0; step < steps; step++) {
      const [answers] = await context.evaluate([
        { slot: 0, feed: [{ token, ask: greedyRule.ask(step, null, false) }] },
      ]);
      token = answers![0]!.token as number;
    }
  });
  return wallMs;
}
