/** A claim of the published sources, in our words. */
export interface PublishedClaim {
  readonly text: string;
  readonly source: string;
}

/** The claims that experiments test, by number; *blog* is the post of 10 July 2023, § a section of whitepaper 1.1.2. */
export const publishedClaims: Readonly<Record<string, PublishedClaim>> = {
  C1: { text: "Verification is O(1), generation O(n) to O(n²).", source: "blog, §2.5.1" },
  C2: { text: "Three random positions accept a false output with probability 7.78e-15.", source: "blog, §2.5.4" },
  C3: {
    text: "Verification takes longer than generation under about 10 tokens and is 11 times cheaper at 1000.",
    source: "blog, §2.5.4, Figure 1",
  },
  C4: { text: "The three checks can run concurrently; nothing forces a reload.", source: "blog" },
  C5: { text: "A GPU gives up to 30 tokens a second, about 39,600 an hour at saturation.", source: "blog, §2.5.5" },
  C6: { text: "At 312 W and $0.17 a kWh, 1000 tokens cost $0.00134.", source: "blog, §2.5.5" },
  C7: { text: "A cheat must succeed more than 51 % of the time or lose money.", source: "blog, §2.5.7" },
  C8: {
    text: "Repetition exploits need highly repetitive inputs and stay close to the truth.",
    source: "blog, §2.5.7",
  },
  C9: { text: "Tampering with one token breaks every token after it.", source: "§2.5.6, blog" },
  C10: { text: "Substituting one of N tokens is detected with odds of 3 in N.", source: "§2.5.7" },
  C11: { text: "Generation is deterministic given input and seed, across machines.", source: "blog" },
  C12: { text: "N sub-tasks in parallel finish N times faster.", source: "§3.2, §5.4" },
  C13: { text: "Redundant computation is swift but wasteful; a central scheduler fixes it.", source: "§4.2, §6" },
  C14: { text: "Payment channels carry millions of transactions an hour.", source: "blog, §5.3" },
  C15: { text: "Model chunks under a Merkle root make distribution tamper-evident and fast.", source: "§2.6.1" },
  C16: { text: "Computing the first layer locally leaves no way to reconstruct the input.", source: "§4.1" },
  C17: { text: "Early proof of stake lets a minority dominate; later it saves energy.", source: "§5.2" },
  C18: { text: "Nodes that average weights at set heights converge on a shared model.", source: "§5.1.1" },
  C19: { text: "Homomorphic encryption costs orders of magnitude too much.", source: "§4.1.1" },
};

/** What the sources say without a number of ours, and experiments test all the same. */
const unnumberedClaims: Readonly<Record<string, PublishedClaim>> = {
  disputes: { text: "Disputes leave the coins with those who kept to the protocol.", source: "§2.4" },
  "no free computation": {
    text: "A client that outsources verification gets no computation for free.",
    source: "§2.5.3",
  },
  trustless: { text: "Outsourced verification needs no trust in those who verify.", source: "§2.5.3" },
};

export function publishedClaim(name: string): PublishedClaim | undefined {
  return publishedClaims[name] ?? unnumberedClaims[name];
}
