import {call as definitions, ParleyError, people} from '@parley/protocol';
import {expect, test, vi} from 'vitest';
import {FakeTrack} from '../../test/fakes/fake-track.js';
import {until} from '../../test/fakes/hand-turned-clock.js';
import {Harness} from '../../test/fakes/harness.js';
import {begin} from '../../test/fakes/in-call.js';
import {ScriptedCall} from '../../test/fakes/scripted-call.js';

const room = 'lobby';
const who = {session: 'session-eve', user: 'eve', name: 'Eve', since: 1};

/** A client that has begun to join a call with a lobby. */
async function knocking() {
  const harness = new Harness();
  const server = new ScriptedCall(harness.server);
  server.openLobby();
  const parley = harness.connect();
  const joined = await parley.join(room, {create: true});
  const abort = new AbortController();
  let waits = 0;
  const joining = joined.call.join({onWaiting: () => (waits += 1), signal: abort.signal});
  joining.catch(() => undefined);
  // The code for calls is loaded meanwhile.
  await vi.waitFor(
    () => {
      expect(waits).toBe(1);
    },
    {timeout: 15_000},
  );
  return {harness, server, parley, joined, joining, abort, waits: () => waits};
}

test('[PEER1] joining waits in the lobby, over a resume too, and goes on when it is let in', async () => {
  const {harness, server, parley, joining, waits} = await knocking();
  harness.server.cut();
  await until(() => server.asked(people.knock.name) === 2);
  expect(server.asked(definitions.join.name)).toBe(1);
  server.letIn();
  const call = await joining;
  expect(call.state).toEqual({status: 'connected'});
  expect(waits()).toBe(1);
  await parley.close();
});

test('[PEER2] who is not let in is told why, and a wait that is ended ends on the server too', async () => {
  const denied = await knocking();
  denied.harness.server.tell(definitions.closed.name, {room, reason: 'denied'});
  await expect(denied.joining).rejects.toMatchObject({code: 'call_denied'});
  expect(denied.joined.call.current).toBeUndefined();
  await denied.parley.close();
  const bored = await knocking();
  bored.abort.abort();
  await expect(bored.joining).rejects.toMatchObject({code: 'not_in_call'});
  await until(() => bored.server.asked(definitions.leave.name) === 1);
  await bored.parley.close();
});

test('[PEER4] who is muted by somebody sends nothing, knows by whom, and can speak again', async () => {
  const {harness, parley, server, call} = await begin();
  const local = await call.publish('microphone', new FakeTrack('audio'));
  const [producer] = server.producers.keys();
  const told = new Promise((resolve) => call.on('muted', resolve));
  harness.server.tell(people.muted.name, {room, producers: [producer], by: 'ann'});
  await expect(told).resolves.toEqual({tracks: [local], by: 'ann'});
  expect(local.paused).toBe(true);
  expect(server.asked(definitions.producerPause.name)).toBe(0);
  await local.resume();
  expect(local.paused).toBe(false);
  expect(server.asked(definitions.producerResume.name)).toBe(1);
  const again = new Promise((resolve) => call.on('muted', resolve));
  harness.server.tell(people.muted.name, {room, producers: [producer]});
  await expect(again).resolves.toEqual({tracks: [local], by: undefined});
  expect(local.paused).toBe(true);
  await parley.close();
});

test('[PEER1] [PEER7] [PEER8] who waits, hands, names, reactions and the lock are told as they change', async () => {
  const {harness, parley, server, call} = await begin();
  const tell = (event: {name: string}, payload: object) => {
    harness.server.tell(event.name, {room, ...payload});
  };
  const reactions: unknown[] = [];
  call.on('reaction', (each) => reactions.push(each));
  server.arrive('session-bob');
  const profile = {role: 'moderator', rights: ['join', 'moderate'], handRaisedAt: 5, metadata: {desk: '4'}} as const;
  const bob = {peer: 'session-bob', user: 'bob', change: 'updated', profile, at: 2};
  tell(definitions.peer, {...bob, name: 'Bobby'});
  tell(people.waiting, {...who, change: 'waiting'});
  tell(people.reactions, {reactions: [{peer: 'session-bob', reaction: '👏', count: 3}]});
  const limits = {peers: 2, producers: 0, producersPerPeer: 4, bitrate: 0, videos: 0, voices: 0};
  tell(people.settings, {locked: true, lobby: true, limits, recordable: 'mixed'});
  await until(() => call.settings.locked);
  expect(call.participants.get('session-bob')).toMatchObject({name: 'Bobby', handRaisedAt: 5, metadata: {desk: '4'}});
  expect([...call.waiting.values()]).toEqual([who]);
  expect(reactions).toEqual([{peer: 'session-bob', reaction: '👏', count: 3}]);
  expect(call.settings).toEqual({locked: true, lobby: true, limits, recordable: 'mixed'});
  tell(people.waiting, {...who, change: 'gone'});
  await until(() => call.waiting.size === 0);
  await parley.close();
});

test('[CALL40] [CALL44] that a call is recorded is told with who began it, and why it is not any more, once each', async () => {
  const {harness, parley, call} = await begin();
  const news: unknown[] = [];
  call.on('recording', (each) => news.push(each));
  const limits = {peers: 2, producers: 0, producersPerPeer: 4, bitrate: 0, videos: 0, voices: 0};
  const standing = {room, locked: false, lobby: false, limits, recordable: 'mixed'};
  const recording = {since: 7, by: {user: 'ann', name: 'Ann'}, mixed: true};
  const recordingEnded = {reason: 'diskFull'};
  harness.server.tell(people.settings.name, {...standing, recording});
  harness.server.tell(people.settings.name, {...standing, locked: true, recording});
  harness.server.tell(people.settings.name, {...standing, recordingEnded});
  harness.server.tell(people.settings.name, {...standing, lobby: true});
  await until(() => call.settings.lobby);
  expect(news).toEqual([
    {state: 'on', ...recording},
    {state: 'off', ended: recordingEnded},
  ]);
  expect(call.settings.recording).toBeUndefined();
  await parley.close();
});

test('[CALL44] who was away when a recording ended is told why by the resume', async () => {
  const {harness, server, parley, call} = await begin();
  const news: unknown[] = [];
  call.on('recording', (each) => news.push(each));
  const recording = {since: 7, mixed: false};
  harness.server.tell(people.settings.name, {room, ...call.settings, recording});
  await until(() => news.length === 1);
  server.recordingEnded = {reason: 'tooLong'};
  harness.server.cut();
  await until(() => news.length === 2);
  expect(news).toEqual([
    {state: 'on', ...recording},
    {state: 'off', ended: {reason: 'tooLong'}},
  ]);
  await parley.close();
});

test('[PEER5] a call that one is put out of ends with that as its reason', async () => {
  const {harness, parley, call} = await begin();
  harness.server.tell(definitions.closed.name, {room, reason: 'kicked'});
  await until(() => call.state.status === 'ended');
  expect(call.state).toEqual({status: 'ended', reason: 'kicked'});
  await parley.close();
});

test('[PEER3] a call that was lost and is locked by now is not waited for', async () => {
  const {harness, parley, server, call} = await begin();
  harness.server.on.set(definitions.join.name, () => {
    throw new ParleyError('call_locked');
  });
  server.lose();
  await until(() => call.state.status === 'ended');
  expect(call.state).toEqual({status: 'ended', reason: 'denied'});
  await parley.close();
});
