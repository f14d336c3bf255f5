import type { RunProgress } from "../lab/experiment/define.ts";
import type { Cli } from "./cli.ts";

/** Progress of a run on stderr: a bar on a terminal, a plain line every tenth of the way elsewhere. */
export async function runProgress(cli: Cli): Promise<{ show: (progress: RunProgress) => void; end: () => void }> {
  return cli.stderr.isTTY ? bar(cli) : lines(cli);
}

async function bar(cli: Cli): Promise<{ show: (progress: RunProgress) => void; end: () => void }> {
  const { default: cliProgress } = await import("cli-progress");
  const single = new cliProgress.SingleBar({
    format: "{bar} {pace}; {doing}",
    barCompleteChar: "█",
    barIncompleteChar: "░",
    barsize: 30,
    stream: cli.stderr,
    hideCursor: true,
    clearOnComplete: true,
  });
  const pace = paceOf();
  let started = false;
  return {
    show: (progress) => {
      const { done, total, resumed, doing } = progress;
      if (total === 0) {
        cli.stderr.write(`${doing}\r`); // the bar will be drawn over it
        return;
      }
      const shown = { doing, pace: pace(progress) };
      if (!started) single.start(total, resumed, shown);
      started = true;
      single.update(done, shown);
    },
    end: () => {
      if (started) single.stop();
    },
  };
}

/** "12/30 cells, 1 failed, 4.1 a minute, 4m23s left". */
function paceOf(): (progress: RunProgress) => string {
  let startMs: number | undefined;
  return ({ done, failed = 0, total, resumed }) => {
    startMs ??= performance.now();
    const minutes = (performance.now() - startMs) / 60_000;
    const ended = done + failed - resumed;
    const counts = `${String(done).padStart(String(total).length)}/${total} cells`;
    const failures = failed === 0 ? "" : `, ${failed} failed`;
    const rate = ended / minutes;
    // Before the first cell is done nobody knows.
    if (ended === 0 || !Number.isFinite(rate)) return `${counts}${failures}`;
    const left = (60 * (total - done - failed)) / rate;
    return `${counts}${failures}, ${rate < 10 ? rate.toFixed(1) : rate.toFixed(0)} a minute, ${timeText(left)} left`;
  };
}

function lines(cli: Cli): { show: (progress: RunProgress) => void; end: () => void } {
  const pace = paceOf();
  let lastTenth = -1;
  let lastFailed = 0;
  let lastDoing = "";
  let lastMs = 0;
  return {
    show: (progress) => {
      const { done, total, resumed, failed = 0, doing } = progress;
      const said = pace(progress);
      const tenth = total === 0 ? -1 : Math.floor((10 * done) / total);
      const news = tenth !== lastTenth || failed !== lastFailed;
      const lately = performance.now() - lastMs < quietMs;
      if (!news && (doing === lastDoing || lately)) return;
      if (lastTenth === -1 && resumed > 0) cli.printError(`going on: ${resumed} cells were finished before`);
      lastTenth = tenth;
      lastFailed = failed;
      lastDoing = doing;
      lastMs = performance.now();
      cli.printError(total === 0 ? doing : `${said}; ${doing}`);
    },
    end: () => {},
  };
}

/** Between lines that say no more than which cell is under way. */
const quietMs = 10_000;

/** 75 -> "1m15s", 7500 -> "2h05m". */
export function timeText(seconds: number): string {
  const whole = Math.ceil(seconds);
  const two = (part: number) => String(part).padStart(2, "0");
  if (whole < 60) return `${whole}s`;
  if (whole < 3600) return `${Math.floor(whole / 60)}m${two(whole % 60)}s`;
  return `${Math.floor(whole / 3600)}h${two(Math.floor((whole % 3600) / 60))}m`;
}
