import type {Clock, Timer} from '../ports.js';
import type {Part} from './part.js';

/** How long peers have to come again elsewhere, before the media that they left ends. */
const glowMs = 8_000;

interface Leaving {
  readonly transports: Set<string>;
  readonly end: Timer;
}

/** The parts that peers are to turn away from: their media goes on until all transports there have ended, or for some seconds. */
export class LeavingParts {
  readonly #clock: Clock;
  readonly #onEnd: (part: Part) => void;
  readonly #leaving = new Map<Part, Leaving>();

  constructor(clock: Clock, onEnd: (part: Part) => void) {
    this.#clock = clock;
    this.#onEnd = onEnd;
  }

  add(part: Part, transports: Iterable<string>): void {
    const end = this.#clock.after(glowMs, () => {
      this.#end(part);
    });
    this.#leaving.set(part, {transports: new Set(transports), end});
    this.#endIfLeft(part);
  }

  /** Nothing goes by this transport any more. */
  transportEnded(part: Part, transport: string): void {
    if (this.#leaving.get(part)?.transports.delete(transport) === true) this.#endIfLeft(part);
  }

  /** It is gone, whatever was the reason. */
  forget(part: Part): void {
    this.#leaving.get(part)?.end.cancel();
    this.#leaving.delete(part);
  }

  close(): void {
    for (const part of [...this.#leaving.keys()]) {
      this.forget(part);
      part.media.close();
    }
  }

  #endIfLeft(part: Part): void {
    if (this.#leaving.get(part)?.transports.size === 0) this.#end(part);
  }

  #end(part: Part): void {
    this.forget(part);
    this.#onEnd(part);
  }
}
