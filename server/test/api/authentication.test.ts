import {expect, test} from 'vitest';
import {apiKey, openOps} from './open-ops.js';

const routes = [
  ['POST', '/v1/push'],
  ['GET', '/v1/rooms/lobby/history'],
  ['GET', '/v1/users/ana/sessions'],
  ['POST', '/v1/users/ana/kick'],
  ['POST', '/v1/sessions/0123456789/kick'],
  ['POST', '/v1/tokens/revoke'],
  ['GET', '/v1/info'],
] as const;

test.each(routes)('[OPS1] %s %s wants a known key, and asks for it before anything else', async (method, path) => {
  await using ops = await openOps();
  for (const authorization of ['', 'Bearer wrong-key', `Basic ${apiKey}`]) {
    const answer = await ops.call(method, path, method === 'POST' ? 'no JSON' : undefined, {authorization});
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(await answer.json()).toMatchObject({code: 'bad_api_key', status: 401, retryable: false});
  }
  expect(ops.backstage.pushes).toEqual([]);
  expect(ops.backstage.kicks).toEqual([]);
  expect(ops.backstage.revocations).toEqual([]);
});

test('[OPS1] every one of several keys is good, so that they can be changed one after the other', async () => {
  const keys = ['the-key-of-yesterday', 'the-key-of-tomorrow'];
  await using ops = await openOps({apiKeys: keys});
  for (const key of keys) {
    const answer = await ops.call('GET', '/v1/info', undefined, {authorization: `Bearer ${key}`});
    expect(answer.status).toBe(200);
  }
});

test('[OPS1] keys, right or wrong, are not in the log; a fingerprint of the right one is', async () => {
  await using ops = await openOps();
  await ops.call('POST', '/v1/users/ana/kick');
  await ops.call('GET', '/v1/info', undefined, {authorization: 'Bearer a-wrong-key-of-somebody'});
  expect(ops.lines.find((line) => line['msg'] === 'audit')).toMatchObject({
    verb: 'users.kick',
    target: {user: 'ana'},
    outcome: 'done',
    caller: expect.stringMatching(/^[0-9a-f]{8}$/) as unknown,
  });
  expect(ops.written()).not.toContain(apiKey);
  expect(ops.written()).not.toContain('a-wrong-key-of-somebody');
});

test('[OPS1] a key above its rate waits, and others do not wait with it', async () => {
  await using ops = await openOps({apiKeys: ['the-busy-key-of-one', 'the-quiet-key-of-one'], requestsPerSecond: 3});
  const info = (key: string): Promise<Response> =>
    ops.call('GET', '/v1/info', undefined, {authorization: `Bearer ${key}`});
  const answers = await Promise.all(Array.from({length: 12}, () => info('the-busy-key-of-one')));
  const refused = answers.filter(({status}) => status === 429);
  expect(answers.filter(({status}) => status === 200).length).toBeGreaterThanOrEqual(3);
  expect(refused.length).toBeGreaterThanOrEqual(6);
  expect(refused[0]?.headers.get('retry-after')).toBe('1');
  const problem = (await refused[0]?.json()) as {retryAfterMs: number};
  expect(problem).toMatchObject({code: 'rate_limited', retryable: true});
  expect(problem.retryAfterMs).toBeGreaterThan(0);
  expect(problem.retryAfterMs).toBeLessThanOrEqual(1_000);
  expect((await info('the-quiet-key-of-one')).status).toBe(200);
});

test('[OPS1] guessing keys is slower than having one', async () => {
  await using ops = await openOps({requestsPerSecond: 100});
  const guess = (n: number): Promise<Response> =>
    ops.call('GET', '/v1/info', undefined, {authorization: `Bearer guess-${n}`});
  const statuses = await Promise.all(Array.from({length: 20}, async (_, n) => (await guess(n)).status));
  expect(new Set(statuses)).toEqual(new Set([401, 429]));
  expect((await ops.call('GET', '/v1/info')).status).toBe(200);
});

test('[KEY8] pages of other origins are given no leave to ask or to read', async () => {
  await using ops = await openOps();
  const origin = {origin: 'https://elsewhere.example'};
  const asked = await ops.call('GET', '/v1/info', undefined, origin);
  const preflight = await fetch(`${ops.url}/v1/push`, {
    method: 'OPTIONS',
    headers: {...origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization'},
  });
  expect(preflight.ok).toBe(false);
  for (const {headers} of [asked, preflight]) {
    expect([...headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([]);
  }
});
