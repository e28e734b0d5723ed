import type {Position, UserId} from '@parley/protocol';
import type {HubObserver, HubOptions} from '../hub.js';
import {byNode} from '../nodes/by-node.js';
import type {NodeWords} from '../nodes/node-words.js';
import type {OwedDeeds} from '../nodes/owed-deeds.js';
import type {Clock, InboxEntry, NewInboxPush, Store} from '../ports.js';
import type {ConnectedSession} from '../sessions/connected-session.js';
import type {LocalSessions} from '../sessions/local-sessions.js';
import type {Handed} from './delivery.js';
import {InboxReader} from './inbox-reader.js';
import type {Tally} from './tally.js';
import type {WaitingTally} from './waiting-tally.js';

/** Users that a push is kept for at the same time. */
const usersAtOnce = 100;

export interface InboxDeliveryOptions {
  readonly clock: Clock;
  readonly store: Pick<Store, 'inboxes' | 'sessions'>;
  readonly local: LocalSessions;
  readonly words: NodeWords;
  readonly owed: OwedDeeds;
  readonly tally: Tally;
  readonly waiting: WaitingTally;
  readonly observer: Pick<HubObserver, 'pushKept'>;
  readonly onDefect: HubOptions['onDefect'];
}

interface Grown {
  readonly epoch: string;
  readonly entry: InboxEntry;
}

/** What became of a push that is kept for users. */
export interface Kept extends Handed {
  readonly stored: number;
  readonly refused: number;
}

export const nothingKept: Kept = {addressed: 0, reached: 0, stored: 0, refused: 0};

export const plus = (a: Kept, b: Kept): Kept => ({
  addressed: a.addressed + b.addressed,
  reached: a.reached + b.reached,
  stored: a.stored + b.stored,
  refused: a.refused + b.refused,
});

/**
 * Keeps pushes for users, and gives each session what its device has not had: at the beginning of its connection, and
 * from then on at once.
 *
 * It is put first, and the user's sessions are looked up then: one that is not among them yet reads after that, and
 * finds it. The word to the nodes of the others is repeated until they have heard it, or are gone.
 */
export class InboxDelivery {
  readonly #options: InboxDeliveryOptions;
  readonly #readers = new WeakMap<ConnectedSession, InboxReader>();

  constructor(options: InboxDeliveryOptions) {
    this.#options = options;
    options.words.answer('hub.push.inbox', ({sessions, epoch, entry}) => {
      const reached = sessions.filter((id) => {
        const session = options.local.find(id);
        return session !== undefined && this.#readers.get(session)?.grown(epoch, entry) === true;
      });
      return {reached: reached.length};
    });
  }

  /** The session's connection has begun. */
  begin(session: ConnectedSession, device: string): void {
    const {clock, store, onDefect} = this.#options;
    const reader = new InboxReader({session, device, clock, inboxes: store.inboxes, onDefect});
    this.#readers.set(session, reader);
    reader.read();
  }

  async acknowledge(session: ConnectedSession, upTo: Position): Promise<void> {
    const device = this.#readers.get(session)?.device;
    if (device === undefined) return;
    const {store, tally, waiting, observer} = this.#options;
    for (const {id, expiresAt, first} of await store.inboxes.acknowledge(session.user, device, upTo)) {
      tally.add(id, {acknowledged: 1, taken: first ? 1 : 0});
      if (!first) continue;
      waiting.add(expiresAt, -1);
      observer.pushKept('acknowledged', 1);
    }
  }

  async keep(users: readonly UserId[], push: NewInboxPush): Promise<Kept> {
    let kept = nothingKept;
    for (let from = 0; from < users.length; from += usersAtOnce) {
      const some = users.slice(from, from + usersAtOnce);
      for (const one of await Promise.all(some.map((user) => this.#keepFor(user, push)))) kept = plus(kept, one);
    }
    return kept;
  }

  async #keepFor(user: UserId, push: NewInboxPush): Promise<Kept> {
    const {store, tally, waiting, observer} = this.#options;
    const put = await store.inboxes.put(user, push);
    if (!put.ok) {
      observer.pushKept('refused', 1);
      return {...nothingKept, refused: 1};
    }
    if (!put.repeated) {
      waiting.add(put.entry.expiresAt, 1);
      observer.pushKept('stored', 1);
    }
    for (const {id, expiresAt} of put.superseded) {
      tally.add(id, {superseded: 1});
      waiting.add(expiresAt, -1);
      observer.pushKept('superseded', 1);
    }
    const handed = await this.#tell(user, {epoch: put.epoch, entry: put.entry});
    return {...handed, stored: 1, refused: 0};
  }

  /** It is kept by now, whatever becomes of the word to those who are connected. */
  async #tell(user: UserId, grown: Grown): Promise<Handed> {
    const {store, words, owed} = this.#options;
    let handed: Handed = {addressed: 0, reached: 0};
    // One per user is enough: whoever hears of the newest reads what came before it.
    await owed.attempt(`inbox of ${user}`, async () => {
      const places = await store.sessions.whereabouts(user);
      const asked = [...byNode(places)].map(async ([node, sessions]) => {
        if (!words.nodes.includes(node)) return 0;
        return (await words.ask(node, 'hub.push.inbox', {sessions, ...grown})).reached;
      });
      const answers = await Promise.allSettled(asked);
      const reached = answers.reduce((total, one) => total + (one.status === 'fulfilled' ? one.value : 0), 0);
      handed = {addressed: places.length, reached};
      const failed = answers.find((one) => one.status === 'rejected');
      if (failed) throw failed.reason;
    });
    return handed;
  }
}
