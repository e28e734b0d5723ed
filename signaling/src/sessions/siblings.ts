import {session as wire, type PayloadOf, type SessionId, type UserId} from '@parley/protocol';
import {byNode} from '../nodes/by-node.js';
import type {NodeWords} from '../nodes/node-words.js';
import type {OwedDeeds} from '../nodes/owed-deeds.js';
import type {Clock, SessionDirectory} from '../ports.js';
import type {LocalSessions} from './local-sessions.js';

type Change = PayloadOf<typeof wire.changed>['change'];

/** The session that something happened to. */
interface Concerned {
  readonly session: SessionId;
  readonly user: UserId;
  readonly device?: string | undefined;
}

export interface SiblingsOptions {
  readonly clock: Clock;
  readonly sessions: Pick<SessionDirectory, 'ofUser'>;
  readonly local: LocalSessions;
  readonly words: NodeWords;
  readonly owed: OwedDeeds;
}

/** Tells a user's other connected sessions, on whichever node they are, what became of one. */
export class Siblings {
  readonly #options: SiblingsOptions;

  constructor(options: SiblingsOptions) {
    this.#options = options;
    options.words.answer('hub.session.changed', ({sessions, payload}) => {
      for (const session of sessions) options.local.find(session)?.send(wire.changed, payload);
      return {};
    });
  }

  /** Returns at once: nobody waits for the others to hear it. The session itself is told, too, if it was done `by` another. */
  tell({session, user, device}: Concerned, change: Change, by: SessionId = session): void {
    const {clock, sessions, words, owed} = this.#options;
    const payload = {session, change, ...(device !== undefined && {device}), at: clock.now()};
    owed.do(`${change} ${session}`, async () => {
      const records = await sessions.ofUser(user);
      const knows = by === session ? session : undefined;
      const told = records.filter((other) => other.state === 'connected' && other.session !== knows);
      const telling = [...byNode(told)].map(([node, there]) =>
        words.insist(node, 'hub.session.changed', {sessions: there, payload}),
      );
      await Promise.all(telling);
    });
  }
}
