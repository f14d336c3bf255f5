import { closeSync, openSync, writeSync } from "node:fs";
import type { OutputProvider } from "../../actors/output-provider.ts";
import { World, type WorldOptions } from "../../actors/world.ts";
import type { WorldSettings } from "../../actors/world-settings.ts";
import { unitsPerCoin } from "../../protocol/amount.ts";
import { EventLog, type LogFields } from "../../sim/event-log.ts";
import type { Kernel } from "../../sim/kernel.ts";
import { asResultsError } from "../results/atomic-file.ts";
import { groupColumns, type PlaybackHeader, type PlaybackLine, playbackFormat, stages } from "./format.ts";
import { Snapshots } from "./snapshots.ts";

/** Snapshots of a whole run, at equal distances of simulated time. */
const STEPS = 160;
/** Events worth a line that are written between two snapshots; of further ones only the number. */
const EVENTS_PER_STEP = 8;

/** A world, and the way to play it so that it is recorded. */
export interface RecordedWorld {
  readonly world: World;
  /** As `World.play`. */
  play(untilUs?: number): Promise<void>;
  /** Also after an error; until then the file is open. */
  close(): void;
}

/** A world that writes its playback file while it is played; without a file, a world like any other. */
export function openRecordedWorld(
  settings: WorldSettings,
  options: WorldOptions,
  record: { readonly file: string; readonly cell: string } | undefined,
): RecordedWorld {
  if (record === undefined) {
    const world = new World(settings, options);
    return { world, play: (untilUs) => world.run(untilUs), close: () => {} };
  }
  return new Recording(settings, options, record);
}

class Recording implements RecordedWorld {
  readonly world: World;
  readonly #file: LineFile;
  readonly #snapshots: Snapshots;
  #step = 0;
  #eventsInStep = 0;

  constructor(settings: WorldSettings, options: WorldOptions, { file, cell }: { file: string; cell: string }) {
    this.#file = new LineFile(file);
    this.world = new World(settings, {
      ...options,
      provideOutputs: this.#announcing(options.provideOutputs),
      openLog: (kernel) => new Ticker(kernel, options.openLog?.(kernel), (event, fields) => this.#event(event, fields)),
    });
    this.#snapshots = new Snapshots(this.world);
    const header: PlaybackHeader = {
      format: playbackFormat,
      cell,
      endUs: this.world.endUs,
      steps: STEPS,
      unitsPerCoin,
      stages,
      columns: groupColumns,
      groups: this.#snapshots.groups(),
    };
    this.#file.write(header);
    this.#file.flush();
  }

  async play(untilUs = this.world.endUs): Promise<void> {
    const { world } = this;
    for (; this.#step <= STEPS && this.#stepAtUs() <= untilUs; this.#step++) {
      await world.inference.run({ untilUs: this.#stepAtUs() });
      if (this.#eventsInStep > EVENTS_PER_STEP)
        this.#file.write({ atUs: world.kernel.nowUs, event: "more", count: this.#eventsInStep - EVENTS_PER_STEP });
      this.#eventsInStep = 0;
      this.#file.write(this.#snapshots.take());
      this.#file.flush();
    }
    await world.run(untilUs);
    if (untilUs < world.endUs) return;
    this.#file.write({ atUs: world.kernel.nowUs, end: true });
    this.#file.flush();
  }

  close(): void {
    this.#file.close();
  }

  #stepAtUs(): number {
    return Math.round((this.world.endUs * this.#step) / STEPS);
  }

  #event(event: string, fields: LogFields): void {
    if (++this.#eventsInStep > EVENTS_PER_STEP) return;
    this.#file.write({ atUs: this.world.kernel.nowUs, event, ...fields });
  }

  /** The run stands still while a language model works, and whoever watches wants to know. */
  #announcing(answer: OutputProvider): OutputProvider {
    return (questions) => {
      if (questions.length > 0) {
        this.#file.write({ atUs: this.world.kernel.nowUs, event: "inference", texts: questions.length });
        this.#file.flush();
      }
      return answer(questions);
    };
  }
}

/** Passes everything on to the event log, if there is one, and what is worth a line to the recording. */
class Ticker extends EventLog {
  readonly #log: EventLog | undefined;
  readonly #tell: (event: string, fields: LogFields) => void;

  constructor(kernel: Kernel, log: EventLog | undefined, tell: (event: string, fields: LogFields) => void) {
    super(kernel, () => {});
    this.#log = log;
    this.#tell = tell;
  }

  override record(kind: string, fields: LogFields = {}): void {
    this.#log?.record(kind, fields);
    if (isNews(kind, fields)) this.#tell(kind, fields);
  }
}

const news = new Set(["job.charged", "job.charge-refused", "job.dispute-ended", "client.broke", "block.refused"]);

function isNews(kind: string, fields: LogFields): boolean {
  return news.has(kind) || (kind === "block.found" && fields["undone"] !== 0);
}

/** Whole lines, written when asked for: whoever follows the file sees a step at once. */
class LineFile {
  readonly #path: string;
  readonly #descriptor: number;
  #text = "";

  constructor(path: string) {
    this.#path = path;
    try {
      this.#descriptor = openSync(path, "w");
    } catch (error) {
      throw asResultsError(error, path);
    }
  }

  write(line: PlaybackLine): void {
    this.#text += `${JSON.stringify(line)}\n`;
  }

  flush(): void {
    const bytes = Buffer.from(this.#text, "utf8");
    this.#text = "";
    try {
      for (let written = 0; written < bytes.length; ) written += writeSync(this.#descriptor, bytes, written);
    } catch (error) {
      throw asResultsError(error, this.#path);
    }
  }

  close(): void {
    try {
      this.flush();
    } finally {
      closeSync(this.#descriptor);
    }
  }
}
