import {ParleyError, type SessionId, type UserId} from '@parley/protocol';
import type {CallsPart} from '../calls-part.js';
import type {HubObserver} from '../hub.js';
import type {FinalEnding, NodeWords} from '../nodes/node-words.js';
import type {EndedSession, SessionDirectory, SessionRecord} from '../ports.js';
import type {LocalSessions} from './local-sessions.js';
import type {OverReason, Partings} from './partings.js';
import type {Siblings} from './siblings.js';

export interface FarewellsOptions {
  readonly sessions: SessionDirectory;
  readonly local: LocalSessions;
  readonly partings: Partings;
  readonly siblings: Siblings;
  readonly calls: Pick<CallsPart, 'sessionEnded'>;
  readonly words: NodeWords;
  readonly observer: HubObserver;
}

/** Ends sessions for good, wherever they are. */
export class Farewells {
  readonly #options: FarewellsOptions;

  constructor(options: FarewellsOptions) {
    this.#options = options;
    options.words.answer('hub.session.close', ({session, ending, message}) => ({
      closed: options.local.end(session, ending, message),
    }));
  }

  /** Signs a session out; its connection to this node is the caller's to close, after the answer, by `closeHere`. */
  async signOut(session: SessionId): Promise<void> {
    const ended = await this.#options.sessions.end(session);
    if (!ended) return;
    this.#over(ended, 'ended');
    // It was resumed elsewhere in this very moment.
    if (ended.record.node !== this.#options.words.node) await this.close(ended.record, 'ended');
  }

  /** Also a newer connection than the one that asked, if it was resumed on this node in this very moment. */
  closeHere(session: SessionId): void {
    this.#options.local.end(session, 'ended');
  }

  /**
   * Kicks a session; false if there is none. Resolves when its connection is closed; if its node does not answer, it is
   * told again until it does or is gone. While the store is away a session of this node is closed all the same, and ended when the store is back.
   */
  async kick(session: SessionId, message?: string): Promise<boolean> {
    const {sessions, local, partings} = this.#options;
    try {
      const ended = await sessions.end(session);
      if (!ended) return false;
      this.#over(ended, 'kicked');
      await this.close(ended.record, 'kicked', message);
      return true;
    } catch (error) {
      if (!(error instanceof ParleyError) || !local.end(session, 'kicked', message)) throw error;
      partings.end(session, 'kicked');
      return true;
    }
  }

  /** Ends one of a user's sessions on the word of another; resolves like `kick`, with false if the user has none such. */
  async endOneOf(user: UserId, session: SessionId): Promise<boolean> {
    const {sessions} = this.#options;
    if ((await sessions.find(session))?.user !== user) return false;
    const ended = await sessions.end(session);
    if (!ended) return false;
    this.#over(ended, 'ended');
    this.#options.partings.forgetBrowser(ended.record);
    await this.close(ended.record, 'ended');
    return true;
  }

  /** The directory ended it to make room for another. */
  async displaced(record: SessionRecord): Promise<void> {
    const {calls, siblings, observer} = this.#options;
    const {session, user} = record;
    observer.happened({name: 'session.closed', data: {session, user, reason: 'displaced'}});
    calls.sessionEnded(record);
    siblings.tell(record, 'ended');
    await this.close(record, 'displaced');
  }

  /** The directory ended it because an old key of it was used. */
  async keyReused(ended: EndedSession): Promise<void> {
    const {session, user} = ended.record;
    this.#options.observer.resumeKeyReused(session, user);
    this.#over(ended, 'key_reused');
    await this.close(ended.record, 'key_reused');
  }

  /** Ends a session whose token was revoked while it had no connection. */
  async revoked(session: SessionId): Promise<boolean> {
    const ended = await this.#options.sessions.end(session);
    if (ended) this.#over(ended, 'revoked');
    return ended !== undefined;
  }

  /** Closes the connection of a session that is over, wherever it is. Does not reject. */
  async close(record: SessionRecord, ending: FinalEnding, message?: string): Promise<void> {
    const {local, words} = this.#options;
    const {session, node} = record;
    if (local.end(session, ending, message) || node === words.node) return;
    const said = {session, ending, ...(message !== undefined && {message})};
    await words.insist(node, 'hub.session.close', said);
  }

  #over(ended: EndedSession, reason: OverReason): void {
    this.#options.partings.over(ended, reason);
    // Without anybody connected there is nobody to tell.
    if (ended.presence.after === 'online') this.#options.siblings.tell(ended.record, 'ended');
  }
}
