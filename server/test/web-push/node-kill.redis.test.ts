import {expect, test} from 'vitest';
import {startRedis} from '../redis-server.js';
import {spawnNode} from '../spawn-node.js';
import {PushEndpoint} from './push-endpoint.js';
import {outcomeOf, pushTo, subscribeAndLeave, vapid, webPushEnvironment} from './web-push-node.js';

test('[WPUSH7] the node that sends is killed with notes in the queue: each is sent by the other, once', async () => {
  await using redis = await startRedis();
  await using endpoint = await PushEndpoint.start(vapid.publicKey);
  const env = {
    ...webPushEnvironment,
    REDIS_URL: redis.url,
    PARLEY_HEARTBEAT: '200ms',
    PARLEY_NODE_TIMEOUT: '1s',
    PARLEY_LEASE: '1s',
  };
  await using doomed = await spawnNode(env);
  const users = Array.from({length: 5}, (_, index) => `user-${index}`);
  for (const user of users) await subscribeAndLeave(doomed, user, endpoint, [`${user}-a`, `${user}-b`]);
  // Alone so far, so it is the one that sends.
  const first = await pushTo(doomed, 'user-0', {key: 'first'});
  await endpoint.until(() => endpoint.taken.length === 2, 'the first note');
  await using other = await spawnNode(env);

  // Until the node is dead everything is put off, so that nothing is taken whose being taken was not noted.
  endpoint.manner = () => 503;
  const ids: string[] = [];
  for (const user of users) ids.push((await pushTo(other, user, {store: true})).id);
  await endpoint.until(() => endpoint.asked.length > 2, 'the doomed node to begin');
  doomed.kill('SIGKILL');
  await doomed.ended;
  endpoint.manner = () => 201;
  expect(await pushTo(other, 'user-0', {key: 'first'})).toMatchObject({id: first.id, repeated: true});

  await endpoint.until(() => endpoint.taken.length >= 12, 'the other node to go on', 30_000);
  for (const id of ids) {
    await expect.poll(() => outcomeOf(other, id), {timeout: 10_000}).toMatchObject({browsers: 2, browsersReached: 2});
  }
  const told = endpoint.taken.map(({browser, message}) => `${browser} ${String(message['id'])}`);
  expect(new Set(told).size).toBe(told.length);
  expect(told).toHaveLength(12);
  expect(endpoint.faults).toEqual([]);
});
