import {createBackend, pages, RequestError, type Backend, type BackendOptions} from '@parley/backend';
import {expect, test} from 'vitest';
import {answer, breaksOff, flakyServer, hangUp, page, problem, saysNothing, type FlakyServer} from './flaky-server.js';

const push = {target: {user: 'ana'}, topic: 'order.shipped', data: {order: 42}} as const;
const report = {id: 'p_1', addressed: 1, reached: 1, repeated: false};

const backendOf = ({url}: FlakyServer, options: Partial<BackendOptions> = {}): Backend =>
  createBackend({url, key: 'k', ...options});

const failureOf = async (promise: Promise<unknown>): Promise<RequestError> => {
  const thrown = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (thrown instanceof RequestError) return thrown;
  throw new Error(`not refused: ${String(thrown)}`);
};

test('[OPS41] a push whose answer is lost is asked for again with the same key and request id', async () => {
  await using server = await flakyServer(hangUp, page, answer(report));
  expect(await backendOf(server).push.send(push)).toEqual(report);
  const [first, ...others] = server.arrivals;
  expect(others).toHaveLength(2);
  expect(first?.body).toEqual({...push, key: expect.stringMatching(/^[\w-]{36}$/) as unknown});
  for (const other of others) expect({...other, at: 0}).toEqual({...first, at: 0});
});

test('[OPS41] an answer that breaks off is none', async () => {
  await using server = await flakyServer(breaksOff, answer(report), breaksOff);
  expect(await backendOf(server).push.send(push)).toEqual(report);
  const error = await failureOf(backendOf(server).rooms.create({room: 'den'}));
  expect(error).toMatchObject({code: 'unavailable', outcome: 'unknown', attempts: 1});
});

test('[OPS41] a batch of pushes is asked for again, each with its key; one with other things in it is not', async () => {
  await using server = await flakyServer(hangUp, answer({answers: [], done: 2, refused: 0}), hangUp);
  const backend = backendOf(server);
  await backend.batch({items: [{push}, {push: {...push, key: 'mine'}}]});
  const [first, second] = server.arrivals.map(({body}) => body);
  expect(first).toEqual({
    items: [{push: {...push, key: expect.stringMatching(/^[\w-]{36}$/) as unknown}}, {push: {...push, key: 'mine'}}],
  });
  expect(second).toEqual(first);
  const mixed = backend.batch({items: [{push}, {createRoom: {room: 'den'}}]});
  expect(await failureOf(mixed)).toMatchObject({code: 'unavailable', outcome: 'unknown', attempts: 1});
});

test('[OPS41] a key of one’s own is kept', async () => {
  await using server = await flakyServer(hangUp, answer(report));
  await backendOf(server).push.send({...push, key: 'order-42'});
  expect(server.arrivals.map(({body}) => body['key'])).toEqual(['order-42', 'order-42']);
});

test('[OPS41] what may have been done and must not be done twice is not asked for again', async () => {
  await using server = await flakyServer(hangUp, answer({}));
  const error = await failureOf(backendOf(server).rooms.create({room: 'den'}));
  expect(error).toMatchObject({code: 'unavailable', outcome: 'unknown', attempts: 1, verb: 'rooms.create'});
  expect(server.arrivals).toHaveLength(1);
});

test('[OPS41] what was certainly not done is asked for again, after the time that the node says', async () => {
  await using server = await flakyServer(problem(503, {code: 'draining', retryAfterMs: 120}), answer({room: 'den'}));
  expect(await backendOf(server).rooms.create({room: 'den'})).toEqual({room: 'den'});
  const [first, second] = server.arrivals;
  expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(119);
});

test('[OPS41] a mistake of the caller is not asked for again', async () => {
  await using server = await flakyServer(problem(404, {code: 'unknown_room'}));
  const error = await failureOf(backendOf(server).rooms.get({room: 'den'}));
  expect(error).toMatchObject({code: 'unknown_room', outcome: 'refused', retryable: false, attempts: 1});
  expect(error.requestId).toBe(server.arrivals[0]?.requestId);
});

test('[OPS41] attempts are bounded, and so is the time for all of them', async () => {
  await using server = await flakyServer(saysNothing);
  const slow = backendOf(server, {attemptTimeoutMs: 30, retries: 2});
  expect(await failureOf(slow.info.get())).toMatchObject({code: 'timeout', outcome: 'unknown', attempts: 3});
  expect(server.arrivals.length).toBeLessThanOrEqual(3);
  const busy = await failureOf(backendOf(server).info.get({}, {timeoutMs: 30}));
  expect(busy).toMatchObject({code: 'timeout', attempts: 1});
});

test('[OPS41] a pause that is longer than what is left is not begun', async () => {
  await using server = await flakyServer(problem(429, {code: 'rate_limited', retryAfterMs: 60_000}));
  const error = await failureOf(backendOf(server).rooms.list());
  expect(error).toMatchObject({code: 'rate_limited', retryAfterMs: 60_000, attempts: 1});
});

test('[OPS41] the caller’s own signal ends it, between attempts too', async () => {
  await using server = await flakyServer(problem(429, {code: 'rate_limited', retryAfterMs: 20_000}));
  const leaving = new AbortController();
  const waiting = backendOf(server).rooms.list({}, {signal: leaving.signal});
  const reason = new Error('leaving');
  await expect.poll(() => server.arrivals.length).toBe(1);
  leaving.abort(reason);
  await expect(waiting).rejects.toBe(reason);
  await expect(backendOf(server).rooms.list({}, {signal: leaving.signal})).rejects.toBe(reason);
  expect(server.arrivals).toHaveLength(1);
});

test('[OPS41] nobody there is said in a sentence', async () => {
  const server = await flakyServer(saysNothing);
  await server[Symbol.asyncDispose]();
  const error = await failureOf(backendOf(server, {retries: 1}).info.get());
  expect(error).toMatchObject({code: 'unavailable', attempts: 2});
  expect(error.message).toContain(`No answer from ${server.url}: connect ECONNREFUSED`);
});

test('[OPS40] what cannot be a URL or a key is said at once', () => {
  expect(() => createBackend({url: 'ftp://example.org', key: 'k'})).toThrow('ftp://example.org is no URL of HTTP.');
  expect(() => createBackend({url: 'http://a:b@example.org', key: 'k'})).toThrow('has a user');
  expect(() => createBackend({url: 'http://example.org', key: 'a b'})).toThrow('The API key');
  expect(() => createBackend({url: 'http://example.org', key: ''})).toThrow('The API key');
});

test('[OPS40] pages follow one another until there is no cursor', async () => {
  const room = {room: 'a'};
  await using server = await flakyServer(answer({rooms: [room], cursor: 'a'}), answer({rooms: []}));
  const seen: unknown[] = [];
  const {list} = backendOf(server).rooms;
  for await (const {rooms} of pages(list, {limit: 1})) seen.push(rooms);
  expect(seen).toEqual([[room], []]);
  expect(server.arrivals.map(({url}) => url)).toEqual(['/v1/rooms?limit=1', '/v1/rooms?limit=1&cursor=a']);
});
