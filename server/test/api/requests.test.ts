import {request as httpRequest} from 'node:http';
import {connect} from 'node:net';
import {errorCatalogue, ParleyError} from '@parley/protocol';
import {afterAll, beforeAll, beforeEach, expect, test} from 'vitest';
import {openOps, type OpenOps} from './open-ops.js';

let ops: OpenOps;
beforeAll(async () => {
  ops = await openOps();
});
afterAll(() => ops[Symbol.asyncDispose]());
beforeEach(() => {
  ops.backstage.failure = undefined;
  ops.lines.length = 0;
});

const push = {target: {user: 'ana'}, topic: 'order.shipped', data: {order: 7}};

test.each([
  ['no target', {topic: 'a', data: 1}, 'target'],
  ['no topic', {target: {user: 'ana'}, data: 1}, 'topic'],
  ['no data', {target: {user: 'ana'}, topic: 'a'}, 'data'],
  ['an unknown field', {...push, extra: 1}, 'extra'],
  ['two targets', {...push, target: {user: 'ana', room: 'lobby'}}, 'target.room'],
  ['an empty target', {...push, target: {}}, 'target.user'],
  ['a target of bad characters', {...push, target: {room: 'no blanks'}}, 'target.room'],
  ['everyone but not quite', {...push, target: {all: false}}, 'target.all'],
  ['a topic of bad characters', {...push, topic: 'a b'}, 'topic'],
  ['a key of bad characters', {...push, key: '{braces}'}, 'key'],
  ['store as a text', {...push, store: 'yes'}, 'store'],
  ['an array', [], undefined],
])('[OPS2] a push with %s is refused with the field’s name', async (_what, body, field) => {
  const answer = await ops.call('POST', '/v1/push', body);
  expect(answer.status).toBe(400);
  const problem = (await answer.json()) as {field?: string};
  expect(problem).toMatchObject({code: 'invalid_payload', title: errorCatalogue.invalid_payload.text});
  expect(problem.field).toBe(field);
  expect(ops.backstage.pushes).toEqual([]);
});

test.each([
  ['/v1/rooms/no%20blanks/history', 'room'],
  ['/v1/rooms/lobby/history?limit=0', 'limit'],
  ['/v1/rooms/lobby/history?limit=201', 'limit'],
  ['/v1/rooms/lobby/history?limit=1&limit=2', 'limit'],
  ['/v1/rooms/lobby/history?before=x', 'before'],
  ['/v1/rooms/lobby/history?after=-1', 'after'],
  ['/v1/rooms/lobby/history?after=1&before=5', 'after'],
  ['/v1/rooms/lobby/history?offset=1', 'offset'],
  ['/v1/users/%7Bana%7D/sessions', 'user'],
])('[OPS2] the parameters of %s are refused with the field’s name', async (path, field) => {
  const answer = await ops.call('GET', path);
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({code: 'invalid_payload', field});
});

test.each([
  ['a body that is no JSON', 'no JSON', {}, 400, 'invalid_payload'],
  ['an empty body', '', {}, 400, 'invalid_payload'],
  ['a body of another type', 'a=1', {'content-type': 'application/x-www-form-urlencoded'}, 400, 'invalid_payload'],
  ['a prototype as a field', '{"__proto__": {"a": 1}}', {}, 400, 'invalid_payload'],
  ['a body above the limit', JSON.stringify({...push, data: 'x'.repeat(20_000)}), {}, 413, 'too_large'],
  ['a body of brackets', `{"data":${'['.repeat(5_000)}${']'.repeat(5_000)}}`, {}, 400, 'invalid_payload'],
])('[OPS2] %s is refused with its code', async (_what, body, headers, status, code) => {
  const answer = await ops.call('POST', '/v1/push', body, headers);
  expect(answer.status).toBe(status);
  expect(await answer.json()).toMatchObject({status, code});
  expect(ops.backstage.pushes).toEqual([]);
});

test('[OPS2] what there is no route for is unknown, whatever the method', async () => {
  for (const [method, path] of [
    ['GET', '/'],
    ['GET', '/v1'],
    ['GET', '/v1/push'],
    ['POST', '/live'],
    ['POST', '/v1/nothing'],
  ] as const) {
    const answer = await ops.call(method, path);
    expect(answer.status, path).toBe(404);
    expect(await answer.json()).toMatchObject({code: 'unknown_request'});
  }
});

test('[OPS2] a path that cannot be decoded is refused like everything else', async () => {
  const {hostname, port} = new URL(ops.url);
  const [status, text] = await new Promise<[number | undefined, string]>((resolve, reject) => {
    const sent = httpRequest({hostname, port, path: '/v1/rooms/%zz/history'}, (answer) => {
      let body = '';
      answer.setEncoding('utf8').on('data', (part: string) => (body += part));
      answer.on('end', () => {
        resolve([answer.statusCode, body]);
      });
    });
    sent.on('error', reject).end();
  });
  expect(status).toBe(400);
  expect(JSON.parse(text)).toMatchObject({code: 'invalid_payload'});
});

test('[OPS2] the backstage’s own refusals arrive with code and time to wait', async () => {
  ops.backstage.failure = new ParleyError('unavailable', {retryAfterMs: 2_500});
  const answer = await ops.call('POST', '/v1/push', push);
  expect(answer.status).toBe(503);
  expect(answer.headers.get('retry-after')).toBe('3');
  expect(await answer.json()).toMatchObject({code: 'unavailable', retryable: true, retryAfterMs: 2_500});
});

test('[OPS2] a defect of ours tells nothing but its correlation id, and the log tells the rest', async () => {
  ops.backstage.failure = new TypeError('the cause of it all');
  const answer = await ops.call('POST', '/v1/push', push, {'x-request-id': 'find-me'});
  expect(answer.status).toBe(500);
  const body = await answer.text();
  expect(JSON.parse(body)).toMatchObject({code: 'internal', instance: 'urn:parley:request:find-me'});
  expect(body).not.toContain('the cause');
  expect(ops.lines.filter(({level}) => level === 50)).toMatchObject([
    {correlationId: 'find-me', err: {message: 'the cause of it all'}},
  ]);
});

test('[OPS2] callers’ mistakes never are errors in our log', async () => {
  await ops.call('POST', '/v1/push', 'no JSON');
  await ops.call('POST', '/v1/push', {});
  await ops.call('GET', '/v1/info', undefined, {authorization: 'Bearer wrong'});
  await ops.call('GET', '/nothing');
  expect(ops.lines.filter(({level}) => typeof level === 'number' && level >= 40)).toEqual([]);
});

test('[OPS2] headers that are too large are refused with a code as well', async () => {
  const answer = await ops.call('GET', `/v1/rooms/${'x'.repeat(20_000)}`);
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  const problem: unknown = await answer.json();
  const id = answer.headers.get('x-request-id') ?? '';
  expect(problem).toMatchObject({code: 'too_large', status: 413, instance: `urn:parley:request:${id}`});
  expect(ops.lines).toContainEqual(expect.objectContaining({correlationId: id, code: 'too_large'}));
});

test('[OPS2] bytes that are no request of HTTP are refused with a code, and the connection ends', async () => {
  const {hostname, port} = new URL(ops.url);
  const socket = connect(Number(port), hostname);
  socket.write('what is this\r\n\r\n');
  let told = '';
  for await (const chunk of socket.setEncoding('utf8')) told += String(chunk);
  expect(told).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
  expect(JSON.parse(told.slice(told.indexOf('\r\n\r\n')))).toMatchObject({code: 'invalid_payload', status: 400});
});
