import type {Clock} from '../ports.js';

/** Questions without an answer, one after another, until no more are put. */
const patience = 5;
const firstMs = 1_000;
const mostMs = 30_000;

type State =
  | {readonly state: 'closed'; readonly failures: number}
  /** Nobody is asked before `until`. */
  | {readonly state: 'open'; readonly until: number; readonly times: number}
  /** One question is underway that decides whether the others may follow. */
  | {readonly state: 'trying'; readonly times: number};

export interface CircuitOptions {
  readonly clock: Pick<Clock, 'now'>;
  readonly onChange: (state: 'open' | 'closed') => void;
}

/**
 * Spares everybody the waiting for somebody who does not answer: after five in a row nobody is asked for a second, then one, and
 * if that has no answer either nobody for twice as long, half a minute at most.
 */
export class Circuit {
  readonly #options: CircuitOptions;
  #state: State = {state: 'closed', failures: 0};

  constructor(options: CircuitOptions) {
    this.#options = options;
  }

  /** How long it is useless to ask; 0 if it is not. Changes nothing. */
  get waitMs(): number {
    switch (this.#state.state) {
      case 'closed':
        return 0;
      case 'open':
        return Math.max(0, this.#state.until - this.#options.clock.now());
      case 'trying':
        return firstMs;
    }
  }

  /** Whether a question may be put now. Who is let through says what became of it. */
  admit(): boolean {
    if (this.waitMs > 0) return false;
    if (this.#state.state === 'open') this.#state = {state: 'trying', times: this.#state.times};
    return true;
  }

  answered(): void {
    const before = this.#state.state;
    this.#state = {state: 'closed', failures: 0};
    if (before !== 'closed') this.#options.onChange('closed');
  }

  unanswered(): void {
    switch (this.#state.state) {
      case 'closed': {
        const failures = this.#state.failures + 1;
        if (failures < patience) this.#state = {state: 'closed', failures};
        else {
          this.#open(1);
          this.#options.onChange('open');
        }
        return;
      }
      case 'trying':
        this.#open(this.#state.times + 1);
        return;
      // One that was underway when it opened.
      case 'open':
        return;
    }
  }

  #open(times: number): void {
    const waitMs = Math.min(mostMs, firstMs * 2 ** Math.min(times - 1, 10));
    this.#state = {state: 'open', until: this.#options.clock.now() + waitMs, times};
  }
}
