import {ParleyError, type CallRight, type UserId} from '@parley/protocol';
import type {Clock} from '../ports.js';
import type {CallRecord} from './call-record.js';

/** Who was sent away may knock again after this. */
const denyMs = 60_000;
/** Users that are remembered as let in, or as put out; the oldest has to be let in anew. */
const mostRemembered = 10_000;

/** Who wants to come in. */
export interface Comer {
  readonly user: UserId;
  readonly rights: readonly CallRight[];
}

const locked = 'locked';
const letIn = 'in ';
const putOut = 'out ';
const denied = 'denied ';

/**
 * Who may come into a call: by its lock, by its lobby, and by what was decided of single users. It is decided of users,
 * not of sessions, so that whose page was loaded anew need not knock again.
 */
export class Entry {
  readonly #record: CallRecord;
  readonly #clock: Clock;
  /** Users by what is noted of them, the oldest first. */
  readonly #noted: ReadonlyMap<string, Set<UserId>>;
  #lobby: boolean;

  constructor(record: CallRecord, clock: Clock, lobby: boolean) {
    this.#record = record;
    this.#clock = clock;
    this.#lobby = lobby;
    this.#noted = new Map([letIn, putOut, denied].map((what) => [what, new Set(record.after(what))]));
  }

  get locked(): boolean {
    return this.#record.get(locked) !== undefined;
  }

  get lobby(): boolean {
    return this.#lobby;
  }

  /** Throws the reason why they may not: `call_locked`, `call_denied`, or `call_lobby` if they may knock. */
  require({user, rights}: Comer): void {
    if (this.#record.get(putOut + user) === undefined) {
      if (rights.includes('moderate') || this.#record.get(letIn + user) !== undefined) return;
      if (this.locked) throw new ParleyError('call_locked');
      if (!this.#lobby) return;
    } else if (this.locked) throw new ParleyError('call_locked');
    const waitMs = Number(this.#record.get(denied + user) ?? 0) - this.#clock.now();
    if (waitMs > 0) throw new ParleyError('call_denied', {retryAfterMs: waitMs});
    throw new ParleyError('call_lobby');
  }

  /** They came in: if they leave, they may come back. */
  came({user}: Comer): void {
    if (this.locked || this.#lobby) this.#remember(letIn, user);
  }

  /** From now on who is not let in stays out; `present` are in. */
  setLocked(now: boolean, present: Iterable<UserId>): boolean {
    if (now === this.locked) return false;
    if (now) for (const user of present) this.#remember(letIn, user);
    this.#record.set(locked, now ? '1' : undefined);
    return true;
  }

  setLobby(now: boolean, present: Iterable<UserId>): boolean {
    if (now === this.#lobby) return false;
    if (now) for (const user of present) this.#remember(letIn, user);
    this.#lobby = now;
    return true;
  }

  admit(user: UserId): void {
    this.#forget(putOut, user);
    this.#forget(denied, user);
    this.#remember(letIn, user);
  }

  deny(user: UserId): void {
    this.#forget(letIn, user);
    this.#remember(denied, user, String(this.#clock.now() + denyMs));
  }

  putOut(user: UserId): void {
    this.#forget(letIn, user);
    this.#remember(putOut, user);
  }

  #remember(what: string, user: UserId, text = '1'): void {
    this.#record.set(what + user, text);
    const users = this.#noted.get(what)?.add(user);
    const [oldest] = users ?? [];
    if (users !== undefined && users.size > mostRemembered && oldest !== undefined) this.#forget(what, oldest);
  }

  #forget(what: string, user: UserId): void {
    this.#noted.get(what)?.delete(user);
    this.#record.set(what + user, undefined);
  }
}
