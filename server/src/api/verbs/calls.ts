import {call, people, roomId} from '@parley/protocol';
import {z} from 'zod';
import {cursorOf, nextCursor, nothing, pageQuery, toPage} from './page.js';
import {nothingElse, verb} from './verb.js';

const area = 'calls';
const names = {room: roomId};
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

const done = nothing('It has taken effect, and everybody in the call was told.');
const needsCall = 'Answers `unknown_call` if the room has none.';

export const listCalls = verb({
  name: 'calls.list',
  area,
  summary: 'List the calls that run',
  description: 'By room, of all nodes. Nodes that do not answer within 2 s are named; their calls are not listed.',
  effect: 'reads',
  names: {},
  input: pageQuery,
  output: z.strictObject({calls: z.array(overview), cursor: nextCursor, missing: z.array(z.string())}),
  run: async (_names, page, {backstage}) => {
    const {calls, more, missing} = await backstage.calls.list(toPage(page));
    return {calls: [...calls], missing: [...missing], ...cursorOf(more, calls.at(-1)?.room)};
  },
});

export const getCall = verb({
  name: 'calls.get',
  area,
  summary: 'Describe a room’s call',
  description: 'Its peers, what they publish, and who waits to be let in. A room without a call is not `active`.',
  effect: 'reads',
  names,
  input: nothingElse,
  output: people.get.result.extend({room: roomId, node: node.optional()}),
  run: ({room}, _input, {backstage}) => backstage.calls.get(room),
});

export const updateCall = verb({
  name: 'calls.update',
  area,
  summary: 'Lock or unlock a call, open or close its lobby, set its limits',
  description: 'What is not given stays. Peers are told by `call.settings`; nobody who is in has to go.',
  effect: 'changes',
  names,
  input: change,
  output: rules.meta({description: 'What holds afterwards.'}),
  target: (input) => input,
  run: ({room}, {locked, lobby, limits}, {backstage}) =>
    backstage.calls.set(room, {
      ...(locked !== undefined && {locked}),
      ...(lobby !== undefined && {lobby}),
      ...(limits !== undefined && {limits}),
    }),
});

export const muteCall = verb({
  name: 'calls.mute',
  area,
  summary: 'Pause what peers publish',
  description: `Their microphones, unless \`sources\` says otherwise: \`["camera", "screen"]\` stops their video. They are told by \`call.muted\`, without \`by\`, and only they can resume it. ${needsCall}`,
  effect: 'changes',
  names,
  input: people.mute.params.omit({room: true}),
  output: done,
  target: (input) => input,
  run: async ({room}, whom, {backstage}) => {
    await backstage.calls.mute(room, whom);
    return null;
  },
});

export const kickPeer = verb({
  name: 'calls.kick',
  area,
  summary: 'Put a peer out of a call',
  description: `All sessions of its user in the call. From then on, until the call ends, that user has to be let in. A peer that is gone is fine. ${needsCall}`,
  effect: 'changes',
  names,
  input: people.kick.params.omit({room: true}),
  output: done,
  target: (input) => input,
  run: async ({room}, {peer}, {backstage}) => {
    await backstage.calls.kick(room, peer);
    return null;
  },
});

export const admitToCall = verb({
  name: 'calls.admit',
  area,
  summary: 'Let in who waits',
  description: `${people.admit.doc} ${needsCall}`,
  effect: 'changes',
  names,
  input: people.admit.params.omit({room: true}),
  output: done,
  target: (input) => input,
  run: async ({room}, {sessions}, {backstage}) => {
    await backstage.calls.admit(room, sessions);
    return null;
  },
});

export const denyCall = verb({
  name: 'calls.deny',
  area,
  summary: 'Send away who waits',
  description: `${people.deny.doc} ${needsCall}`,
  effect: 'changes',
  names,
  input: people.deny.params.omit({room: true}),
  output: done,
  target: (input) => input,
  run: async ({room}, {sessions}, {backstage}) => {
    await backstage.calls.deny(room, sessions);
    return null;
  },
});

export const moveCall = verb({
  name: 'calls.move',
  area,
  summary: 'Move a call to another node, or to another worker',
  description: `As when its node is about to stop: peers are told \`call.closed\` (\`moved\`) and join again by themselves, and the media that they leave stands meanwhile. ${needsCall}`,
  effect: 'changes',
  safeToRepeat: false,
  names,
  input: z.strictObject({
    node: z.string().min(1).max(200).optional().meta({
      description: 'One that has media and does not leave. Default: the other one with the fewest peers.',
    }),
    otherWorker: z.boolean().optional().meta({
      description:
        'The call stays with its node, and what that carries of it goes to other media workers of it. Refused with `invalid_payload` if all of them carry it already, and with `overloaded` while the others are full.',
    }),
  }),
  output: z.strictObject({node: node.meta({description: 'Where it goes on.'})}),
  target: (input) => input,
  run: ({room}, {node: to, otherWorker}, {backstage}) =>
    backstage.calls.move(room, {
      ...(to !== undefined && {node: to}),
      ...(otherWorker !== undefined && {otherWorker}),
    }),
});

export const startRecording = verb({
  name: 'calls.recording.start',
  area,
  summary: 'Begin to record a call',
  description: `Each track goes to a file on the node that runs the call. Everybody in it is told by \`call.settings\`. A call that is recorded is fine. Answers \`recording_unavailable\` if it cannot be, and why. ${needsCall}`,
  effect: 'changes',
  names,
  input: z
    .strictObject({
      mixed: z.boolean().optional().meta({
        description: 'One file is made of all tracks afterwards. Default: as `PARLEY_RECORDING_MIXED` says.',
      }),
    })
    .optional(),
  output: done,
  run: async ({room}, input, {backstage}) => {
    await backstage.calls.record(room, true, input?.mixed === undefined ? {} : {mixed: input.mixed});
    return null;
  },
});

export const stopRecording = verb({
  name: 'calls.recording.stop',
  area,
  summary: 'End the recording of a call',
  description: `Everybody in it is told by \`call.settings\`; the files are finished soon. A call that is not recorded is fine. ${needsCall}`,
  effect: 'changes',
  names,
  input: nothingElse,
  output: done,
  run: async ({room}, _input, {backstage}) => {
    await backstage.calls.record(room, false);
    return null;
  },
});

export const endCall = verb({
  name: 'calls.end',
  area,
  summary: 'End a call for all',
  description: `They are told by \`call.closed\` (\`ended\`). ${needsCall}`,
  effect: 'changes',
  safeToRepeat: false,
  names,
  input: nothingElse,
  output: done,
  run: async ({room}, _input, {backstage}) => {
    await backstage.calls.end(room);
    return null;
  },
});
