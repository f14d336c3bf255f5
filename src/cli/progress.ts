import { styleText } from "node:util";
import type { RunProgress } from "../lab/experiments/kind.ts";

/** Progress of a run on stderr: a bar on a terminal, a plain line every tenth of the way elsewhere. */
export async function runProgress(): Promise<{ show: (progress: RunProgress) => void; end: () => void }> {
  return process.stderr.isTTY ? bar() : lines();
}

async function bar(): Promise<{ show: (progress: RunProgress) => void; end: () => void }> {
  const { default: cliProgress } = await import("cli-progress");
  const single = new cliProgress.SingleBar({
    format: "{bar} {value}/{total} cells, {eta_formatted} left; {doing}",
    formatTime: timeLeft,
    barCompleteChar: "█",
    barIncompleteChar: "░",
    barsize: 30,
    stream: process.stderr,
    hideCursor: true,
    clearOnComplete: true,
  });
  let started = false;
  return {
    show: ({ done, total, resumed, doing }) => {
      if (total === 0) {
        process.stderr.write(`${doing}\r`); // the bar will be drawn over it
        return;
      }
      if (!started) single.start(total, resumed, { doing });
      started = true;
      single.update(done, { doing });
    },
    end: () => {
      if (started) single.stop();
    },
  };
}

/** 75 -> "1m15s". Before the first cell is done nobody knows. */
function timeLeft(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds <= 0) return "?";
  const whole = Math.ceil(seconds);
  return whole < 60 ? `${whole}s` : `${Math.floor(whole / 60)}m${String(whole % 60).padStart(2, "0")}s`;
}

function lines(): { show: (progress: RunProgress) => void; end: () => void } {
  let lastTenth = -1;
  let lastDoing = "";
  return {
    show: ({ done, total, resumed, doing }) => {
      const tenth = total === 0 ? -1 : Math.floor((10 * done) / total);
      if (tenth === lastTenth && doing === lastDoing) return;
      if (lastTenth === -1 && resumed > 0) console.error(`going on: ${resumed} cells were finished before`);
      lastTenth = tenth;
      lastDoing = doing;
      console.error(total === 0 ? doing : `${String(done).padStart(String(total).length)}/${total} cells; ${doing}`);
    },
    end: () => {},
  };
}

/** Bold on a terminal that wants colour (NO_COLOR is respected by styleText's stream check). */
export function bold(text: string): string {
  return styleText("bold", text, { stream: process.stdout });
}
