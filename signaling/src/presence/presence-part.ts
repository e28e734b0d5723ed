import {ParleyError, type RoomId} from '@parley/protocol';
import type {HubObserver, HubOptions} from '../hub.js';
import type {NodeWords} from '../nodes/node-words.js';
import type {OwedDeeds} from '../nodes/owed-deeds.js';
import type {Following as StoredFollowing} from '../ports.js';
import type {RoomHubs} from '../rooms/room-hubs.js';
import {Following} from './following.js';
import type {Follower} from './follower.js';
import {PresenceBoard} from './presence-board.js';
import {PresenceNews} from './presence-news.js';
import {PresenceRounds} from './presence-rounds.js';
import {RoomPresences} from './room-presences.js';
import {Sight} from './sight.js';
import {UserList} from './user-list.js';

export interface PresencePartOptions {
  readonly hub: Pick<HubOptions, 'clock' | 'store' | 'broadcaster' | 'presence' | 'onDefect'>;
  readonly hubs: RoomHubs;
  readonly words: NodeWords;
  readonly owed: OwedDeeds;
  readonly observer: HubObserver;
}

/**
 * Presence on this node: who hears of whom.
 *
 * A change is said to all nodes (`news`); a node where somebody follows the user reads what it is now (`board`) and tells
 * it in rounds to rooms and lists. Sessions that follow nobody cost nothing, and no node is asked anything.
 */
export class PresencePart {
  readonly news: PresenceNews;
  readonly sight: Sight;
  readonly #options: PresencePartOptions;
  readonly #board: PresenceBoard;
  readonly #rounds: PresenceRounds;
  readonly #rooms: RoomPresences;
  /** Of those who follow anybody. */
  readonly #followings = new Map<Follower, Following>();

  constructor(options: PresencePartOptions) {
    const {hub, hubs, words, observer} = options;
    const {clock, store, broadcaster, onDefect} = hub;
    const {windowMs, deliveriesPerSecond, largeRoom} = hub.presence;
    this.#options = options;
    this.news = new PresenceNews({clock, words, store});
    this.sight = new Sight(store);
    const board = new PresenceBoard({
      sessions: store.sessions,
      onStale: () => {
        rounds.call();
      },
    });
    const rounds = new PresenceRounds({clock, windowMs, deliveriesPerSecond, board, onDefect});
    this.#board = board;
    this.#rounds = rounds;
    const {rooms} = store;
    this.#rooms = new RoomPresences({clock, broadcaster, board, rounds, observer, largeRoom, hubs, rooms, onDefect});
    words.listen('hub.presence', ({users}) => {
      board.touch(users);
    });
    // A node that dies may have changed what it did not live to say; and what was said while this node was away is lost.
    words.onNodeGone(() => {
      board.touch('all');
    });
    store.onAvailability((available) => {
      if (available) board.touch('all');
    });
  }

  /** What the session follows: to be asked for only to begin or to end something. */
  of(follower: Follower): Following {
    const known = this.#followings.get(follower);
    if (known) return known;
    // Its connection ended while its request was on the way: nobody would end what is begun for it.
    if (!follower.connected) throw new ParleyError('unavailable');
    const following = this.#create(follower);
    this.#followings.set(follower, following);
    return following;
  }

  /** The session was resumed on this node: it is told the state of whom it follows, as soon as that is known. */
  resumed(follower: Follower, stored: StoredFollowing): void {
    const following = this.of(follower);
    following.owe(stored);
    this.#options.owed.do(`what ${follower.id} follows`, () => following.restore());
  }

  /** The session is not in the room any more. */
  left(follower: Follower, room: RoomId): void {
    const following = this.#followings.get(follower);
    if (following?.left(room)) this.#options.owed.do(`that ${follower.id} follows less`, () => following.save());
  }

  /** The session has no connection to this node any more. */
  ended(follower: Follower): void {
    this.#followings.get(follower)?.end();
    this.#followings.delete(follower);
  }

  async close(): Promise<void> {
    this.news.close();
    this.#rounds.close();
    await this.#rooms.close();
  }

  #create(follower: Follower): Following {
    const {hub, observer, owed} = this.#options;
    const {clock, store, presence: limits} = hub;
    const list = new UserList(follower, {
      clock,
      board: this.#board,
      rounds: this.#rounds,
      sight: this.sight,
      observer,
      onHidden: () => {
        owed.do(`that ${follower.id} follows less`, () => following.save());
      },
    });
    const following: Following = new Following(follower, list, {
      limits,
      rooms: this.#rooms,
      board: this.#board,
      sight: this.sight,
      // A connection that ended meanwhile has nothing to say: the session may be elsewhere, and follow others there.
      save: (what) => (follower.connected ? store.sessions.setFollowing(follower.id, what) : Promise.resolve()),
    });
    return following;
  }
}
