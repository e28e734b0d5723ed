import {ParleyError} from '@parley/protocol';
import type {
  CallAdministration,
  GroupAdministration,
  RoomAdministration,
  ScheduledPushes,
  Watch,
  WatchNews,
} from '@parley/signaling';

const noRoom = (): Promise<never> => Promise.reject(new ParleyError('unknown_room'));
const noGroup = (): Promise<never> => Promise.reject(new ParleyError('unknown_group'));

/** Rooms, groups and calls of a backstage that has none and takes none. */
export const noRooms: RoomAdministration = {
  create: () => Promise.reject(new ParleyError('too_many_rooms')),
  get: noRoom,
  list: () => Promise.resolve({rooms: [], more: false}),
  update: noRoom,
  delete: noRoom,
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

export const noCalls: CallAdministration = {
  list: () => Promise.resolve({calls: [], more: false, missing: []}),
  get: noRoom,
  set: noRoom,
  admit: noRoom,
  deny: noRoom,
  mute: noRoom,
  kick: noRoom,
  end: noRoom,
  move: noRoom,
  record: noRoom,
};

/** A watch that tells this, and ends. */
export const emptyWatch = (...told: readonly WatchNews[]): Watch => ({
  end: () => undefined,
  async *[Symbol.asyncIterator]() {
    await Promise.resolve();
    yield* told;
  },
});

const noPush = (): Promise<never> => Promise.reject(new ParleyError('unknown_push'));

export const noneScheduled: ScheduledPushes = {
  list: () => Promise.resolve({pushes: []}),
  get: noPush,
  cancel: noPush,
};
