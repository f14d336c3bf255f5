import type { WorldOptions } from "../../src/actors/world.ts";
import { WorldTrace } from "../../src/actors/world-trace.ts";
import { ChromeTrace } from "../../src/sim/chrome-trace.ts";
import { EventLog } from "../../src/sim/event-log.ts";
import type { Kernel } from "../../src/sim/kernel.ts";
import { TextFile, type TextSink } from "../../src/sim/text-file.ts";

export interface WorldFiles {
  /** For the world that is to write them. */
  readonly options: Pick<WorldOptions, "openLog">;
  /** When the world has played, or failed. */
  close(): void;
}

/** What a world leaves of itself where the settings ask for it: `events.jsonl`, `trace.json`. `file` gives a name its path. */
export function openWorldFiles(
  { eventLog, trace }: { readonly eventLog: boolean; readonly trace: boolean },
  file: (name: string) => string,
): WorldFiles {
  if (!eventLog && !trace) return { options: {}, close: () => {} };
  const sinks: TextSink[] = [];
  const closers: (() => void)[] = [];
  let kernel: Kernel | undefined;
  if (eventLog) {
    const log = new TextFile(file("events.jsonl"));
    sinks.push(log.write);
    closers.push(() => log.close());
  }
  if (trace) {
    const text = new TextFile(file("trace.json"));
    const spans = new WorldTrace(new ChromeTrace(text.write));
    sinks.push(spans.take);
    closers.push(() => {
      spans.close(kernel?.nowUs ?? 0);
      text.close();
    });
  }
  const openLog = (ofWorld: Kernel) => {
    kernel = ofWorld;
    return new EventLog(ofWorld, (line) => {
      for (const sink of sinks) sink(line);
    });
  };
  return {
    options: { openLog },
    close: () => {
      for (const close of closers) close();
    },
  };
}
