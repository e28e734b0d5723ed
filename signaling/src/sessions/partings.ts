import type {RoomId, SessionId, webhook} from '@parley/protocol';
import type {CallsPart} from '../calls-part.js';
import type {HubObserver} from '../hub.js';
import type {OwedDeeds} from '../nodes/owed-deeds.js';
import type {EndedSession, SessionDirectory, SessionRecord, WebPushDirectory} from '../ports.js';
import type {PresencePart} from '../presence/presence-part.js';
import type {ConnectedSession, SessionFacts} from './connected-session.js';
import type {Ending} from './ending.js';
import type {LocalSessions} from './local-sessions.js';

export interface PartingsOptions {
  readonly sessions: SessionDirectory;
  readonly local: LocalSessions;
  readonly presence: PresencePart;
  readonly owed: OwedDeeds;
  readonly calls: CallsPart;
  readonly observer: HubObserver;
  /** Undefined if browsers are not woken here. */
  readonly browsers: Pick<WebPushDirectory, 'of' | 'remove'> | undefined;
}

type ClosedNews = Extract<webhook.HubNews, {name: 'session.closed'}>['data'];

/** Why a session is over, as backends are told; of one that nobody ever got they are not. */
export type OverReason = ClosedNews['reason'] | 'unopened';

/** Whose browser is not to be woken any more. One that is away for long, or ended its session itself, as a page does that is closed, is just what web push is for. */
const shutOut: ReadonlySet<OverReason> = new Set(['kicked', 'revoked', 'key_reused']);

/** What follows from a session's losing its connection, or its life: in the directory, for its rooms, for its call. */
export class Partings {
  readonly #options: PartingsOptions;

  constructor(options: PartingsOptions) {
    this.#options = options;
  }

  /** A connection of this node has ended. */
  connectionEnded(session: ConnectedSession, ending: Ending): void {
    const {local, observer, presence} = this.#options;
    local.remove(session);
    presence.ended(session);
    switch (ending) {
      case 'dropped':
      case 'draining':
      case 'rehearsed':
      case 'abusive':
      case 'token_expired':
        observer.sessionClosed('dropped');
        this.away(session);
        break;
      case 'replaced':
      case 'kicked':
      case 'ended':
      case 'displaced':
      case 'key_reused':
        // Whoever ended it has told the directory.
        observer.sessionClosed(ending);
        break;
      case 'revoked':
        // On the word of whoever revoked the token, who knows tokens and not sessions.
        observer.sessionClosed('revoked');
        this.end(session.id, 'revoked');
        break;
      case 'expired':
        // Counted by whoever took it for expired.
        break;
    }
  }

  /** It may come back: this connection of it is gone. */
  away({id, user, name, generation}: Pick<SessionFacts, 'id' | 'user' | 'name' | 'generation'>): void {
    const {sessions, presence, owed, calls, observer} = this.#options;
    observer.happened({name: 'session.away', data: {session: id, user}});
    owed.do(`away ${id}`, async () => {
      await sessions.away(id, generation);
      // Also if nothing was to be done: an earlier attempt may have done it without our hearing so.
      presence.news.tell(user);
    });
    calls.sessionAway({session: id, user, name});
  }

  /** The client has the key that this connection gave it: the one before is not needed any more. */
  keyArrived({id, generation}: Pick<SessionFacts, 'id' | 'generation'>): void {
    this.#options.owed.do(`key of ${id}`, () => this.#options.sessions.keyArrived(id, generation));
  }

  /** It is gone for good, by the directory's word. */
  over({record}: Pick<EndedSession, 'record'>, reason: OverReason): void {
    const {session, user} = record;
    if (reason !== 'unopened') this.#options.observer.happened({name: 'session.closed', data: {session, user, reason}});
    this.#options.presence.news.tell(record.user);
    this.#options.calls.sessionEnded(record);
    if (shutOut.has(reason)) this.forgetBrowser(record);
  }

  /** It is to be gone for good, as soon as the store can be told. */
  end(session: SessionId, reason: OverReason): void {
    this.#options.owed.do(`end ${session}`, async () => {
      const ended = await this.#options.sessions.end(session);
      if (ended) this.over(ended, reason);
    });
  }

  /** It is not in the room any more, as soon as the store can be told. */
  leave(session: SessionId, room: RoomId): void {
    this.#options.owed.do(`leave ${session} ${room}`, () => this.#options.sessions.leave(session, room));
  }

  /** The one that this session registered last. */
  forgetBrowser({session, user}: Pick<SessionRecord, 'session' | 'user'>): void {
    const {browsers} = this.#options;
    if (!browsers) return;
    this.#options.owed.do(`browser of ${session}`, async () => {
      const {subscriptions = []} = (await browsers.of([user])).get(user) ?? {};
      const own = subscriptions.filter((one) => one.session === session);
      await Promise.all(own.map(({id}) => browsers.remove(user, id)));
    });
  }
}
