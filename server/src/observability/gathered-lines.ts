import {symbols, type DestinationStream} from 'pino';

/** From this level on (pino's number of `error`) a line may be the last one of its process. */
const atOnce = 50;
/** More than this is not gathered. */
const mostCharacters = 64 * 1_024;

/**
 * Lines that are written side by side, such as the audit lines of a batch's items, leave in one write: before whoever
 * waits for what was logged goes on, and so before anybody is told of it. Errors, and what stands before them, leave within
 * the call.
 */
export class GatheredLines implements DestinationStream {
  /** Asks pino to say the level of each line, as `lastLevel`. */
  readonly [symbols.needsMetadataGsym] = true;
  lastLevel = 0;
  readonly #write: (lines: string) => void;
  #lines = '';

  constructor(write: (lines: string) => void) {
    this.#write = write;
  }

  write(line: string): void {
    if (this.#lines === '') {
      queueMicrotask(() => {
        this.flush();
      });
    }
    this.#lines += line;
    if (this.lastLevel >= atOnce || this.#lines.length >= mostCharacters) this.flush();
  }

  /** Writes what is gathered, within the call. */
  flush(): void {
    const lines = this.#lines;
    if (lines === '') return;
    this.#lines = '';
    this.#write(lines);
  }
}
