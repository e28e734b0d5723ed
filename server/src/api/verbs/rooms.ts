import {room as wire, roomId} from '@parley/protocol';
import {describeRoom} from '@parley/signaling';
import {z} from 'zod';
import {atOnce, cursorOf, nextCursor, nothing, pageQuery, toPage} from './page.js';
import {nothingElse, verb} from './verb.js';

const area = 'rooms';
const names = {room: roomId};

/** What clients are told of a room, but for what depends on who asks. */
const record = wire.roomSummary.omit({joined: true});

const settings = wire.update.params.omit({room: true});

export const listRooms = verb({
  name: 'rooms.list',
  area,
  summary: 'List the rooms',
  description: 'By name, private ones included.',
  effect: 'reads',
  names: {},
  input: pageQuery,
  output: z.strictObject({rooms: z.array(record), cursor: nextCursor}),
  run: async (_names, page, {backstage}) => {
    const {rooms, more} = await backstage.rooms.list(toPage(page));
    return {rooms: rooms.map(describeRoom), ...cursorOf(more, rooms.at(-1)?.room)};
  },
});

export const createRoom = verb({
  name: 'rooms.create',
  area,
  summary: 'Make a room',
  description:
    'Nobody is in it, and nobody owns it until you make somebody its owner. Answers `room_exists` or `too_many_rooms`.',
  effect: 'changes',
  safeToRepeat: false,
  names: {},
  input: wire.create.params,
  output: record,
  target: ({room}) => ({room}),
  run: async (_names, room, {backstage}) => describeRoom(await backstage.rooms.create(room)),
});

export const getRoom = verb({
  name: 'rooms.get',
  area,
  summary: 'Describe a room',
  effect: 'reads',
  names,
  input: nothingElse,
  output: record,
  run: async ({room}, _input, {backstage}) => describeRoom(await backstage.rooms.get(room)),
});

export const updateRoom = verb({
  name: 'rooms.update',
  area,
  summary: 'Change a room’s settings',
  description: `What is not given stays. Members are told by \`room.updated\`. ${atOnce}`,
  effect: 'changes',
  names,
  input: settings,
  output: record,
  run: async ({room}, {title, access, joinAs, slowModeMs, videoCodecs}, {backstage}) =>
    describeRoom(
      await backstage.rooms.update(room, {
        ...(title !== undefined && {title}),
        ...(access !== undefined && {access}),
        ...(joinAs !== undefined && {joinAs}),
        ...(slowModeMs !== undefined && {slowModeMs}),
        ...(videoCodecs !== undefined && {videoCodecs}),
      }),
    ),
});

export const deleteRoom = verb({
  name: 'rooms.delete',
  area,
  summary: 'Delete a room',
  description: `With its members and their roles, its log and what is scheduled into it; its call ends. Those who are in it are told by \`room.deleted\` and \`room.removed\`, and receivers of webhooks by \`room.deleted\`, after all that happened in it before. One that is made of the same name later has nothing of it. There is no way back. If it answers \`unavailable\` or \`timeout\`, repeat it: \`room_deleted\` then says that it is gone. ${atOnce}`,
  effect: 'changes',
  names,
  input: nothingElse,
  output: nothing('It is gone.'),
  run: async ({room}, _input, {backstage}) => {
    await backstage.rooms.delete(room);
    return null;
  },
});
