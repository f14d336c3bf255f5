import { rasticShape } from "../../protocol/rastic/variants.ts";
import { uniformGuessAcceptance, uniformGuessAgainstRastic } from "../../protocol/schemes/uniform-guess.ts";
import { type ClaimVerdict, type Part, verdictOf } from "./verdict.ts";

/** As the blog prints it, for three positions and the vocabulary of GPT-2. */
const PUBLISHED = 7.78e-15;
const VOCABULARY = 50_257;
const OUTPUT_TOKENS = 100;
/** The printed figure has three digits. */
const ROUNDING = 0.005e-15;

/** C2: three random positions accept a false output with probability 7.78e-15 (blog, §2.5.4): arithmetic, no experiment. */
export function claimC2(): ClaimVerdict {
  const threePositions = uniformGuessAcceptance(VOCABULARY, 3);
  const drawn = uniformGuessAgainstRastic(VOCABULARY, endedOutput(), 1);
  const parts = [
    within(Math.abs(threePositions - PUBLISHED) <= ROUNDING),
    within(Math.abs(drawn - PUBLISHED) <= ROUNDING),
  ];
  return {
    claim: "C2",
    subject: "a cheat who guesses every token evenly",
    verdict: verdictOf(parts),
    sentence:
      `1 / ${VOCABULARY}³ is ${threePositions.toPrecision(3)}, printed as ${PUBLISHED}, and counts three different positions. RASTiC's one drawn ` +
      `position of ${OUTPUT_TOKENS} falls on one of the two fixed ones in 2 % of the cases, and then two guesses are enough: ` +
      `${drawn.toPrecision(3)}, ${Math.round(drawn / threePositions)} times as much. A cheat who does better than guessing is not in this arithmetic.`,
    number: {
      what: `acceptance of an output of ${OUTPUT_TOKENS} evenly guessed tokens`,
      value: drawn,
      low: null,
      high: null,
    },
    obtained: "computed exactly",
  };
}

function within(agrees: boolean): Part {
  return agrees ? "confirmed" : "refuted";
}

/** Its first and its last token are checked always, one more is drawn. */
function endedOutput() {
  const outputTokens = Array.from({ length: OUTPUT_TOKENS }, (_, i) => i + 2);
  const claim = { inputTokens: [1], outputTokens, endTokens: [OUTPUT_TOKENS + 1], tokenLimit: 2 * OUTPUT_TOKENS };
  const shape = rasticShape("blog", claim);
  if (!shape.ok) throw new Error(shape.rejection.message);
  return shape.value;
}
