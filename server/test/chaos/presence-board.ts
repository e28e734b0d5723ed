import {presence, type PayloadOf} from '@parley/protocol';

type Status = presence.PresenceStatus;

/** Who is present in a room, as a session that follows it was last told. */
export class PresenceBoard {
  #present: Map<string, Status> | undefined;
  /** Whether the session asked to be told: for as long as it lives, and is in the room. */
  follows = false;

  /** Undefined if nothing was told. */
  of(user: string): Status | undefined {
    return this.#present && (this.#present.get(user) ?? 'offline');
  }

  receive(name: string, payload: unknown): void {
    if (name === presence.members.name) {
      const {users} = payload as PayloadOf<typeof presence.members>;
      this.#present = new Map(users.map(({user, status}) => [user, status]));
    } else if (name === presence.changed.name) {
      const {users} = payload as PayloadOf<typeof presence.changed>;
      for (const {user, status} of users) this.#present?.set(user, status);
    }
  }

  /** On a new connection the state is told anew, without asking if the session goes on. */
  begin(follows: boolean): void {
    this.#present = undefined;
    this.follows &&= follows;
  }
}
