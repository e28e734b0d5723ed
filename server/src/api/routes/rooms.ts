import {room as wire, roomId} from '@parley/protocol';
import {describeRoom, type RoomAdministration} from '@parley/signaling';
import {z} from 'zod';
import type {Api} from '../instance.js';
import {refusals} from '../openapi.js';
import {atOnce, cursorOf, nextCursor, pageQuery, toPage} from './page.js';

const params = z.strictObject({room: roomId});

/** What clients are told of a room, but for what depends on who asks. */
const record = wire.roomSummary.omit({joined: true});

const settings = wire.update.params.omit({room: true});

const tags = ['rooms'];

/** Making rooms, and what they are like. */
export function roomRoutes(api: Api, {rooms}: {readonly rooms: RoomAdministration}): void {
  api.get(
    '/rooms',
    {
      schema: {
        operationId: 'rooms',
        summary: 'List the rooms',
        description: 'By name, private ones included.',
        tags,
        querystring: pageQuery,
        response: {200: z.strictObject({rooms: z.array(record), cursor: nextCursor}), ...refusals},
      },
    },
    async ({query}) => {
      const {rooms: found, more} = await rooms.list(toPage(query));
      return {rooms: found.map(describeRoom), ...cursorOf(more, found.at(-1)?.room)};
    },
  );

  api.post(
    '/rooms',
    {
      schema: {
        operationId: 'createRoom',
        summary: 'Make a room',
        description:
          'Nobody is in it, and nobody owns it until you make somebody its owner. Answers `room_exists` or `too_many_rooms`.',
        tags,
        body: wire.create.params,
        response: {200: record, ...refusals},
      },
    },
    async ({body, log}) => {
      const made = await rooms.create(body);
      log.info({room: made.room}, 'made a room');
      return describeRoom(made);
    },
  );

  api.get(
    '/rooms/:room',
    {schema: {operationId: 'room', summary: 'Describe a room', tags, params, response: {200: record, ...refusals}}},
    async ({params: {room}}) => describeRoom(await rooms.get(room)),
  );

  api.patch(
    '/rooms/:room',
    {
      schema: {
        operationId: 'updateRoom',
        summary: 'Change a room’s settings',
        description: `What is not given stays. Members are told by \`room.updated\`. ${atOnce}`,
        tags,
        params,
        body: settings,
        response: {200: record, ...refusals},
      },
    },
    async ({params: {room}, body, log}) => {
      const {title, access, joinAs, slowModeMs, videoCodecs} = body;
      const changed = await rooms.update(room, {
        ...(title !== undefined && {title}),
        ...(access !== undefined && {access}),
        ...(joinAs !== undefined && {joinAs}),
        ...(slowModeMs !== undefined && {slowModeMs}),
        ...(videoCodecs !== undefined && {videoCodecs}),
      });
      log.info({room, ...body}, 'changed a room');
      return describeRoom(changed);
    },
  );
}
