/** @param {number} ms */
function clock(ms) {
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/**
 * One line of set-up's story, on stderr: stdout belongs to what is started in the end.
 * @param {string} text
 */
export function say(text) {
  process.stderr.write(`${text}\n`);
}

/**
 * Shows that something long goes on: on a terminal one line that is rewritten every second, elsewhere (a log) a line
 * for each step and one every 20 seconds in which no step ends.
 * @param {string} what "Compiling the media worker"
 * @param {{write(text: string): unknown, isTTY?: boolean}} [out]
 */
export function startProgress(what, out = process.stderr) {
  const start = performance.now();
  const elapsed = () => clock(performance.now() - start);
  let detail = '';
  const line = () => `${what}${detail && `: ${detail}`}, ${elapsed()}`;
  const show = () => out.write(out.isTTY ? `\r\x1b[K${line()} ` : `${line()}\n`);
  if (out.isTTY) show();
  else out.write(`${what}\n`);
  const timer = setInterval(show, out.isTTY ? 1_000 : 20_000);
  return {
    /** @param {string} text how far it is */
    step(text) {
      detail = text;
      show();
      timer.refresh();
    },
    /** @param {string} text how it ended: "done", "failed" */
    end(text) {
      clearInterval(timer);
      out.write(`${out.isTTY ? '\r\x1b[K' : ''}${what}: ${text}, ${elapsed()}\n`);
    },
  };
}
