import type {Position, RoomId, session as wire} from '@parley/protocol';
import {isRecord} from '../wire/understand.js';

/** Where a session may outlive its page: `sessionStorage` fits. */
export type SessionStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

type Kept = {readonly session: string; readonly key: string} | undefined;

const storageKey = 'parley.session';
/** As many as the handshake may name. */
const mostRooms = 1_000;

/**
 * What resume needs: the session's id and key, and the number of attempts, which rises with every one so that the
 * server can tell a late connect from the newest.
 *
 * The stored copy is taken out when the page begins and put back when it goes away. While the page lives there is
 * none: a duplicated tab, which gets a copy of `sessionStorage`, thus begins a session of its own instead of fighting
 * over this one. Positions are not stored: they belong to whoever holds the messages (`join(room, {since})`).
 */
export class KeptSession {
  readonly #storage: SessionStorage | undefined;
  #kept: Kept;
  #attempt = 0;

  constructor(storage?: SessionStorage) {
    this.#storage = storage;
    this.#take();
  }

  /** The handshake of the next attempt. */
  handshake(
    token: string,
    v: number,
    {device, deviceId}: {readonly device?: string | undefined; readonly deviceId?: string | undefined},
    positions: ReadonlyMap<RoomId, Position>,
  ): wire.Handshake {
    this.#attempt += 1;
    const rooms = Object.fromEntries(
      [...positions]
        .slice(0, mostRooms)
        .map(([room, {epoch, offset}]): [RoomId, [string, number]] => [room, [epoch, offset]]),
    );
    return {
      token,
      v,
      attempt: this.#attempt,
      ...(device !== undefined && {device}),
      ...(deviceId !== undefined && {deviceId}),
      ...(this.#kept && {resume: {...this.#kept, rooms}}),
    };
  }

  keep(session: string, key: string): void {
    this.#kept = {session, key};
  }

  forget(): void {
    this.#kept = undefined;
    this.removeStored();
  }

  /** Writes it down for the page's next life. */
  store(): void {
    if (!this.#kept) return;
    this.#guarded((storage) => {
      storage.setItem(storageKey, JSON.stringify({...this.#kept, attempt: this.#attempt}));
    });
  }

  removeStored(): void {
    this.#guarded((storage) => {
      storage.removeItem(storageKey);
    });
  }

  #take(): void {
    this.#guarded((storage) => {
      const stored: unknown = JSON.parse(storage.getItem(storageKey) ?? 'null');
      storage.removeItem(storageKey);
      if (!isRecord(stored)) return;
      const {session, key, attempt} = stored;
      if (typeof session !== 'string' || typeof key !== 'string' || typeof attempt !== 'number') return;
      this.#kept = {session, key};
      this.#attempt = attempt;
    });
  }

  /** Storage may be full, forbidden or tampered with: then there is a new session, and no error. */
  #guarded(use: (storage: SessionStorage) => void): void {
    try {
      if (this.#storage) use(this.#storage);
    } catch {
      // Nothing to do without it.
    }
  }
}
