import {expect, test} from 'vitest';
import {connectBare, type BareClient} from '../connect-bare.js';
import {startRedis} from '../redis-server.js';
import {spawnNode} from '../spawn-node.js';
import {callApi} from './call-api.js';

interface Got {
  readonly id: string;
  readonly data: number;
  readonly at: number;
}

const leaseMs = 1_000;
/** The next holder asks for the lease once a second; the rest is for a machine that has other things to do. */
const lateAtMostMs = leaseMs + 1_000 + 4_000;
const each = 60;
const spreadMs = 3_000;

const gotBy = (client: BareClient): readonly Got[] =>
  ['push.event', 'push.inbox', 'push.stored'].flatMap((name) => client.all<Got>(name));

test('[PUSH13] the node that sends what was put off is killed meanwhile: each is sent once, in order, late by the lease at most', async () => {
  await using redis = await startRedis();
  const env = {
    REDIS_URL: redis.url,
    PARLEY_HEARTBEAT: '200ms',
    PARLEY_NODE_TIMEOUT: '1s',
    PARLEY_LEASE: `${leaseMs}ms`,
  };
  await using doomed = await spawnNode(env);
  // Alone so far, so it is the one that sends.
  const {body: first} = await callApi(doomed, '/v1/push', {target: {all: true}, topic: 'first', data: 0, delayMs: 0});
  await expect
    .poll(async () => (await callApi(doomed, `/v1/scheduled/${String(first['id'])}`)).body['state'], {timeout: 10_000})
    .toBe('sent');
  await using other = await spawnNode(env);
  await using ann = await connectBare(other, {user: 'ann'});
  await ann.request('room.create', {room: 'den'});
  await ann.request('room.join', {room: 'den'});

  // All are to be put by then, on a busy machine too.
  const startsAt = Date.now() + 8_000;
  const kinds = [
    {target: {user: 'ann'}, topic: 'direct', store: false},
    {target: {user: 'ann'}, topic: 'kept', store: true},
    {target: {room: 'den'}, topic: 'feed', store: true},
  ];
  const sendAts = new Map<string, number>();
  await Promise.all(
    kinds.flatMap((kind) =>
      Array.from({length: each}, async (_, n) => {
        const sendAt = startsAt + Math.round((n * spreadMs) / each);
        const answer = await callApi(n % 2 === 0 ? doomed : other, '/v1/push', {...kind, data: n, sendAt});
        expect(answer).toMatchObject({status: 200, body: {sendAt}});
        sendAts.set(String(answer.body['id']), sendAt);
      }),
    ),
  );
  await expect.poll(() => gotBy(ann).length, {timeout: 20_000, interval: 20}).toBeGreaterThan(each / 2);
  doomed.kill('SIGKILL');
  expect(gotBy(ann).length).toBeLessThan(kinds.length * each);
  await expect.poll(() => new Set(gotBy(ann).map(({id}) => id)).size, {timeout: 30_000}).toBe(kinds.length * each);

  const got = gotBy(ann);
  expect(got.map(({id}) => id).sort()).toEqual([...sendAts.keys()].sort());
  for (const name of ['push.event', 'push.inbox', 'push.stored']) {
    expect(
      ann.all<Got>(name).map(({data}) => data),
      name,
    ).toEqual(Array.from({length: each}, (_, n) => n));
  }
  const late = got.map(({id, at}) => at - (sendAts.get(id) ?? 0));
  expect(Math.min(...late)).toBeGreaterThanOrEqual(-50);
  expect(Math.max(...late)).toBeLessThan(lateAtMostMs);
  const {body} = await callApi(other, '/v1/scheduled');
  expect(body).toEqual({pushes: []});
});
