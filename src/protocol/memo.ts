/**
 * Remembers what a pure function said about an object, for as long as the object lives.
 *
 * Transactions and blocks are never changed once made, and thousands of simulated nodes look at the same one: its hash and
 * its signatures are worked out once per object, not once per node.
 */
export interface Remembered<Thing extends object, Answer> {
  (thing: Thing): Answer;
  /** Takes the answer from whoever made the thing and knows what the function would say. */
  know(thing: Thing, answer: Answer): void;
}

export function remembered<Thing extends object, Answer>(answer: (thing: Thing) => Answer): Remembered<Thing, Answer> {
  const known = new WeakMap<Thing, { readonly answer: Answer }>();
  const recall = (thing: Thing): Answer => {
    let entry = known.get(thing);
    if (entry === undefined) {
      entry = { answer: answer(thing) };
      known.set(thing, entry);
    }
    return entry.answer;
  };
  return Object.assign(recall, { know: (thing: Thing, said: Answer) => void known.set(thing, { answer: said }) });
}

/** The same for a text, among the last so many asked about. Not for secrets that must leave memory. */
export function rememberedText<Answer>(capacity: number, answer: (text: string) => Answer): (text: string) => Answer {
  const known = new Map<string, Answer>();
  return (text) => {
    let said = known.get(text);
    if (said === undefined) {
      said = answer(text);
      if (known.size >= capacity) known.clear();
      known.set(text, said);
    }
    return said;
  };
}
