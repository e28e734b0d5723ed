import {expect, test} from 'vitest';
import {FakeTrack} from '../../test/fakes/fake-track.js';
import {until} from '../../test/fakes/hand-turned-clock.js';
import {begin, type InCall} from '../../test/fakes/in-call.js';
import type {RemoteTrack} from './call.js';

/** In a call with Bob and Cas, who are heard. */
async function together(): Promise<InCall & {ended: RemoteTrack[]; left: string[]}> {
  const inCall = await begin({microphone: new FakeTrack('audio')}, (prepared) => {
    for (const other of ['session-bob', 'session-cas']) {
      prepared.arrive(other);
      prepared.publish(other, 'microphone');
    }
  });
  const {server, call} = inCall;
  await until(() => server.ready.size === 2);
  const ended: RemoteTrack[] = [];
  const left: string[] = [];
  call.on('trackEnded', (track) => ended.push(track));
  call.on('participant', ({change, participant}) => {
    if (change === 'left') left.push(participant.peer);
  });
  return {...inCall, ended, left};
}

const trackOf = ({call}: InCall, peer: string): MediaStreamTrack | undefined =>
  call.participants.get(peer)?.tracks.get('microphone')?.track;
const openTransports = ({harness}: InCall): number => harness.devices.transports.filter(({closed}) => !closed).length;

test('[CALL31] while a call moves nothing ends before it is there anew', async () => {
  const inCall = await together();
  const {harness, parley, server, states, ended, left} = inCall;
  const before = trackOf(inCall, 'session-bob');
  server.move();
  await until(() => states.at(-1)?.status === 'connected');
  expect(states).toEqual([{status: 'reconnecting', reason: 'moved'}, {status: 'connected'}]);
  expect([...server.producers.values()]).toMatchObject([{source: 'microphone', paused: false}]);
  // Nobody else has come over yet: all are there, and heard, as they were.
  expect([ended, left]).toEqual([[], []]);
  expect(trackOf(inCall, 'session-bob')).toBe(before);
  expect(openTransports(inCall)).toBe(4);

  server.arrive('session-bob');
  server.publish('session-bob', 'microphone');
  await until(() => trackOf(inCall, 'session-bob') !== before);
  expect(ended.map(({track}) => track)).toEqual([before]);
  expect(inCall.call.participants.get('session-bob')?.state).toBe('connected');

  // Who did not come over is gone, and so is what was left behind.
  await harness.clock.turn(2_000);
  expect(left).toEqual(['session-cas']);
  expect([...inCall.call.participants.keys()]).toEqual(['session-bob']);
  expect(openTransports(inCall)).toBe(2);
  await parley.close();
});

test('[CALL31] who mutes while the call moves is silent on both sides of it', async () => {
  const inCall = await together();
  const {parley, server, call, states} = inCall;
  const {track} = call.published.get('microphone')!;
  server.move();
  await call.published.get('microphone')!.pause();
  expect(track.enabled).toBe(false);
  await until(() => states.at(-1)?.status === 'connected');
  expect(track.enabled).toBe(false);
  expect([...server.producers.values()]).toMatchObject([{source: 'microphone', paused: true}]);
  await parley.close();
});

test('[CALL31] a call that is lost while it moves is rebuilt, without what was left behind', async () => {
  const inCall = await together();
  const {parley, server, states, left} = inCall;
  server.move();
  server.lose();
  await until(() => states.at(-1)?.status === 'connected');
  expect(left.sort()).toEqual(['session-bob', 'session-cas']);
  expect(openTransports(inCall)).toBe(2);
  await parley.close();
});
