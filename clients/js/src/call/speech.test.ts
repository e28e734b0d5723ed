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

test('[CALL25] how well others are connected is told while somebody listens, oneself always; a resume brings what stands', async () => {
  const {harness, parley, server, call} = await begin();
  const told: string[] = [];
  const poor = {peer: 'session-bob', quality: 'poor', reasons: ['downlink', 'bandwidth']} as const;
  call.on('quality', ({peer, quality}) => told.push(`${peer} ${quality}`));
  await until(() => server.followed.join() === 'quality');
  harness.server.tell(callNews.quality.name, {room: 'lobby', peers: [poor]});
  await until(() => told.length === 1);
  expect(call.quality.get('session-bob')).toEqual(poor);
  harness.server.cut();
  server.quality = [{peer: 'session-eve', quality: 'fair', reasons: ['delay']}];
  await until(() => told.length === 3);
  expect(told).toEqual(['session-bob poor', 'session-bob good', 'session-eve fair']);
  expect([...call.quality.keys()]).toEqual(['session-eve']);
  server.lose();
  await until(() => call.quality.size === 0);
  await parley.close();
});
