import {createBackend, type Backend} from '@parley/backend';
import {expect, test} from 'vitest';
import {answer, flakyServer, hangUp, problem, tells, type FlakyServer} from './flaky-server.js';

const backendOf = ({url}: FlakyServer): Backend => createBackend({url, key: 'k'});
const snapshot = {event: 'snapshot', why: 'asked', at: 1};
const change = {event: 'call', room: 'den', state: 'running', at: 2, position: 'w-7'};
const last = {event: 'heartbeat', current: true, at: 9};

/** What is told up to a heartbeat. */
async function told(backend: Backend, request = {}): Promise<unknown[]> {
  const seen: unknown[] = [];
  for await (const news of backend.watch(request)) {
    seen.push(news);
    if (news.event === 'heartbeat') break;
  }
  return seen;
}

test('[OPS42] a watch whose connection ends goes on where it was', async () => {
  const resumed = {event: 'resumed', at: 3, position: 'w-8'};
  await using server = await flakyServer(tells([snapshot, change], 'gone'), hangUp, tells([resumed, last]));
  expect(await told(backendOf(server), {kinds: ['calls'], rooms: ['den', 'hall']})).toEqual([
    snapshot,
    change,
    resumed,
    last,
  ]);
  const query = 'kinds=calls&rooms=den&rooms=hall';
  expect(server.arrivals.map(({url}) => url)).toEqual([
    `/v1/watch?${query}`,
    `/v1/watch?${query}&position=w-7`,
    `/v1/watch?${query}&position=w-7`,
  ]);
});

test('[OPS42] a node that leaves is come back from, and one that is not there is asked again', async () => {
  const leaving = {event: 'end', code: 'draining', retryAfterMs: 10};
  await using server = await flakyServer(tells([change, leaving]), problem(503, {code: 'unavailable'}), tells([last]));
  expect(await told(backendOf(server))).toEqual([change, last]);
});

test('[OPS42] a connection without a sign of life is given up', async () => {
  await using server = await flakyServer(tells([]), tells([last]));
  expect(await told(backendOf(server), {heartbeatMs: 40})).toEqual([last]);
  expect(server.arrivals.length).toBeGreaterThan(1);
});

test('[OPS42] what is refused for good is thrown, what may pass as often as is said', async () => {
  await using server = await flakyServer(problem(403, {code: 'forbidden'}), problem(503, {code: 'overloaded'}));
  await expect(told(backendOf(server))).rejects.toMatchObject({code: 'forbidden', verb: 'watch', attempts: 1});
  const impatient = backendOf(server).watch({}, {retries: 1})[Symbol.asyncIterator]();
  await expect(impatient.next()).rejects.toMatchObject({code: 'overloaded', attempts: 2});
  expect(server.arrivals).toHaveLength(3);
});

test('[OPS42] the caller’s signal ends a watch as if there were nothing more', async () => {
  await using server = await flakyServer(tells([change]), answer({}));
  const leaving = new AbortController();
  const seen: unknown[] = [];
  for await (const news of backendOf(server).watch({}, {signal: leaving.signal})) {
    seen.push(news);
    leaving.abort();
  }
  expect(seen).toEqual([change]);
  expect(server.arrivals).toHaveLength(1);
});
