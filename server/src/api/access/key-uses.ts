import type {Clock} from '@parley/signaling';
import type {Logger} from '../../observability/logger.js';

export interface KeyUsesOptions {
  readonly clock: Clock;
  readonly log: Pick<Logger, 'warn'>;
  /** Keeps the moments, in milliseconds since the Unix epoch; may reject or throw. */
  readonly write: (uses: ReadonlyMap<string, number>) => Promise<void> | void;
}

/** Of one secret on one node a use is written down once in this time. */
const everyMs = 60_000;

/**
 * Notes when secrets of keys were last used: at most a minute off, and without anybody waiting for it. One write is under way at a
 * time; what comes meanwhile goes with the next one. Bounded by the number of good secrets, for no others are noted.
 */
export class KeyUses {
  readonly #options: KeyUsesOptions;
  readonly #notedAt = new Map<string, number>();
  #waiting = new Map<string, number>();
  #writing: Promise<void> | undefined;
  #failed = false;

  constructor(options: KeyUsesOptions) {
    this.#options = options;
  }

  note(name: string): void {
    const now = this.#options.clock.now();
    if (now - (this.#notedAt.get(name) ?? -Infinity) < everyMs) return;
    this.#notedAt.set(name, now);
    this.#waiting.set(name, now);
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined;
    });
  }

  /** Resolves when what was noted is written, or could not be. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  /** Never rejects. What could not be written goes with the next use that is noted. */
  async #write(): Promise<void> {
    while (this.#waiting.size > 0) {
      const uses = this.#waiting;
      this.#waiting = new Map();
      try {
        await this.#options.write(uses);
        this.#failed = false;
      } catch (err) {
        this.#waiting = new Map([...uses, ...this.#waiting]);
        if (!this.#failed) this.#options.log.warn({err}, 'when API keys were last used cannot be written down');
        this.#failed = true;
        return;
      }
    }
  }
}
