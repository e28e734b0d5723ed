/** One live line on a terminal; plain lines, seldom, elsewhere. */
export class Progress {
  #lastAt = 0;
  readonly #live = process.stderr.isTTY;

  show(text: string): void {
    if (this.#live) process.stderr.write(`\r\u001b[2K${text}`);
    else if (Date.now() - this.#lastAt > 5_000) {
      this.#lastAt = Date.now();
      process.stderr.write(`${text}\n`);
    }
  }

  /** Ends the live line with a line that stays. */
  settle(text: string): void {
    process.stderr.write(this.#live ? `\r\u001b[2K${text}\n` : `${text}\n`);
  }
}
