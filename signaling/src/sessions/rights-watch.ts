import type {RoomId, UserId} from '@parley/protocol';
import {byNode} from '../nodes/by-node.js';
import type {NodeWords} from '../nodes/node-words.js';
import type {OwedDeeds} from '../nodes/owed-deeds.js';
import type {Store} from '../ports.js';
import type {RoomWords} from '../rights/room-words.js';
import type {ConnectedSession} from './connected-session.js';
import type {LocalSessions} from './local-sessions.js';

/** Users per question to the store, and per word to other nodes. */
const batch = 500;

export interface RightsWatchOptions {
  readonly store: Pick<Store, 'sessions' | 'onAvailability'>;
  readonly local: LocalSessions;
  readonly words: RoomWords;
  readonly nodes: NodeWords;
  readonly owed: OwedDeeds;
}

/** Whose rights may have changed, and where: everybody's and everywhere, unless it says otherwise. */
export interface RightsNews {
  readonly room?: RoomId;
  readonly users?: readonly UserId[];
}

/**
 * Brings what rooms and groups say to the sessions that it concerns, on all nodes. What is told is only where to look:
 * each node reads from the store, so that words that cross leave nobody with an older state.
 *
 * A node that was away from the store looks at everything when it is back.
 */
export class RightsWatch {
  readonly #options: RightsWatchOptions;

  constructor(options: RightsWatchOptions) {
    this.#options = options;
    const {store, nodes, owed} = options;
    nodes.answer('hub.rights.look', async (news) => {
      await this.#look(news);
      return {};
    });
    store.onAvailability((available) => {
      if (available) owed.do('look at rights again', () => this.#look({}));
    });
  }

  /** To be called when the store has it. Resolves when their sessions have it, or their nodes are being told again. */
  async ofUsers(room: RoomId, users: readonly UserId[]): Promise<void> {
    const {store, nodes} = this.#options;
    const records = (await Promise.all(users.map((user) => store.sessions.ofUser(user)))).flat();
    await Promise.all([...byNode(records).keys()].map((node) => nodes.insist(node, 'hub.rights.look', {room, users})));
  }

  async ofRoom(room: RoomId): Promise<void> {
    await this.#everywhere({room});
  }

  /** In all rooms: users who were put into a group or taken out of it. */
  async everywhereOf(users: readonly UserId[]): Promise<void> {
    for (let from = 0; from < users.length; from += batch) {
      await this.#everywhere({users: users.slice(from, from + batch)});
    }
  }

  async #everywhere(news: RightsNews): Promise<void> {
    const {nodes} = this.#options;
    await Promise.all(nodes.nodes.map((node) => nodes.insist(node, 'hub.rights.look', news)));
  }

  async #look({room, users}: RightsNews): Promise<void> {
    const {local} = this.#options;
    const concerned = users && new Set(users);
    for (const arrival of local.arriving) {
      if (!concerned || concerned.has(arrival.token.user)) arrival.rightsChanged = true;
    }
    const byRoom = new Map<RoomId, ConnectedSession[]>();
    for (const session of local) {
      if (concerned && !concerned.has(session.user)) continue;
      for (const each of room === undefined ? session.subscriptions.rooms : [room]) {
        const others = byRoom.get(each);
        if (others) others.push(session);
        else byRoom.set(each, [session]);
      }
    }
    for (const [each, sessions] of byRoom) {
      for (let from = 0; from < sessions.length; from += batch) {
        await this.#lookAt(each, sessions.slice(from, from + batch));
      }
    }
  }

  /** Everything about a session that has just begun: it was on its way when something changed. */
  lookAtNewcomer(session: ConnectedSession): void {
    this.#options.owed.do(`rights of ${session.id}`, async () => {
      for (const room of session.subscriptions.rooms) await this.#lookAt(room, [session]);
    });
  }

  /** In the turn of each session in the room: one that is joining has read before what may have changed since. */
  async #lookAt(room: RoomId, all: readonly ConnectedSession[]): Promise<void> {
    const sessions = all.filter(({subscriptions}) => subscriptions.rooms.includes(room));
    if (sessions.length === 0) return;
    const turns = await Promise.all(sessions.map(({subscriptions}) => subscriptions.turn(room)));
    try {
      const found = await this.#options.words.read(room, [...new Set(sessions.map(({user}) => user))]);
      // A store that has lost the room is not asked for who is in it: whoever is, leaves by themselves.
      if (!found) return;
      for (const session of sessions) {
        const isMember = found.standings.members.has(session.user);
        session.rights.learn(room, isMember ? found.words.get(session.user) : undefined);
      }
    } finally {
      for (const done of turns) done();
    }
  }
}
