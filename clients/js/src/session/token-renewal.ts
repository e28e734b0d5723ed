import {ParleyError, session as definitions, type PayloadOf} from '@parley/protocol';
import type {Clock, Timer} from '../clock.js';
import type {Random} from '../random.js';
import {readAnswer} from '../wire/answer.js';
import type {Wire} from '../wire/wire.js';
import type {TokenSource} from './token-source.js';

/** Between one try and the next, if no token can be had or the server cannot check it. */
const retryMs = 5_000;

export interface TokenRenewalOptions {
  readonly tokens: TokenSource;
  readonly clock: Clock;
  readonly random: Random;
  readonly wire: Wire;
}

/**
 * Puts a new token in the place of the one that expires, on the connection that there is.
 *
 * It waits for up to a quarter of the time that is left, by chance: clients that got their tokens together must not
 * storm who gives them. If it does not succeed the server closes the connection with `token_expired`, and reconnecting
 * begins with a new token.
 */
export class TokenRenewal {
  readonly #options: TokenRenewalOptions;
  #timer: Timer | undefined;
  #ended = false;

  constructor(options: TokenRenewalOptions) {
    this.#options = options;
  }

  /** The server said that the token expires. */
  begin({expiresAt, at}: PayloadOf<typeof definitions.expiring>): void {
    const {random} = this.#options;
    this.#after(random.fraction() * Math.max(0, (expiresAt - at) / 4));
  }

  /** The connection is gone; what is under way has no effect any more. Idempotent. */
  end(): void {
    this.#ended = true;
    this.#timer?.cancel();
  }

  #after(delayMs: number): void {
    if (this.#ended) return;
    this.#timer?.cancel();
    this.#timer = this.#options.clock.after(delayMs, () => {
      this.#options.tokens.fetch().then(
        (token) => {
          this.#send(token);
        },
        () => {
          this.#after(retryMs);
        },
      );
    });
  }

  #send(token: string): void {
    const {wire, tokens} = this.#options;
    if (this.#ended) return;
    wire.send(definitions.refresh.name, {token}, (answer) => {
      if (this.#ended) return;
      const result = readAnswer(definitions.refresh, answer);
      if (!(result instanceof ParleyError)) tokens.replace(token);
      else if (result.retryable) this.#after(retryMs);
    });
  }
}
