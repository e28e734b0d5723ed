import {ParleyError} from '@parley/protocol';
import type {GroupAdministration, RoomAdministration} from '@parley/signaling';

const noRoom = (): Promise<never> => Promise.reject(new ParleyError('unknown_room'));
const noGroup = (): Promise<never> => Promise.reject(new ParleyError('unknown_group'));

/** Rooms and groups of a backstage that has none and takes none. */
export const noRooms: RoomAdministration = {
  create: () => Promise.reject(new ParleyError('too_many_rooms')),
  get: noRoom,
  list: () => Promise.resolve({rooms: [], more: false}),
  update: noRoom,
  setMember: noRoom,
  removeMember: noRoom,
  groups: noRoom,
  setGroup: noRoom,
};

export const noGroups: GroupAdministration = {
  create: () => Promise.reject(new ParleyError('too_many_groups')),
  get: noGroup,
  list: () => Promise.resolve({groups: [], more: false}),
  remove: noGroup,
  users: noGroup,
  addUsers: noGroup,
  removeUsers: noGroup,
  rooms: noGroup,
};
