import {roles, type GroupId, type ParamsOf, type Role, type RoomId, type room as wire} from '@parley/protocol';
import type {NamePage, NewMembership, RoomAdministration} from '../administration.js';
import type {MemberRecord, RoomDirectory, RoomProperties, RoomRecord} from '../ports.js';
import type {Actor} from '../rights/actor.js';
import {requireRoom} from './absence.js';
import {createRoom} from './create-room.js';
import type {Moderation} from './moderation.js';
import type {RoomDeletion} from './room-deletion.js';

export interface BackendRoomsOptions {
  readonly rooms: RoomDirectory;
  readonly moderation: Moderation;
  readonly deletion: RoomDeletion;
  readonly membersPerRoom: number;
}

/** Above all roles, and nobody. */
const backend: Actor = {over: roles};

/** Rooms as backends make and change them. */
export class BackendRooms implements RoomAdministration {
  readonly #options: BackendRoomsOptions;

  constructor(options: BackendRoomsOptions) {
    this.#options = options;
  }

  create(room: ParamsOf<typeof wire.create>): Promise<RoomRecord> {
    return createRoom(room, this.#options);
  }

  get(room: RoomId): Promise<RoomRecord> {
    return requireRoom(this.#options.rooms, room);
  }

  list(page: NamePage): ReturnType<RoomAdministration['list']> {
    return this.#options.rooms.list(page);
  }

  update(room: RoomId, properties: Partial<RoomProperties>): Promise<RoomRecord> {
    return this.#options.moderation.update(room, properties);
  }

  delete(room: RoomId): Promise<void> {
    return this.#options.deletion.delete(room);
  }

  /** Looks again after each change: the last word on the member is another's only if it came after ours. */
  async setMember(room: RoomId, {user, name, role}: NewMembership): Promise<MemberRecord> {
    const {rooms, moderation} = this.#options;
    for (;;) {
      const member = await rooms.member(room, user);
      if (member && !member.lent && (role === undefined || member.role === role)) return member;
      if (member && role !== undefined) await moderation.setRole(room, user, role, backend);
      else await moderation.invite(room, {user, ...(name !== undefined && {name})}, role, backend);
    }
  }

  removeMember(room: RoomId, user: string): Promise<void> {
    return this.#options.moderation.remove(room, user, backend);
  }

  groups(room: RoomId): Promise<ReadonlyMap<GroupId, Role>> {
    return this.#options.moderation.groupsOf(room);
  }

  setGroup(room: RoomId, group: GroupId, role: Role | undefined): Promise<void> {
    return this.#options.moderation.setGroup(room, group, role);
  }
}
