import {session as wire, type PayloadOf, type ResultOf} from '@parley/protocol';
import type {Ask} from './requests.js';

/**
 * A session of the user, on whichever device and node. `current` is this client's own; `away` has no connection at the
 * moment and may come back. `createdAt` and `seenAt` are in milliseconds since the Unix epoch, by the server's clock;
 * while a session is connected it was seen at most half a minute ago.
 */
export type UserSession = ResultOf<typeof wire.list>['sessions'][number];

/**
 * What became of another session of the user: it was opened, got another name, or ended for good. That this one got
 * another name is told if another gave it.
 */
export type UserSessionChange = PayloadOf<typeof wire.changed>;

/**
 * The sessions of the user who is signed in here: their devices, as a page of settings shows them.
 *
 * ```ts
 * const show = async () => render(await parley.sessions.list());
 * parley.on('session', show);
 * await parley.sessions.signOutOthers();
 * ```
 *
 * `session` is not told of a session that goes away or comes back, nor of one that nobody resumed in time, nor of what
 * happened while there was no connection: ask for the list again when it is shown.
 */
export class UserSessions {
  readonly #ask: Ask;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  /**
   * All of them, the newest first, with this client's own.
   *
   * @throws ParleyError `unavailable` without a connection.
   */
  async list(): Promise<readonly UserSession[]> {
    const {sessions} = await this.#ask(wire.list, {}, {repeatable: true});
    return sessions;
  }

  /**
   * Names the device of this session, or of another one of the user's: 1–64 characters. A later session of this client
   * is named by the option `device` again.
   *
   * @throws ParleyError `invalid` if the name is empty or too long, `unknown_session` if the user has no such session,
   *   `unavailable` without a connection.
   */
  async rename(device: string, session?: string): Promise<void> {
    await this.#ask(wire.rename, {device, ...(session !== undefined && {session})}, {repeatable: true});
  }

  /**
   * Ends a session for good, connected or away: its client is closed with the reason `ended`. The client's own ends like
   * any other, and its state becomes `closed`.
   *
   * @throws ParleyError `unknown_session` if the user has no such session (any more), `unavailable` without a connection,
   *   `timeout` if the answer did not come and the outcome is unknown.
   */
  async signOut(session: string): Promise<void> {
    await this.#ask(wire.signOut, {session});
  }

  /**
   * Ends all sessions of the user but this one, as `signOut` does.
   *
   * @returns How many there were; after a connection that broke meanwhile, how many were left.
   * @throws ParleyError `unavailable` without a connection.
   */
  async signOutOthers(): Promise<number> {
    const {sessions} = await this.#ask(wire.signOutOthers, {}, {repeatable: true});
    return sessions;
  }
}
