/** One pair of bars of the published Figure 1. */
export interface PublishedTimes {
  readonly outputTokens: number;
  readonly generateMs: number;
  readonly verifyMs: number;
}

/**
 * The published Figure 1, read off its bars: one pixel is 117 ms, so every time is good to that much.
 *
 * Source: "CamelidCoin | Democratizing LLMs", blog post of 10 July 2023; whitepaper 1.1.2, section 2.5.4. Behind it stands the
 * 2023 prototype: Vicuna 7B q5_1, context 1024, 32 layers on a GPU, three checks, each a fresh evaluation of the whole prefix.
 */
export const publishedFigure1: {
  readonly source: string;
  readonly system: string;
  readonly readingErrorMs: number;
  readonly times: readonly PublishedTimes[];
} = {
  source: "CamelidCoin blog, 10 July 2023; whitepaper 1.1.2, §2.5.4, Figure 1",
  system: "Vicuna 7B q5_1, 32 layers on a GPU, 2023",
  readingErrorMs: 117,
  times: [
    { outputTokens: 1, generateMs: 200, verifyMs: 700 },
    { outputTokens: 10, generateMs: 700, verifyMs: 820 },
    { outputTokens: 25, generateMs: 1520, verifyMs: 820 },
    { outputTokens: 50, generateMs: 2810, verifyMs: 820 },
    { outputTokens: 75, generateMs: 3980, verifyMs: 820 },
    { outputTokens: 100, generateMs: 5380, verifyMs: 1050 },
    { outputTokens: 250, generateMs: 13800, verifyMs: 1290 },
    { outputTokens: 500, generateMs: 29590, verifyMs: 2810 },
    { outputTokens: 1000, generateMs: 49470, verifyMs: 4440 },
  ],
};

/** Generation time over verification time as published, with the range that the reading error leaves. */
export function publishedRatio({ generateMs, verifyMs }: PublishedTimes): { value: number; low: number; high: number } {
  const error = publishedFigure1.readingErrorMs;
  return {
    value: generateMs / verifyMs,
    low: (generateMs - error) / (verifyMs + error),
    high: (generateMs + error) / (verifyMs - error),
  };
}
