/** The published cost of a token (blog and §2.5.5): the rate, the power and the price that it rests on. */
export const publishedTokenCost = {
  source: "CamelidCoin blog, 10 July 2023; whitepaper 1.1.2, §2.5.5",
  tokensPerSecond: 30,
  tokensPerHour: 39_600,
  watts: 312,
  usdPerKwh: 0.17,
  usdPer1000Tokens: 0.00134,
} as const;

/** Generation rate of the published Figure 1: (49470 - 200) ms for 999 tokens more. */
export const figure1TokensPerSecond = 999 / ((49_470 - 200) / 1000);
