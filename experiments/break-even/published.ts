/** How often the sources say a cheat must succeed (blog and §2.5.7, on truncation and on lazy prediction). */
export const publishedBreakEven = {
  acceptance: 0.51,
  source: "CamelidCoin blog, 10 July 2023; whitepaper 1.1.2, §2.5.7",
};
