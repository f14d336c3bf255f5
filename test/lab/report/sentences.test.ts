import { expect, test } from "vitest";
import { sentencesOf } from "../../../src/lab/report/sentences.ts";

test("sentences stand for themselves, at points that end one", () => {
  expect(
    sentencesOf("It takes 1.5 ms, i.e. little (see §2.5. It says so). Published: 11.1; measured: 7.8. Then more."),
  ).toEqual([
    { text: "It takes 1.5 ms, i.e. little (see §2.5. It says so).", items: [] },
    { text: "Published: 11.1; measured: 7.8.", items: [] },
    { text: "Then more.", items: [] },
  ]);
});

test("what a sentence goes through becomes a list, brackets kept whole, what announces it before it", () => {
  const words =
    "3 of 16 are wrong: late: a loses in 2 [1 to 3] (paid; upheld); cries: b gains (no charge); denied: c. None else.";
  expect(sentencesOf(words)).toEqual([
    {
      text: "3 of 16 are wrong:",
      items: ["late: a loses in 2 [1 to 3] (paid; upheld);", "cries: b gains (no charge);", "denied: c."],
    },
    { text: "None else.", items: [] },
  ]);
  expect(sentencesOf("With 3 asked: some take 1; others take 2; the rest 3.")).toEqual([
    { text: "With 3 asked:", items: ["some take 1;", "others take 2;", "the rest 3."] },
  ]);
  // Nothing announces these.
  expect(sentencesOf("Under k=1, one: seen; two: seen; three: not.")).toEqual([
    { text: "", items: ["Under k=1, one: seen;", "two: seen;", "three: not."] },
  ]);
});

test("no word is lost", () => {
  const words = "A: b: c; d: e; f: g (h; i: j). K: l; m. N [o. P] q: r; s; t.";
  const again = sentencesOf(words).flatMap(({ text, items }) => [...(text === "" ? [] : [text]), ...items]);
  expect(again.join(" ")).toBe(words);
});
