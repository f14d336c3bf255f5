import fc from "fast-check";
import { expect, test } from "vitest";
import { NGramModel } from "../../../../src/actors/strategies/runtime/n-gram-model.ts";

test("two words after one context, by hand: Witten and Bell's numbers", () => {
  const model = new NGramModel(2, 4);
  model.learn([0, 1, 0, 1, 0, 2]);
  // Alone: 0 three times, 1 twice, 2 once of six; three kinds seen, so 3/9 goes to the even spread.
  const alone = [3, 2, 1, 0].map((count) => (count + 3 / 4) / 9);
  // After 0: 1 twice, 2 once; two kinds.
  const after0 = [0, 2, 1, 0].map((count, token) => (count + 2 * alone[token]!) / 5);
  for (const [token, p] of [...model.probabilities([0])].entries()) expect(p).toBeCloseTo(after0[token]!, 14);
  // Nothing has followed 3: what is known without a context.
  for (const [token, p] of [...model.probabilities([3])].entries()) expect(p).toBeCloseTo(alone[token]!, 14);
});

test("probabilities are positive and add up to 1, whatever was learnt and whatever is asked", () => {
  const text = fc.array(fc.nat(9), { maxLength: 30 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4 }), fc.array(text, { maxLength: 3 }), text, (order, texts, asked) => {
      const model = new NGramModel(order, 10);
      for (const each of texts) model.learn(each);
      const p = [...model.probabilities(asked)];
      expect(Math.min(...p)).toBeGreaterThan(0);
      expect(p.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 12);
    }),
  );
});

test("a text learnt by heart is said again", () => {
  const model = new NGramModel(3, 50);
  const text = Array.from({ length: 40 }, (_, i) => (i * 7) % 50);
  model.learn(text);
  for (let i = 2; i < text.length; i++) {
    const p = model.probabilities(text.slice(0, i));
    expect(p.indexOf(Math.max(...p))).toBe(text[i]);
  }
});
