import {hasCode} from '@parley/protocol';
import {overriding, type RoomDirectory, type RoomFeeds, type RoomRecord, type Store} from '@parley/signaling';

export interface Marks {
  /** The room's log has grown, or may have. */
  readonly grown: (room: string) => void;
  readonly created: (room: RoomRecord) => void;
}

/** The same store, that says which rooms' logs grow by this node's doing. */
export function markedStore(store: Store, marks: Marks): Store {
  return overriding(store, {feeds: markedFeeds(store.feeds, marks), rooms: markedRooms(store.rooms, marks)});
}

function markedFeeds(feeds: RoomFeeds, {grown}: Marks): RoomFeeds {
  return overriding(feeds, {
    append: async (room, event, options) => {
      const appended = await orGrown(() => feeds.append(room, event, options), room, grown);
      if (!appended.repeated) grown(room);
      return appended;
    },
    appendTogether: async (room, events) => {
      const appended = await orGrown(() => feeds.appendTogether(room, events), room, grown);
      if (appended.some(({repeated}) => !repeated)) grown(room);
      return appended;
    },
  });
}

function markedRooms(rooms: RoomDirectory, {grown, created}: Marks): RoomDirectory {
  return overriding(rooms, {
    create: async (room) => {
      const outcome = await rooms.create(room);
      if (outcome.outcome === 'created') {
        created(outcome.room);
        if (room.owner !== undefined) grown(room.room);
      }
      return outcome;
    },
    addMember: async (room, member, told) => {
      const outcome = await orGrown(() => rooms.addMember(room, member, told), room, grown);
      if (outcome.outcome === 'joined') grown(room);
      return outcome;
    },
    removeMember: async (room, member, told) => {
      const removed = await orGrown(() => rooms.removeMember(room, member, told), room, grown);
      if (removed) grown(room);
      return removed;
    },
    delete: async (room, told) => {
      const deleted = await orGrown(() => rooms.delete(room, told), room, grown);
      if (deleted) grown(room);
      return deleted;
    },
    setRole: async (room, member, role, told) => {
      const changed = await orGrown(() => rooms.setRole(room, member, role, told), room, grown);
      if (changed) grown(room);
      return changed;
    },
  });
}

/** What was not answered may have been done all the same. */
async function orGrown<T>(deed: () => Promise<T>, room: string, grown: (room: string) => void): Promise<T> {
  try {
    return await deed();
  } catch (error) {
    if (hasCode(error, 'timeout')) grown(room);
    throw error;
  }
}
