import {session as definitions} from '@parley/protocol';
import type {Clock, Timer} from '../clock.js';
import type {Wire} from '../wire/wire.js';

/** An answer may take this long before whether the connection still stands is asked. */
const unansweredMs = 5_000;
/** A node that stands still for a while is left, but not by everybody at the first moment. */
const unansweredPatienceMs = 2_000;
/** Above what a good connection's worst moment takes; the upper bound is for those that took long to be opened. */
const [leastPatienceMs, mostPatienceMs] = [400, 3_000];

export interface LifelineOptions {
  readonly wire: Wire;
  readonly clock: Clock;
  /** How long it took to open the connection: at least two round trips, so a good measure for one. */
  readonly handshakeMs: number;
  /** Nothing comes by it any more. At most once. */
  readonly onDead: () => void;
}

/**
 * A connection that is given up when it carries nothing any more. Whoever gets another address, or comes home from one
 * network to another, keeps a connection that looks open for as long as TCP hopes: tens of seconds, in which nothing is
 * heard and nothing that is said arrives.
 *
 * It is doubted when somebody says so, and when what was sent is not followed by anything for 5 s. Then the server is asked
 * for a sign of life; whatever arrives is one.
 */
export class Lifeline implements Wire {
  readonly #options: LifelineOptions;
  readonly #patienceMs: number;
  #state:
    {readonly is: 'trusted'} | {readonly is: 'waited for' | 'doubted'; readonly timer: Timer} | {readonly is: 'over'} =
    {is: 'trusted'};

  constructor(options: LifelineOptions) {
    this.#options = options;
    this.#patienceMs = Math.min(mostPatienceMs, Math.max(leastPatienceMs, options.handshakeMs));
  }

  send(name: string, params: unknown, answer: (answer: unknown) => void): void {
    const {wire, clock} = this.#options;
    wire.send(name, params, answer);
    if (this.#state.is !== 'trusted') return;
    const timer = clock.after(unansweredMs, () => {
      this.#doubt(Math.max(unansweredPatienceMs, this.#patienceMs));
    });
    this.#state = {is: 'waited for', timer};
  }

  close(): void {
    this.end();
    this.#options.wire.close();
  }

  heard(): void {
    this.#calm('trusted');
  }

  doubt(): void {
    this.#doubt(this.#patienceMs);
  }

  #doubt(patienceMs: number): void {
    const {wire, clock, onDead} = this.#options;
    if (this.#state.is === 'doubted' || this.#state.is === 'over') return;
    this.#calm('trusted');
    const timer = clock.after(patienceMs, () => {
      this.#state = {is: 'over'};
      onDead();
    });
    this.#state = {is: 'doubted', timer};
    wire.send(definitions.ping.name, {}, () => undefined);
  }

  end(): void {
    this.#calm('over');
  }

  #calm(is: 'trusted' | 'over'): void {
    const state = this.#state;
    if (state.is === 'over') return;
    if (state.is !== 'trusted') state.timer.cancel();
    this.#state = {is};
  }
}
