/** Published machines under few circumstances: enough for every figure and every metric. */
export const sampleSettings = {
  machines: [
    { published: "prototype" as const },
    { published: "rtx-4090" as const },
    { published: "laptop-cpu" as const },
  ],
  usdPerKwh: [0.17, 0.05, 0.4],
  batches: [1, 8],
  outputTokens: [1000, 100],
  promptTokens: 100,
  utilisation: [1, 0.1],
  nodesPerJob: [1, 3],
  verifiedShare: [0, 1],
  lifeYears: 4,
};
