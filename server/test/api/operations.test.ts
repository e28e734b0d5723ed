import {once} from 'node:events';
import {connect} from 'node:net';
import {HandClock} from '@parley/signaling/testing';
import {expect, test} from 'vitest';
import {ConfigError} from '../../src/config/config-error.js';
import type {HealthSources} from '../../src/api/routes/health.js';
import {apiRoutes} from '../../src/observability/api-observer.js';
import {openOps} from './open-ops.js';

const mediaOff = {available: false, unavailableReason: 'Calls are off: there is no media worker.'};
const mediaOn = {available: true, unavailableReason: undefined};

test('[OPS3] live says that the process runs, without a key', async () => {
  await using ops = await openOps();
  const answer = await fetch(`${ops.url}/live`);
  expect([answer.status, await answer.json()]).toEqual([200, {status: 'live'}]);
});

test.each<readonly [string, HealthSources, number, string]>([
  ['alone, with calls', {media: mediaOn, draining: () => false}, 200, 'ready'],
  ['alone, without calls', {media: mediaOff, draining: () => false}, 200, 'ready'],
  ['with Redis', {redis: {available: true}, media: mediaOn, draining: () => false}, 200, 'ready'],
  ['while Redis is away', {redis: {available: false}, media: mediaOn, draining: () => false}, 503, 'unready'],
  ['while it drains', {redis: {available: true}, media: mediaOn, draining: () => true}, 503, 'draining'],
])('[OPS3] readiness of a node %s', async (_state, health, status, word) => {
  await using ops = await openOps({health});
  const answer = await fetch(`${ops.url}/ready`);
  expect(answer.status).toBe(status);
  const body = (await answer.json()) as {dependencies: Record<string, unknown>};
  expect(body).toMatchObject({status: word, dependencies: {media: {usable: health.media.available, required: false}}});
  expect(body.dependencies['redis']).toEqual(
    health.redis && expect.objectContaining({usable: health.redis.available, required: true}),
  );
});

test('[OPS3] without a media worker the detail says that calls are off, and why', async () => {
  await using ops = await openOps({health: {media: mediaOff, draining: () => false}});
  expect(await (await fetch(`${ops.url}/ready`)).json()).toMatchObject({
    dependencies: {media: {detail: mediaOff.unavailableReason}},
  });
});

test('[OPS3] readiness is said anew each time', async () => {
  const redis = {available: true};
  await using ops = await openOps({health: {redis, media: mediaOn, draining: () => false}});
  expect((await fetch(`${ops.url}/ready`)).status).toBe(200);
  redis.available = false;
  expect((await fetch(`${ops.url}/ready`)).status).toBe(503);
  redis.available = true;
  expect((await fetch(`${ops.url}/ready`)).status).toBe(200);
});

test('[OPS4] metrics are Prometheus text, and requests are counted by route, not by address', async () => {
  await using ops = await openOps();
  for (const room of ['one', 'two', 'three']) await ops.call('GET', `/v1/rooms/${room}/history`);
  await ops.call('GET', '/nobody/knows/this');
  const answer = await fetch(`${ops.url}/metrics`);
  expect(answer.headers.get('content-type')).toContain('text/plain; version=0.0.4');
  const text = await answer.text();
  expect(text).toContain('parley_api_requests_total{route="/v1/rooms/:room/history",status="2xx"} 3');
  expect(text).toContain('parley_api_requests_total{route="other",status="4xx"} 1');
  expect(text).not.toContain('nobody/knows');
  for (const line of text.split('\n')) {
    expect(line).toMatch(/^(# (HELP|TYPE) \S+ .+|[a-z_:][\w:]*(\{[^{}]*\})? (-?[\d.e+-]+|\+?Inf|Nan)|)$/i);
  }
});

test('[OPS5] the caller’s correlation id is in the answer, in the problem and in every line of the log', async () => {
  await using ops = await openOps();
  const answer = await ops.call('POST', '/v1/push', {}, {'x-request-id': 'trace-1'});
  expect(answer.headers.get('x-request-id')).toBe('trace-1');
  expect(await answer.json()).toMatchObject({instance: 'urn:parley:request:trace-1'});
  // The first line says that the port is open.
  await expect.poll(() => ops.lines.slice(1).map(({msg}) => msg)).toContain('answered');
  expect(new Set(ops.lines.slice(1).map((line) => line['correlationId']))).toEqual(new Set(['trace-1']));
});

test('[OPS5] without one, or with one that cannot be carried on, each request gets its own', async () => {
  await using ops = await openOps();
  const answers = [
    await ops.call('GET', '/v1/info'),
    await ops.call('GET', '/v1/info', undefined, {'x-request-id': 'no blanks'}),
    await ops.call('GET', '/nothing'),
  ];
  const given = answers.map(({headers}) => headers.get('x-request-id'));
  expect(new Set(given).size).toBe(3);
  for (const id of given) expect(id).toMatch(/^[A-Za-z0-9]{21}$/);
});

test('the API is described as OpenAPI 3.1, each route with its refusals and no reference into nothing', async () => {
  await using ops = await openOps();
  const text = await (await fetch(`${ops.url}/openapi.json`)).text();
  const {openapi, paths} = JSON.parse(text) as {openapi: string; paths: Record<string, Record<string, object>>};
  expect(openapi).toBe('3.1.0');
  expect(Object.keys(paths).sort()).toEqual([
    '/live',
    '/ready',
    '/v1/batch',
    '/v1/calls',
    '/v1/calls/{room}',
    '/v1/calls/{room}/admit',
    '/v1/calls/{room}/deny',
    '/v1/calls/{room}/end',
    '/v1/calls/{room}/kick',
    '/v1/calls/{room}/move',
    '/v1/calls/{room}/mute',
    '/v1/calls/{room}/recording/start',
    '/v1/calls/{room}/recording/stop',
    '/v1/groups',
    '/v1/groups/{group}',
    '/v1/groups/{group}/rooms',
    '/v1/groups/{group}/users',
    '/v1/groups/{group}/users/add',
    '/v1/groups/{group}/users/remove',
    '/v1/info',
    '/v1/presence',
    '/v1/push',
    '/v1/pushes/{id}',
    '/v1/rooms',
    '/v1/rooms/{room}',
    '/v1/rooms/{room}/groups',
    '/v1/rooms/{room}/groups/{group}',
    '/v1/rooms/{room}/history',
    '/v1/rooms/{room}/members/{user}',
    '/v1/rooms/{room}/presence',
    '/v1/scheduled',
    '/v1/scheduled/{id}',
    '/v1/sessions/{session}/kick',
    '/v1/tokens/revoke',
    '/v1/users/{user}/kick',
    '/v1/users/{user}/presence',
    '/v1/users/{user}/sessions',
    '/v1/watch',
    '/v1/webhooks',
    '/v1/webhooks/{receiver}/discard',
    '/v1/webhooks/{receiver}/parked',
    '/v1/webhooks/{receiver}/ping',
    '/v1/webhooks/{receiver}/replay',
  ]);
  // What is not among the metrics' labels would be counted as `other`.
  const labels = Object.keys(paths).map((path) => path.replace(/\{(\w+)\}/g, ':$1'));
  expect(labels.filter((label) => !apiRoutes.includes(label))).toEqual([]);
  expect(paths['/v1/push']?.['post']).toMatchObject({
    requestBody: {content: {'application/json': {schema: {additionalProperties: false}}}},
    responses: {default: {content: {'application/problem+json': {}}}},
  });
  expect(text).not.toContain('$ref');
});

test('the page loads nothing from elsewhere and says so in its policy', async () => {
  await using ops = await openOps();
  const page = await fetch(`${ops.url}/docs`);
  expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self';/);
  expect(page.headers.get('content-security-policy')).not.toContain('unsafe');
  const text = await page.text();
  expect(text).not.toMatch(/https?:\/\//);
  for (const [, path] of text.matchAll(/(?:src|href)="([^"]+)"/g)) {
    const part = await fetch(`${ops.url}${path ?? ''}`);
    expect([part.status, (await part.arrayBuffer()).byteLength > 0], path).toEqual([200, true]);
  }
});

test('a port that is taken is told in a sentence that names the variable', async () => {
  await using ops = await openOps();
  const port = Number(new URL(ops.url).port);
  const failure = await openOps({port}).catch((thrown: unknown) => thrown);
  expect(failure).toBeInstanceOf(ConfigError);
  expect((failure as ConfigError).message).toMatch(/PARLEY_OPS_PORT .*taken/);
});

test('closing ends what is idle, finishes what was begun, and frees the port', async () => {
  const ops = await openOps();
  await ops.call('GET', '/v1/info');
  await ops[Symbol.asyncDispose]();
  await ops[Symbol.asyncDispose]();
  await using again = await openOps({port: Number(new URL(ops.url).port)});
  expect(again.url).toBe(ops.url);
});

test('[OPS3] a reader that does not read holds up the stop for its time and not longer', async () => {
  const clock = new HandClock();
  const ops = await openOps({clock});
  const socket = connect(Number(new URL(ops.url).port), '127.0.0.1');
  const ended = once(socket, 'close');
  // More than socket buffers hold, asked for and not read after the beginning.
  for (let n = 0; n < 20; n++) socket.write('GET /docs/static/swagger-ui-bundle.js HTTP/1.1\r\nHost: ops\r\n\r\n');
  await once(socket, 'data');
  socket.pause();
  const closing = ops[Symbol.asyncDispose]();
  await expect.poll(() => clock.timers).toBe(1);
  clock.advance(5_000);
  socket.resume();
  await Promise.all([closing, ended]);
  expect(clock.timers).toBe(0);
});
