import {isRetryable} from '@parley/protocol';
import type {HubOptions} from '../hub.js';
import type {Clock, Timer} from '../ports.js';
import type {PresenceBoard} from './presence-board.js';

/** Whoever has something to tell to connections, once per round. */
export interface PresenceTeller {
  /** Before telling, for what has to be asked first. */
  prepare(): Promise<void>;
  /** Tells what has changed since the last time; answers to how many connections. */
  tell(at: number): number;
}

export interface PresenceRoundsOptions {
  readonly clock: Clock;
  /** From the first news to their being told: what comes in between is told at once, and only as it is at the end. */
  readonly windowMs: number;
  /** How many events this node hands to connections at most, on average: rounds are held apart if there are more. */
  readonly deliveriesPerSecond: number;
  /** What is known, and whether some of it is out of date. */
  readonly board: Pick<PresenceBoard, 'refresh' | 'isStale'>;
  readonly onDefect: HubOptions['onDefect'];
}

/** How soon a round that the store refused is held again. */
const retryMs = 1_000;

/**
 * When presence is told: in rounds, never two within a window. A round costs one event for each room and each list that
 * has changed, however many users it is that changed.
 */
export class PresenceRounds {
  readonly #options: PresenceRoundsOptions;
  #due = new Set<PresenceTeller>();
  #timer: Timer | undefined;
  #isHeld = false;
  #notBefore = 0;
  #closed = false;

  constructor(options: PresenceRoundsOptions) {
    this.#options = options;
  }

  /** There is something to be read, or to be told by this teller. */
  call(teller?: PresenceTeller): void {
    if (teller) this.#due.add(teller);
    // The round that is being held tells it, or is followed by another.
    if (!this.#isHeld) this.#arm(this.#options.windowMs);
  }

  /** It has nothing to tell any more. */
  dismiss(teller: PresenceTeller): void {
    this.#due.delete(teller);
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
  }

  #arm(delayMs: number): void {
    if (this.#closed) return;
    const {clock} = this.#options;
    this.#timer ??= clock.after(Math.max(delayMs, this.#notBefore - clock.now()), () => {
      this.#timer = undefined;
      void this.#hold();
    });
  }

  async #hold(): Promise<void> {
    this.#isHeld = true;
    const {board, windowMs, onDefect} = this.#options;
    let nextMs = windowMs;
    try {
      await board.refresh();
      await Promise.all([...this.#due].map((teller) => teller.prepare()));
      if (!this.#closed) this.#tell();
    } catch (error) {
      nextMs = retryMs;
      if (!isRetryable(error)) onDefect(error, {task: 'presence'});
    }
    this.#isHeld = false;
    if (this.#due.size > 0 || board.isStale) this.#arm(nextMs);
  }

  #tell(): void {
    const {clock, deliveriesPerSecond} = this.#options;
    const due = this.#due;
    this.#due = new Set();
    const at = clock.now();
    let deliveries = 0;
    for (const teller of due) deliveries += teller.tell(at);
    this.#notBefore = at + (deliveries * 1_000) / deliveriesPerSecond;
  }
}
