/**
 * Remembers what a pure function said about an object, for as long as the object lives.
 *
 * Transactions and blocks are never changed once made, and thousands of simulated nodes look at the same one: its hash and
 * its signatures are worked out once per object, not once per node.
 */
export function remembered<Thing extends object, Answer>(answer: (thing: Thing) => Answer): (thing: Thing) => Answer {
  const known = new WeakMap<Thing, { readonly answer: Answer }>();
  return (thing) => {
    let entry = known.get(thing);
    if (entry === undefined) {
      entry = { answer: answer(thing) };
      known.set(thing, entry);
    }
    return entry.answer;
  };
}
