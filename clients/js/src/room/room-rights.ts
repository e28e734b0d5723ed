import {room as definitions, type CallRight, type Role, type Standing} from '@parley/protocol';
import type {Ask} from '../session/requests.js';

/** What a client may do in a room. */
export interface Rights {
  readonly role: Role;
  /** Names of those requests that not everybody in a room may make, and this client may: `chat.send`, `room.remove`, … */
  readonly may: readonly string[];
  /** The roles that it may give and take; only who has one of them it may remove. */
  readonly over: readonly Role[];
  /** What it may do in the room's call: `join` it, publish `audio`, `video` or a `screen`, `moderate`. */
  readonly call: readonly CallRight[];
}

/**
 * What this client may do in a room, and what it may do to others there.
 *
 * ```ts
 * room.on('rights', ({may}) => { composer.disabled = !may.includes('chat.send'); });
 * if (room.rights.over.includes('guest')) await room.rights.setRole('bob', 'guest');
 * ```
 * Everything rejects with a ParleyError: `forbidden` if it is not this client's to do (`field` is `role` or `user` if
 * another role or another member would be), `not_joined`, `unknown_room`, `room_deleted`. When it resolves it has taken effect on all
 * sessions that it concerns, and the room is told by the event `member`.
 */
export interface RoomRights extends Rights {
  /**
   * Gives a member another role, which must be, like the present one, one of `over`.
   *
   * @throws ParleyError `unknown_member`.
   */
  setRole(user: string, role: Role): Promise<void>;

  /**
   * Makes a user a member, whoever the room is open to; they still have to join. Who is a member stays what they are.
   *
   * @param role One of `over`; by default what joining gives.
   * @throws ParleyError `room_full`, `too_many_rooms`.
   */
  invite(user: string, role?: Role): Promise<void>;

  /**
   * Ends a membership: nothing of the room reaches their sessions any more. Of an open room they may become a member again.
   *
   * @throws ParleyError `unknown_member`; also if the connection was lost over the answer, and it was done.
   */
  remove(user: string): Promise<void>;

  /** The groups of users that have a role in the room. */
  groups(): Promise<ReadonlyMap<string, Role>>;

  /**
   * Gives everybody in a group a role, or takes it away without one. Groups are made by your backend.
   *
   * @throws ParleyError `unknown_group`, `too_many_groups`.
   */
  setGroup(group: string, role?: Role): Promise<void>;
}

/** Before the room is joined. */
const none: Rights = {role: 'guest', may: [], over: [], call: []};

/** The server's word on this session in the room; what it is asked is the server's to refuse. */
export class OwnRights implements RoomRights {
  readonly #room: string;
  readonly #ask: Ask;
  readonly #onChanged: (rights: Rights) => void;
  #standing: Rights = none;

  constructor(room: string, ask: Ask, onChanged: (rights: Rights) => void) {
    this.#room = room;
    this.#ask = ask;
    this.#onChanged = onChanged;
  }

  get role(): Role {
    return this.#standing.role;
  }

  get may(): readonly string[] {
    return this.#standing.may;
  }

  get over(): readonly Role[] {
    return this.#standing.over;
  }

  get call(): readonly CallRight[] {
    return this.#standing.call;
  }

  /** The server's word of now; the same again is no news. */
  become({role, may, over, call}: Standing): void {
    const before = JSON.stringify(this.#standing);
    this.#standing = {role, may, over, call};
    if (JSON.stringify(this.#standing) !== before) this.#onChanged(this.#standing);
  }

  async setRole(user: string, role: Role): Promise<void> {
    await this.#ask(definitions.setRole, {room: this.#room, user, role}, {repeatable: true});
  }

  async invite(user: string, role?: Role): Promise<void> {
    await this.#ask(definitions.invite, {room: this.#room, user, role}, {repeatable: true});
  }

  async remove(user: string): Promise<void> {
    await this.#ask(definitions.remove, {room: this.#room, user}, {repeatable: true});
  }

  async groups(): Promise<ReadonlyMap<string, Role>> {
    const {groups} = await this.#ask(definitions.groups, {room: this.#room}, {repeatable: true});
    return new Map(groups.map(({group, role}) => [group, role]));
  }

  async setGroup(group: string, role?: Role): Promise<void> {
    await this.#ask(definitions.setGroup, {room: this.#room, group, role}, {repeatable: true});
  }
}
