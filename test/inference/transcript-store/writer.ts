/** A process of its own that fills a store, for the tests of several writers and of kills: writer.ts STORE FROM TO. */
import { TranscriptStore } from "../../../src/inference/transcript-store/store.ts";
import { madeUpTranscript } from "../../support/transcripts.ts";

const [path, from, to] = process.argv.slice(2);
const store = TranscriptStore.open(path!);
for (let seed = Number(from); seed < Number(to); seed++) {
  store.add(madeUpTranscript(seed));
  process.stdout.write(`${seed}\n`); // said only after `add` has returned
}
store.close();
