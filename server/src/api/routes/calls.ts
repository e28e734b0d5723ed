import {call, people, roomId} from '@parley/protocol';
import type {CallAdministration} from '@parley/signaling';
import {z} from 'zod';
import type {Api} from '../instance.js';
import {refusals} from '../openapi.js';
import {cursorOf, nextCursor, nothing, pageQuery, toPage} from './page.js';

const params = z.strictObject({room: roomId});
const count = z.number().int().min(0);
const node = z.string().meta({description: 'The node that runs it.'});

const overview = z.strictObject({
  room: roomId,
  node,
  startedAt: z.number().int().meta({description: 'Milliseconds since the Unix epoch.'}),
  peers: count,
  producers: count,
  waiting: count.meta({description: 'Sessions that wait to be let in.'}),
});

const rules = z.strictObject({locked: z.boolean(), lobby: z.boolean(), limits: call.callLimits});

const change = z.strictObject({
  locked: z.boolean().optional().meta({description: 'Of the call that runs; refused with `unknown_call` without one.'}),
  lobby: z.boolean().optional().meta({description: 'Of the room: it outlasts the call.'}),
  limits: people.limits.params
    .omit({room: true})
    .optional()
    .meta({description: 'Of the room. `null`: the server’s own; 0: as many as the server bears.'}),
});

const tags = ['calls'];
const done = 'It has taken effect, and everybody in the call was told.';
const needsCall = 'Answers `unknown_call` if the room has none.';

/** Calls, on whichever node they run: seeing them, and what moderators do. */
export function callRoutes(api: Api, {calls}: {readonly calls: CallAdministration}): void {
  api.get(
    '/calls',
    {
      schema: {
        operationId: 'calls',
        summary: 'List the calls that run',
        description:
          'By room, of all nodes. Nodes that do not answer within 2 s are named; their calls are not listed.',
        tags,
        querystring: pageQuery,
        response: {
          200: z.strictObject({calls: z.array(overview), cursor: nextCursor, missing: z.array(z.string())}),
          ...refusals,
        },
      },
    },
    async ({query}) => {
      const {calls: found, more, missing} = await calls.list(toPage(query));
      return {calls: [...found], missing: [...missing], ...cursorOf(more, found.at(-1)?.room)};
    },
  );

  api.get(
    '/calls/:room',
    {
      schema: {
        operationId: 'call',
        summary: 'Describe a room’s call',
        description: 'Its peers, what they publish, and who waits to be let in. A room without a call is not `active`.',
        tags,
        params,
        response: {200: people.get.result.extend({room: roomId, node: node.optional()}), ...refusals},
      },
    },
    async ({params: {room}}) => calls.get(room),
  );

  api.patch(
    '/calls/:room',
    {
      schema: {
        operationId: 'updateCall',
        summary: 'Lock or unlock a call, open or close its lobby, set its limits',
        description: 'What is not given stays. Peers are told by `call.settings`; nobody who is in has to go.',
        tags,
        params,
        body: change,
        response: {200: rules.meta({description: 'What holds afterwards.'}), ...refusals},
      },
    },
    async ({params: {room}, body: {locked, lobby, limits}, log}) => {
      const after = await calls.set(room, {
        ...(locked !== undefined && {locked}),
        ...(lobby !== undefined && {lobby}),
        ...(limits !== undefined && {limits}),
      });
      log.info({room, locked, lobby, limits}, 'changed what holds for a call');
      return after;
    },
  );

  api.post(
    '/calls/:room/mute',
    {
      schema: {
        operationId: 'muteCall',
        summary: 'Pause what peers publish',
        description: `Their microphones, unless \`sources\` says otherwise: \`["camera", "screen"]\` stops their video. They are told by \`call.muted\`, without \`by\`, and only they can resume it. ${needsCall}`,
        tags,
        params,
        body: people.mute.params.omit({room: true}),
        response: {204: nothing(done), ...refusals},
      },
    },
    async ({params: {room}, body, log}, reply) => {
      await calls.mute(room, body);
      log.info({room, ...body}, 'muted peers of a call');
      return reply.code(204).send(null);
    },
  );

  api.post(
    '/calls/:room/kick',
    {
      schema: {
        operationId: 'kickPeer',
        summary: 'Put a peer out of a call',
        description: `All sessions of its user in the call. From then on, until the call ends, that user has to be let in. A peer that is gone is fine. ${needsCall}`,
        tags,
        params,
        body: people.kick.params.omit({room: true}),
        response: {204: nothing(done), ...refusals},
      },
    },
    async ({params: {room}, body: {peer}, log}, reply) => {
      await calls.kick(room, peer);
      log.info({room, peer}, 'put a peer out of a call');
      return reply.code(204).send(null);
    },
  );

  for (const [verb, definition, operationId, summary] of [
    ['admit', people.admit, 'admitToCall', 'Let in who waits'],
    ['deny', people.deny, 'denyCall', 'Send away who waits'],
  ] as const) {
    api.post(
      `/calls/:room/${verb}`,
      {
        schema: {
          operationId,
          summary,
          description: `${definition.doc} ${needsCall}`,
          tags,
          params,
          body: definition.params.omit({room: true}),
          response: {204: nothing(done), ...refusals},
        },
      },
      async ({params: {room}, body: {sessions}, log}, reply) => {
        await calls[verb](room, sessions);
        log.info({room, sessions}, `${verb === 'admit' ? 'admitted to' : 'denied'} a call`);
        return reply.code(204).send(null);
      },
    );
  }

  api.post(
    '/calls/:room/move',
    {
      schema: {
        operationId: 'moveCall',
        summary: 'Move a call to another node',
        description: `As when its node is about to stop: peers are told \`call.closed\` (\`moved\`) and join again by themselves, and the media that they leave stands meanwhile. ${needsCall}`,
        tags,
        params,
        body: z.strictObject({
          node: z.string().min(1).max(200).optional().meta({
            description: 'One that has media and does not leave. Default: the other one with the fewest peers.',
          }),
        }),
        response: {200: z.strictObject({node: node.meta({description: 'Where it goes on.'})}), ...refusals},
      },
    },
    async ({params: {room}, body, log}) => {
      const moved = await calls.move(room, body.node);
      log.info({room, node: moved.node}, 'moved a call');
      return moved;
    },
  );

  api.post(
    '/calls/:room/end',
    {
      schema: {
        operationId: 'endCall',
        summary: 'End a call for all',
        description: `They are told by \`call.closed\` (\`ended\`). ${needsCall}`,
        tags,
        params,
        response: {204: nothing(done), ...refusals},
      },
    },
    async ({params: {room}, log}, reply) => {
      await calls.end(room);
      log.info({room}, 'ended a call');
      return reply.code(204).send(null);
    },
  );
}
