import {call as definitions, ParleyError} from '@parley/protocol';
import {expect, test} from 'vitest';
import {FakeTrack} from '../../test/fakes/fake-track.js';
import {until} from '../../test/fakes/hand-turned-clock.js';
import {Harness} from '../../test/fakes/harness.js';
import {begin} from '../../test/fakes/in-call.js';
import {ScriptedCall} from '../../test/fakes/scripted-call.js';
import type {Call} from './call.js';

const sources = (call: Call, peer: string): string[] => [...(call.participants.get(peer)?.tracks.keys() ?? [])];

test('[CALL3] joining lists who is there, publishes what is asked for and receives what is offered', async () => {
  const microphone = new FakeTrack('audio');
  const {parley, server, call} = await begin({microphone, camera: new FakeTrack('video')}, (prepared) => {
    prepared.arrive('session-bob');
    prepared.publish('session-bob', 'microphone');
    prepared.publish('session-bob', 'camera');
  });
  await until(() => server.ready.size === 2);
  expect(call.state).toEqual({status: 'connected'});
  expect(call.participants.get('session-bob')).toMatchObject({user: 'session-bob', state: 'connected'});
  expect(sources(call, 'session-bob')).toEqual(['microphone', 'camera']);
  expect([...server.producers.values()].map(({source}) => source)).toEqual(['microphone', 'camera']);
  expect(call.published.get('microphone')?.track).toBe(microphone);
  await parley.close();
  expect(call.state).toEqual({status: 'ended', reason: 'closed'});
});

test('[CALL5] a batch is set up together and confirmed together', async () => {
  const {parley, server, call} = await begin({}, (prepared) => {
    for (const peer of ['session-bob', 'session-eve', 'session-joe']) {
      prepared.arrive(peer);
      prepared.publish(peer, 'microphone');
    }
  });
  await until(() => server.ready.size === 3);
  expect(server.asked(definitions.consumersReady.name)).toBe(1);
  expect(call.participants.size).toBe(3);
  await parley.close();
});

test('[CALL3] a consumer whose end comes before its offer never shows up', async () => {
  const {parley, harness, server, call} = await begin();
  const tracks: unknown[] = [];
  call.on('track', (track) => tracks.push(track));
  server.arrive('session-bob');
  const gone = server.publish('session-bob', 'camera', false);
  server.closeConsumer(gone);
  harness.server.tell(definitions.consumersOffered.name, {room: 'lobby', consumers: [gone]});
  server.publish('session-bob', 'microphone');
  await until(() => tracks.length === 1);
  expect(sources(call, 'session-bob')).toEqual(['microphone']);
  await parley.close();
});

test('[CALL3] a consumer that ends while the browser sets it up is not confirmed', async () => {
  const {parley, server, call} = await begin();
  server.arrive('session-bob');
  const first = server.publish('session-bob', 'camera');
  server.closeConsumer(first);
  const second = server.publish('session-bob', 'camera');
  await until(() => server.ready.size > 0);
  expect([...server.ready]).toEqual([second.consumer]);
  expect(call.participants.get('session-bob')?.tracks.size).toBe(1);
  await parley.close();
});

test('[CALL7] mute is silent at once and told to the server; of others it is told by event', async () => {
  const track = new FakeTrack('audio');
  const {harness, parley, server, call} = await begin({microphone: track});
  const own = call.published.get('microphone')!;
  const paused = own.pause();
  expect([own.paused, track.enabled]).toEqual([true, false]);
  await paused;
  expect([...server.producers.values()]).toMatchObject([{paused: true}]);
  await own.resume();
  expect([...server.producers.values()]).toMatchObject([{paused: false}]);

  server.arrive('session-bob');
  const {producer, peer, kind, source} = server.publish('session-bob', 'microphone');
  await until(() => server.ready.size === 1);
  const changed = new Promise((resolve) => call.on('trackChanged', resolve));
  harness.server.tell(definitions.producer.name, {room: 'lobby', producer, peer, kind, source, change: 'paused'});
  await expect(changed).resolves.toMatchObject({peer: 'session-bob', paused: true});
  expect(call.participants.get('session-bob')?.tracks.get('microphone')?.paused).toBe(true);
  await parley.close();
});

test('a device is changed without publishing anew, and its end unpublishes', async () => {
  const {parley, server, call} = await begin({camera: new FakeTrack('video')});
  const own = call.published.get('camera')!;
  await expect(call.publish('camera', new FakeTrack('video'))).rejects.toMatchObject({code: 'conflict'});
  const other = new FakeTrack('video');
  await own.replace(other);
  expect(server.asked(definitions.produce.name)).toBe(1);
  const ended = new Promise((resolve) => call.on('unpublished', resolve));
  other.unplug();
  await expect(ended).resolves.toBe(own);
  await until(() => server.producers.size === 0);
  expect([own.status, call.published.size]).toEqual(['ended', 0]);
  await call.publish('camera', new FakeTrack('video'));
  await parley.close();
});

test('[CALL8] a resume leaves media as it is and takes over what changed meanwhile', async () => {
  const {harness, parley, server, call, states} = await begin({microphone: new FakeTrack('audio')}, (prepared) => {
    prepared.arrive('session-bob');
    prepared.publish('session-bob', 'microphone');
    prepared.arrive('session-eve');
  });
  await until(() => server.ready.size === 1);
  const changes: string[] = [];
  call.on('participant', ({participant, change}) => changes.push(`${participant.peer} ${change}`));
  call.on('track', ({peer, source}) => changes.push(`${peer} ${source}`));
  const before = call.participants.get('session-bob')?.tracks.get('microphone')?.track;
  const {length} = harness.devices.transports;
  harness.server.cut();
  server.others.delete('session-eve');
  const offer = server.publish('session-bob', 'camera', false);
  await until(() => server.ready.has(offer.consumer));
  expect(states).toEqual([{status: 'reconnecting', reason: 'signaling'}, {status: 'connected'}]);
  expect(changes).toEqual(['session-eve left', 'session-bob camera']);
  expect(call.participants.get('session-bob')?.tracks.get('microphone')?.track).toBe(before);
  expect(harness.devices.transports).toHaveLength(length);
  expect(server.asked(definitions.produce.name)).toBe(1);
  await parley.close();
});

test('[CALL8] consumers that ended during the outage end here too', async () => {
  const {harness, parley, server, call} = await begin({}, (prepared) => {
    prepared.arrive('session-bob');
    prepared.publish('session-bob', 'microphone');
  });
  await until(() => server.ready.size === 1);
  const ended = new Promise((resolve) => call.on('trackEnded', resolve));
  server.offered.clear();
  harness.server.cut();
  await expect(ended).resolves.toMatchObject({peer: 'session-bob', source: 'microphone'});
  expect(sources(call, 'session-bob')).toEqual([]);
  await parley.close();
});

test('[CALL13] a lost call is rebuilt with what was published, muted as it was', async () => {
  const microphone = new FakeTrack('audio');
  const {harness, parley, server, call, states} = await begin(
    {microphone, camera: new FakeTrack('video')},
    (prepared) => {
      prepared.arrive('session-bob');
      prepared.publish('session-bob', 'microphone');
    },
  );
  await until(() => server.ready.size === 1);
  await call.published.get('microphone')!.pause();
  server.lose();
  await until(() => states.length > 0);
  server.publish('session-bob', 'microphone');
  await until(() => call.state.status === 'connected');
  expect(states).toEqual([{status: 'reconnecting', reason: 'lost'}, {status: 'connected'}]);
  expect([...server.producers.values()]).toMatchObject([
    {source: 'microphone', paused: true},
    {source: 'camera', paused: false},
  ]);
  expect([call.published.get('microphone')?.track, microphone.readyState]).toEqual([microphone, 'live']);
  expect(harness.devices.transports.filter(({closed}) => !closed)).toHaveLength(2);
  await until(() => sources(call, 'session-bob').length === 1);
  await parley.close();
});

test('[CALL13] a session that could not be resumed rebuilds its call as a new peer', async () => {
  const {harness, parley, server, call} = await begin({microphone: new FakeTrack('audio')});
  harness.server.forget();
  harness.server.cut();
  server.joined = undefined;
  server.transports = [];
  server.producers.clear();
  await until(() => call.state.status === 'connected' && server.producers.size === 1);
  expect(server.joined).toBe('session-2');
  await parley.close();
});

test('[CALL13] rebuilding is tried again while it fails, and given up in the end', async () => {
  const {harness, parley, server, call} = await begin({microphone: new FakeTrack('audio')});
  harness.server.on.set(definitions.prepare.name, () => {
    throw new ParleyError('calls_unavailable');
  });
  server.lose();
  await harness.clock.turn(2_000);
  expect(call.state).toEqual({status: 'reconnecting', reason: 'lost'});
  await harness.clock.turn(60_000);
  expect(call.state).toEqual({status: 'ended', reason: 'lost'});
  expect(call.published.size).toBe(0);
  await parley.close();
});

test('a broken path is repaired by ICE restarts with rising generations', async () => {
  const {harness, parley, server, states} = await begin({microphone: new FakeTrack('audio')});
  const restarts = (): unknown[] =>
    harness.server.asked.filter(({name}) => name === definitions.transportRestartIce.name).map(({params}) => params);
  const transport = harness.devices.transport('send').id;
  harness.devices.path('send', 'connected');
  harness.devices.path('send', 'disconnected');
  await until(() => states.length === 1);
  expect(states).toEqual([{status: 'reconnecting', reason: 'media'}]);
  await harness.clock.turn(1_000);
  expect(restarts()).toEqual([{room: 'lobby', transport, generation: 1}]);
  await harness.clock.turn(4_000);
  expect(restarts().at(-1)).toEqual({room: 'lobby', transport, generation: 2});
  harness.devices.path('send', 'connected');
  await until(() => states.length === 2);
  await harness.clock.turn(60_000);
  expect(restarts()).toHaveLength(2);
  expect(server.asked(definitions.join.name)).toBe(1);
  await parley.close();
});

test('[CALL35] where a path can neither be repaired nor replaced the call is left and joined anew', async () => {
  const {harness, parley, server, call} = await begin({microphone: new FakeTrack('audio')});
  server.transports = [];
  harness.devices.path('send', 'failed');
  await harness.clock.turn(20_000);
  await until(() => call.state.status === 'connected');
  expect([server.asked(definitions.leave.name), server.asked(definitions.join.name)]).toEqual([1, 2]);
  expect(server.producers.size).toBe(1);
  await parley.close();
});

test('[CALL10] leaving ends everything here and there', async () => {
  const microphone = new FakeTrack('audio');
  const {harness, parley, server, call} = await begin({microphone}, (prepared) => {
    prepared.arrive('session-bob');
  });
  await call.leave();
  await call.leave();
  expect(call.state).toEqual({status: 'ended', reason: 'left'});
  expect([call.participants.size, call.published.size, server.joined]).toEqual([0, 0, undefined]);
  expect(harness.devices.transports.every(({closed}) => closed)).toBe(true);
  // Given by the application, which may go on using it.
  expect(microphone.readyState).toBe('live');
  await expect(call.publish('camera', new FakeTrack('video'))).rejects.toMatchObject({code: 'not_in_call'});
  await parley.close();
});

test.each(['ended', 'removed'] as const)('[CALL10] a call that is %s for this peer ends here', async (reason) => {
  const {harness, parley, call} = await begin();
  harness.server.tell(definitions.closed.name, {room: 'lobby', reason});
  await until(() => call.state.status === 'ended');
  expect(call.state).toEqual({status: 'ended', reason});
  await parley.close();
});

test('[CALL11] a refused join says why and can be tried again', async () => {
  const harness = new Harness();
  const server = new ScriptedCall(harness.server);
  const parley = harness.connect();
  const room = await parley.join('lobby', {create: true});
  const join = harness.server.on.get(definitions.join.name)!;
  harness.server.on.set(definitions.join.name, () => {
    throw new ParleyError('call_full');
  });
  await expect(room.call.join()).rejects.toMatchObject({code: 'call_full'});
  expect(room.call.current).toBeUndefined();
  harness.server.on.set(definitions.join.name, join);
  const call = await room.call.join();
  await expect(room.call.join()).rejects.toMatchObject({code: 'conflict'});
  expect(server.joined).toBe('session-1');
  await call.leave();
  await parley.close();
});

test('[CALL4] answers lost with the connection are asked for again, and nothing is made twice', async () => {
  const harness = new Harness();
  const server = new ScriptedCall(harness.server);
  const parley = harness.connect();
  const room = await parley.join('lobby', {create: true});
  const ids = new Set<unknown>();
  let lost = false;
  harness.server.loseAnswer = (name) => {
    if (name !== definitions.join.name || lost) return false;
    lost = true;
    queueMicrotask(() => {
      harness.server.cut();
    });
    return true;
  };
  const call = await room.call.join();
  for (const {name, params} of harness.server.asked) {
    if (name === definitions.join.name) ids.add(definitions.join.params.parse(params).id);
  }
  expect([server.asked(definitions.join.name), ids.size]).toEqual([2, 1]);
  expect(call.state).toEqual({status: 'connected'});
  await parley.close();
});
