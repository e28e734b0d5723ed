import {room as rooms, type CallRight} from '@parley/protocol';
import {expect, test} from 'vitest';
import {FakeTrack} from '../../test/fakes/fake-track.js';
import {until} from '../../test/fakes/hand-turned-clock.js';
import {begin} from '../../test/fakes/in-call.js';

test('[PERM13] what may not be published any more ends, and the application is told why; the rest goes on', async () => {
  const {parley, harness, server, call} = await begin({
    microphone: new FakeTrack('audio'),
    camera: new FakeTrack('video'),
  });
  await until(() => server.producers.size === 2);
  const problems: string[] = [];
  const ended: string[] = [];
  call.on('problem', ({message}) => problems.push(message));
  call.on('unpublished', ({source}) => ended.push(source));
  const become = (...rights: CallRight[]): void => {
    const standing = {role: 'member' as const, may: [], over: [], call: rights};
    harness.server.tell(rooms.rights.name, {room: 'lobby', standing});
  };
  become('join', 'audio');
  await until(() => ended.length > 0);
  expect([...call.published.keys()]).toEqual(['microphone']);
  expect([ended, problems]).toEqual([['camera'], ['The camera may not be published any more.']]);
  expect(call.state).toEqual({status: 'connected'});

  // Given back, it is the person's to begin again.
  become('join', 'audio', 'video');
  await call.publish('camera', new FakeTrack('video'));
  expect([...call.published.keys()].sort()).toEqual(['camera', 'microphone']);
  await parley.close();
});
