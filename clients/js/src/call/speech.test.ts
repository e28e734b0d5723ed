import {callNews} from '@parley/protocol';
import {expect, test} from 'vitest';
import {until} from '../../test/fakes/hand-turned-clock.js';
import {begin} from '../../test/fakes/in-call.js';

test('[CALL19] [CALL20] the server is asked for what is listened to, as long as it is, and again after a rebuild', async () => {
  const {harness, parley, server, call} = await begin();
  const speakers: (string | undefined)[] = [];
  const unlisten = call.on('speaker', ({peer}) => speakers.push(peer));
  const also = call.on('speaker', () => undefined);
  const levels: [string, number][][] = [];
  const deaf = call.on('levels', (told) => levels.push([...told]));
  await until(() => server.followed.length === 2);
  expect(server.asked(callNews.follow.name)).toBe(1);
  harness.server.tell(callNews.speaker.name, {room: 'lobby', peer: 'session-bob'});
  harness.server.tell(callNews.levels.name, {room: 'lobby', levels: [{peer: 'session-bob', level: -30}]});
  await until(() => levels.length === 1);
  expect([speakers, call.speaker, levels]).toEqual([['session-bob'], 'session-bob', [[['session-bob', -30]]]]);

  server.lose();
  await until(() => server.followed.length === 2);
  expect(call.speaker).toBeUndefined();
  deaf();
  unlisten();
  unlisten();
  await until(() => server.followed.join() === 'speaker');
  also();
  await until(() => server.followed.length === 0);
  await parley.close();
});

test('[CALL19] a resume brings the speaker of this moment', async () => {
  const {harness, parley, server, call} = await begin();
  const told = new Promise((resolve) => call.on('speaker', resolve));
  await until(() => server.followed.length === 1);
  harness.server.cut();
  server.speaker = 'session-eve';
  await expect(told).resolves.toEqual({peer: 'session-eve'});
  await parley.close();
});
