import {protocolVersion, session as definitions, type Position, type RoomId} from '@parley/protocol';
import type {Clock, Timer} from '../clock.js';
import type {Random} from '../random.js';
import {understand} from '../wire/understand.js';
import type {OpenWire, Wire} from '../wire/wire.js';
import {Attempt, type Ready} from './attempt.js';
import {backoffMs} from './backoff.js';
import type {KeptSession} from './kept-session.js';
import type {ConnectionState, Identity, Trouble} from './state.js';
import type {Surroundings} from './surroundings.js';
import {TokenRenewal} from './token-renewal.js';
import type {TokenSource} from './token-source.js';
import type {Verdict} from './verdict.js';

/** A connection that ends sooner than this counts as a failure, or a node that drops its clients would be stormed. */
const stableMs = 5_000;
const signOutMs = 1_000;

export interface SessionListener {
  /** A connection stands. Called before the state says so, so that what follows finds everything in place. */
  onReady(ready: Ready, wire: Wire): void;
  onEvent(name: string, payload: unknown): void;
  /** The connection that `onReady` gave has ended. */
  onDown(): void;
  onState(state: ConnectionState): void;
}

export interface SessionLoopOptions {
  readonly urls: readonly [string, ...string[]];
  readonly device: string | undefined;
  readonly deviceId: string | undefined;
  readonly attemptTimeoutMs: number;
  readonly tokens: TokenSource;
  readonly kept: KeptSession;
  readonly positions: () => ReadonlyMap<RoomId, Position>;
  readonly open: OpenWire;
  readonly clock: Clock;
  readonly random: Random;
  readonly surroundings: Surroundings;
  readonly listener: SessionListener;
}

type Phase =
  | {readonly at: 'trying'; readonly attempt: Attempt}
  | {
      readonly at: 'live';
      readonly attempt: Attempt;
      readonly wire: Wire;
      readonly since: number;
      readonly renewal: TokenRenewal;
    }
  /** The farewell is on its way; `done` when it arrived, cannot arrive, or took too long. */
  | {readonly at: 'leaving'; readonly attempt: Attempt; readonly done: () => void}
  | {readonly at: 'waiting'; readonly timer: Timer}
  | {readonly at: 'closed'};

/**
 * Keeps one session connected: attempt after attempt, node after node, until it is closed.
 *
 * Guarantee: at most one connection at a time, and nothing of an earlier one is heard once a newer is tried.
 */
export class SessionLoop {
  readonly #options: SessionLoopOptions;
  readonly #subscriptions: readonly (() => void)[];
  #phase: Phase;
  #state: ConnectionState;
  #failures = 0;
  #node = 0;
  #identity: Identity | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: SessionLoopOptions) {
    this.#options = options;
    const {surroundings, kept} = options;
    this.#subscriptions = [
      surroundings.onOnline(() => {
        this.#retryNow();
      }),
      surroundings.onChange(() => {
        this.doubt();
      }),
      surroundings.onHide(() => {
        kept.store();
      }),
      surroundings.onShow(() => {
        kept.removeStored();
      }),
    ];
    this.#state = {status: 'connecting', url: this.#url};
    this.#phase = {at: 'trying', attempt: this.#attempt()};
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** Of the last connection, also while there is none at the moment. */
  get identity(): Identity | undefined {
    return this.#identity;
  }

  /** Something suggests that the connection carries nothing any more: it is left for another if so. */
  doubt(): void {
    if (this.#phase.at === 'live') this.#phase.attempt.doubt();
  }

  /** Signs the session out, as far as there is a connection to do it by, and stays away. Idempotent. */
  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    const phase = this.#phase;
    if (phase.at === 'live') {
      phase.renewal.end();
      await this.#signOut(phase.attempt, phase.wire);
    }
    this.#stayAway({reason: 'signed_out', message: 'Closed by the application.'});
  }

  get #url(): string {
    const {urls} = this.#options;
    return urls[this.#node % urls.length] ?? urls[0];
  }

  #attempt(): Attempt {
    const {tokens, kept, device, deviceId, positions, open, clock, attemptTimeoutMs, listener} = this.#options;
    const attempt: Attempt = new Attempt({
      url: this.#url,
      token: tokens.get(),
      handshake: (token) => kept.handshake(token, protocolVersion, {device, deviceId}, positions()),
      open,
      clock,
      timeoutMs: attemptTimeoutMs,
      listener: {
        onReady: (ready, wire) => {
          this.#ready(attempt, ready, wire);
        },
        onEvent: (name, payload) => {
          if (name === definitions.expiring.name) this.#expiring(payload);
          listener.onEvent(name, payload);
        },
        onEnd: (verdict) => {
          this.#ended(verdict);
        },
      },
    });
    return attempt;
  }

  #ready(attempt: Attempt, ready: Ready, wire: Wire): void {
    const {tokens, kept, clock, random, listener} = this.#options;
    const {session, key, user, name, node, calls, limits, resumed} = ready;
    tokens.accepted();
    kept.keep(session, key);
    this.#identity = {session, user, name, node, calls, limits};
    const renewal = new TokenRenewal({tokens, clock, random, wire});
    this.#phase = {at: 'live', attempt, wire, since: clock.now(), renewal};
    listener.onReady(ready, wire);
    this.#become({status: 'connected', url: this.#url, resumed, ...this.#identity});
  }

  #expiring(payload: unknown): void {
    const expiring = understand(definitions.expiring.payload, payload);
    if (expiring && this.#phase.at === 'live') this.#phase.renewal.begin(expiring);
  }

  #ended(verdict: Verdict): void {
    const {tokens, clock, random, listener} = this.#options;
    const phase = this.#phase;
    if (phase.at === 'closed') return;
    if (phase.at === 'leaving') {
      phase.done();
      return;
    }
    if (phase.at === 'live') {
      phase.renewal.end();
      if (clock.now() - phase.since >= stableMs) this.#failures = 0;
      listener.onDown();
    }
    if (verdict.reason === 'token') tokens.abandon();
    const {reason, message} = verdict;
    switch (verdict.next) {
      case 'stay_away':
        this.#stayAway({reason, message});
        return;
      case 'renew_token':
        if (tokens.renew()) this.#try({reason, message});
        else this.#stayAway({reason, message});
        return;
      case 'return':
        this.#failures += 1;
        this.#node += 1;
        this.#wait(Math.max(backoffMs(this.#failures, random.fraction()), verdict.afterMs ?? 0), {reason, message});
    }
  }

  #wait(delayMs: number, trouble: Trouble): void {
    if (delayMs === 0) {
      this.#try(trouble);
      return;
    }
    const {clock} = this.#options;
    const timer = clock.after(delayMs, () => {
      this.#try(trouble);
    });
    this.#phase = {at: 'waiting', timer};
    this.#become({status: 'offline', retryAt: clock.now() + delayMs, ...trouble});
  }

  #retryNow(): void {
    if (this.#phase.at !== 'waiting') return;
    this.#phase.timer.cancel();
    this.#failures = 0;
    this.#try({reason: 'network', message: 'The network is back.'});
  }

  #try(trouble: Trouble): void {
    this.#phase = {at: 'trying', attempt: this.#attempt()};
    this.#become(
      this.#identity ? {status: 'resuming', url: this.#url, ...trouble} : {status: 'connecting', url: this.#url},
    );
  }

  #stayAway(trouble: Trouble): void {
    const phase = this.#phase;
    if (phase.at === 'closed') return;
    if (phase.at === 'waiting') phase.timer.cancel();
    else phase.attempt.abandon();
    this.#phase = {at: 'closed'};
    for (const unsubscribe of this.#subscriptions) unsubscribe();
    this.#options.kept.forget();
    this.#become({status: 'closed', ...trouble});
  }

  /** Resolves at the latest after a second: then the resume window ends the session. */
  #signOut(attempt: Attempt, wire: Wire): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#options.clock.after(signOutMs, resolve);
      const done = (): void => {
        timer.cancel();
        resolve();
      };
      this.#phase = {at: 'leaving', attempt, done};
      wire.send(definitions.end.name, {}, done);
    });
  }

  #become(state: ConnectionState): void {
    this.#state = state;
    this.#options.listener.onState(state);
  }
}
