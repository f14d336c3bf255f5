/** The timed stretches of work: what llama.cpp is asked, and for how long. Time does not depend on which tokens are fed. */
import type { InferenceContext } from "../../src/inference/context.ts";
import { timed } from "../../src/inference/timing.ts";
import type { Stream } from "../../src/sim/streams.ts";

export function randomTokens(context: InferenceContext, count: number, stream: Stream): number[] {
  return Array.from({ length: count }, () => stream.below(context.vocabulary.size));
}

/** Reads `tokens` into an emptied first sequence without asking anything. Returns milliseconds. */
export async function prefill(context: InferenceContext, tokens: readonly number[]): Promise<number> {
  context.shorten(0, 0);
  const { wallMs } = await timed(() => context.evaluate([{ slot: 0, tokens }]));
  return wallMs;
}

/** Cuts the first sequence to `depthTokens` and generates `steps` tokens greedily, one a call, as a node with a single job does. */
export async function decode(context: InferenceContext, depthTokens: number, steps: number): Promise<number> {
  context.shorten(0, depthTokens);
  let token = 3;
  const { wallMs } = await timed(async () => {
    for (let step = 0; step < steps; step++)
      await context.step(
        [{ slot: 0, token }],
        (row) => {
          token = row.topToken;
        },
        "alone",
      );
  });
  return wallMs;
}
