import {ParleyError} from '@parley/protocol';
import type {Consent} from '../hooks/consent.js';
import type {Identity, TokenRevocation, TokenRules} from '../hub.js';
import type {NodeWords} from '../nodes/node-words.js';
import type {OwedDeeds} from '../nodes/owed-deeds.js';
import type {Clock, Revocation, SessionToken, Store, TokenFacts} from '../ports.js';
import type {ConnectedSession} from './connected-session.js';
import type {Farewells} from './farewells.js';
import type {LocalSessions} from './local-sessions.js';

/** Tokens per question to the store. */
const batch = 500;

export interface RevokingOptions {
  readonly clock: Clock;
  readonly store: Pick<Store, 'revocations' | 'sessions' | 'available' | 'onAvailability'>;
  readonly tokens: Pick<TokenRules, 'verify' | 'longestLifeMs'>;
  readonly consent: Pick<Consent, 'connect'>;
  readonly local: LocalSessions;
  readonly farewells: Farewells;
  readonly words: NodeWords;
  readonly owed: OwedDeeds;
}

/**
 * Takes tokens back: in the store, where every handshake looks, and then on every node, which closes what stands on them.
 *
 * A node that was away from the store, and did not hear it, looks at all its sessions' tokens when it is back.
 */
export class Revoking {
  readonly #options: RevokingOptions;

  constructor(options: RevokingOptions) {
    this.#options = options;
    const {store, words} = options;
    words.answer('hub.tokens.revoked', ({revocation}) => {
      store.revocations.note(revocation);
      return {closed: this.#closeHere(revocation)};
    });
    words.answer('hub.tokens.look', () => {
      this.#look();
      return {};
    });
    store.onAvailability((available) => {
      if (available) this.#look();
    });
    // Whoever was let in by a node that did not know better must go.
    store.revocations.onRestored(() => {
      for (const node of words.nodes) void words.insist(node, 'hub.tokens.look', {});
    });
  }

  /** Resolves when the sessions are closed; a node that does not answer is told again until it does or is gone. */
  async revoke(request: TokenRevocation): Promise<{sessions: number}> {
    const {store, words} = this.#options;
    const revocation = this.#revocationOf(request);
    await store.revocations.revoke(revocation);
    const answers = words.nodes.map((node) => words.insist(node, 'hub.tokens.revoked', {revocation}));
    const closed = (await Promise.all(answers)).reduce((sum, answer) => sum + (answer?.closed ?? 0), 0);
    return {sessions: closed + (revocation.kind === 'user' ? await this.#endAway(revocation) : 0)};
  }

  /**
   * Rejects with `token_revoked`. What is revoked from the moment of the call on finds the token's arrival, which must
   * therefore be expected before.
   */
  async refuseRevoked(token: TokenFacts): Promise<void> {
    const [revoked] = await this.#options.store.revocations.areRevoked([token]);
    if (revoked) throw new ParleyError('token_revoked', {field: 'token'});
  }

  /** Whether the token that a session stood on was revoked, if it comes back with another one that was not. */
  async wasRevoked(previous: TokenFacts, now: TokenFacts): Promise<boolean> {
    if (previous.tokenId === now.tokenId && previous.issuedAt === now.issuedAt) return false;
    const [revoked = false] = await this.#options.store.revocations.areRevoked([previous]);
    return revoked;
  }

  /** Lets a connected session stand on a new token of its user; rejects with what is wrong with it. */
  async refresh(session: ConnectedSession, token: string): Promise<Identity> {
    const {tokens, consent, local, store} = this.#options;
    const verified = await tokens.verify(token);
    if (verified.user !== session.user) {
      throw new ParleyError('forbidden', {message: 'The token is another user’s.', field: 'token'});
    }
    const identity = (await consent.connect?.(verified, 'refresh')) ?? verified;
    const arrival = local.expect(session.id, identity);
    try {
      // While the store is away the token is taken at its word: it is looked at again when the store is back.
      if (store.available) await this.refuseRevoked(identity);
      if (arrival.doom?.ending === 'revoked') throw new ParleyError('token_revoked', {field: 'token'});
      session.refresh(identity);
      this.#noteToken(session);
      return identity;
    } finally {
      local.forget(arrival);
    }
  }

  /** What is known of the token while the session is away is what the store knows. */
  #noteToken(session: ConnectedSession): void {
    const {store, owed} = this.#options;
    owed.do(`token of ${session.id}`, async () => {
      if (session.connected) await store.sessions.setToken(session.id, tokenFacts(session.token));
    });
  }

  #revocationOf({target, issuedBefore, until}: TokenRevocation): Revocation {
    const {clock, tokens} = this.#options;
    const now = clock.now();
    const end = until ?? now + tokens.longestLifeMs;
    if (end <= now) throw new ParleyError('invalid_payload', {message: 'This moment has passed.', field: 'until'});
    if ('tokenId' in target) return {kind: 'token', tokenId: target.tokenId, until: end};
    const before = issuedBefore ?? now;
    return 'user' in target
      ? {kind: 'user', user: target.user, issuedBefore: before, until: end}
      : {kind: 'all', issuedBefore: before, until: end};
  }

  #closeHere(revocation: Revocation): number {
    const {local} = this.#options;
    for (const arrival of local.arriving) if (concerns(revocation, arrival.token)) arrival.end('revoked', undefined);
    const concerned = [...local].filter(({token}) => concerns(revocation, token));
    for (const session of concerned) session.end('revoked');
    return concerned.length;
  }

  /** Nobody can come back to these with a token of then, so that their user need not look merely away, nor go on in a call. */
  async #endAway({user, issuedBefore}: {user: string; issuedBefore: number}): Promise<number> {
    const {store, farewells} = this.#options;
    const records = await store.sessions.ofUser(user);
    const stoodOn = records.filter(({token: {issuedAt = -Infinity}}) => issuedAt < issuedBefore);
    const away = stoodOn.filter(({state}) => state === 'away');
    const ended = await Promise.all(away.map(({session}) => farewells.revoked(session)));
    return ended.filter(Boolean).length;
  }

  #look(): void {
    this.#options.owed.do('look for revoked tokens', () => this.#lookForRevoked());
  }

  async #lookForRevoked(): Promise<void> {
    const {local, store} = this.#options;
    const bearers = [
      ...[...local].map((session) => ({session, token: session.token})),
      ...local.arriving.map((arrival) => ({arrival, token: arrival.token})),
    ];
    for (let from = 0; from < bearers.length; from += batch) {
      const some = bearers.slice(from, from + batch);
      const revoked = await store.revocations.areRevoked(some.map(({token}) => token));
      for (const [index, bearer] of some.entries()) {
        if (revoked[index] !== true) continue;
        if ('arrival' in bearer) bearer.arrival.end('revoked', undefined);
        // Otherwise it was refreshed meanwhile, and the new token was looked at.
        else if (bearer.session.token === bearer.token) bearer.session.end('revoked');
      }
    }
  }
}

/** What is remembered of a token besides its user. */
export const tokenFacts = ({tokenId, issuedAt}: Identity): SessionToken => ({
  ...(tokenId !== undefined && {tokenId}),
  ...(issuedAt !== undefined && {issuedAt}),
});

function concerns(revocation: Revocation, {user, tokenId, issuedAt = -Infinity}: TokenFacts): boolean {
  switch (revocation.kind) {
    case 'token':
      return tokenId === revocation.tokenId;
    case 'user':
      return user === revocation.user && issuedAt < revocation.issuedBefore;
    case 'all':
      return issuedAt < revocation.issuedBefore;
  }
}
