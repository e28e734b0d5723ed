import type {UserId} from '@parley/protocol';
import type {RoomDirectory} from '../ports.js';

/** Who may see whose presence. */
export class Sight {
  readonly #rooms: Pick<RoomDirectory, 'sharing'>;

  constructor({rooms}: {rooms: Pick<RoomDirectory, 'sharing'>}) {
    this.#rooms = rooms;
  }

  /** Those of `users` whose presence is told to `user`: their own, and that of whom they share a room with. */
  async of(user: UserId, users: readonly UserId[]): Promise<ReadonlySet<UserId>> {
    const others = users.filter((other) => other !== user);
    const seen = new Set(others.length > 0 ? await this.#rooms.sharing(user, others) : []);
    return users.includes(user) ? seen.add(user) : seen;
  }
}
