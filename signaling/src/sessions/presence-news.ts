import {ParleyError, presence as wire} from '@parley/protocol';
import type {OwedDeeds} from '../nodes/owed-deeds.js';
import type {Clock, PresenceChange, RoomDirectory, RoomFeeds, SessionDirectory} from '../ports.js';

export interface PresenceNewsOptions {
  readonly clock: Clock;
  readonly feeds: RoomFeeds;
  readonly rooms: RoomDirectory;
  readonly sessions: SessionDirectory;
  readonly owed: OwedDeeds;
  /** Whether what is published reaches other nodes at this moment. */
  readonly isAvailable: () => boolean;
}

/** Rooms that are told at a time, and the pause before the next: a user of very many rooms is not to fill the line to the store. */
const batch = 500;
const pauseMs = 20;

/** Tells rooms how their members come and go. */
export class PresenceNews {
  readonly #options: PresenceNewsOptions;

  constructor(options: PresenceNewsOptions) {
    this.#options = options;
  }

  /** Tells each room of the user once, if there is anything to tell. Returns at once. */
  tell(change: PresenceChange): void {
    if (change.before === change.after) return;
    this.#options.owed.do(`presence of ${change.user}`, () => this.#tell(change));
  }

  async #tell({user, after}: PresenceChange): Promise<void> {
    const {clock, feeds, rooms, sessions, isAvailable} = this.#options;
    const [memberOf, statuses] = await Promise.all([rooms.roomsOf(user), sessions.presenceOf([user])]);
    // Superseded meanwhile, perhaps on another node: whoever changed it tells, and an older word must not come last.
    if (statuses.get(user)?.status !== after) return;
    // Commands may work while subscriptions do not yet: then it is owed.
    if (!isAvailable()) throw new ParleyError('unavailable');
    const at = clock.now();
    for (const [told, room] of memberOf.entries()) {
      if (told > 0 && told % batch === 0) await new Promise<void>((resolve) => clock.after(pauseMs, resolve));
      feeds.publish(room, {name: wire.changed.name, data: {user, status: after, at}});
    }
  }
}
