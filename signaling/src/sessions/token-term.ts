import type {Identity, TokenRules} from '../hub.js';
import type {Clock, Timer} from '../ports.js';

export interface TokenTermOptions {
  readonly clock: Clock;
  readonly rules: Pick<TokenRules, 'warningMs' | 'toleranceMs'>;
  /** Once per token; at once, though not within `begin`, if the time for it has passed. */
  readonly onExpiring: (expiresAt: number) => void;
  /** The token is not good any more, with all tolerance. */
  readonly onExpired: () => void;
}

/**
 * How long a session's token lasts: a warning, then the end. One timer at a time, and none for a token that never
 * expires.
 */
export class TokenTerm {
  readonly #options: TokenTermOptions;
  #timer: Timer | undefined;

  constructor(options: TokenTermOptions) {
    this.#options = options;
  }

  /** Begins the term of a token, in the place of the one before. */
  begin({expiresAt, issuedAt}: Pick<Identity, 'expiresAt' | 'issuedAt'>): void {
    this.end();
    if (expiresAt === undefined) return;
    const {clock, rules, onExpiring} = this.#options;
    const now = clock.now();
    const lifeMs = Math.max(0, expiresAt - (issuedAt ?? now));
    const warningMs = Math.min(rules.warningMs, Math.floor(lifeMs / 3));
    this.#timer = clock.after(expiresAt - warningMs - now, () => {
      this.#awaitEnd(expiresAt);
      onExpiring(expiresAt);
    });
  }

  /** Idempotent. */
  end(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #awaitEnd(expiresAt: number): void {
    const {clock, rules, onExpired} = this.#options;
    this.#timer = clock.after(expiresAt + rules.toleranceMs - clock.now(), onExpired);
  }
}
