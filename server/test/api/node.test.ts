import {createMemoryWorld} from '@parley/signaling/memory';
import {HandClock} from '@parley/signaling/testing';
import {expect, test} from 'vitest';
import {createClock} from '../../src/clock.js';
import {createIds} from '../../src/ids.js';
import {connectBare} from '../connect-bare.js';
import {startNode} from '../start-node.js';
import {callApi} from './call-api.js';

async function samples(opsUrl: string): Promise<ReadonlyMap<string, number>> {
  const lines = (await (await fetch(`${opsUrl}/metrics`)).text()).split('\n').filter((line) => /^parley_/.test(line));
  return new Map(lines.map((line) => line.split(/ (?=\S+$)/)).map(([name = '', value]) => [name, Number(value)]));
}

test('[SES9] a kick through any node ends the user’s sessions on all of them', async () => {
  const world = createMemoryWorld({clock: createClock(), ids: createIds()});
  await using here = await startNode({world});
  await using there = await startNode({world});
  await using one = await connectBare(here, {user: 'ana'});
  await using two = await connectBare(there, {user: 'ana'});
  await using other = await connectBare(there, {user: 'ben'});

  const sessions = await callApi(here, '/v1/users/ana/sessions');
  expect(sessions.body['sessions']).toHaveLength(2);
  expect(await callApi(here, '/v1/users/ana/kick', {message: 'Enough.'})).toEqual({status: 200, body: {sessions: 2}});
  for (const client of [one, two]) {
    expect(await client.next('session.closing')).toMatchObject({code: 4502, reason: 'kicked', message: 'Enough.'});
    await client.closed();
  }
  expect((await callApi(there, '/v1/users/ana/sessions')).body).toEqual({
    sessions: [],
    seenAt: expect.any(Number) as number,
  });
  expect(other.socket.connected).toBe(true);

  const {session} = await other.next<{session: string}>('session.ready');
  expect(await callApi(here, `/v1/sessions/${session}/kick`, {})).toEqual({status: 200, body: {sessions: 1}});
  await other.closed();
  expect(await callApi(here, `/v1/sessions/${session}/kick`, {})).toMatchObject({status: 404});
});

test('[OPS3] a node without a media worker is ready, and drops out as soon as it drains', async () => {
  // Clients are closed in batches, and between them this clock stands still.
  const clock = new HandClock(Date.now());
  await using node = await startNode({clock});
  const ready = await fetch(`${node.opsUrl}/ready`);
  expect([ready.status, await ready.json()]).toMatchObject([
    200,
    {status: 'ready', dependencies: {media: {usable: false, required: false}}},
  ]);
  const clients = await Promise.all(Array.from({length: 101}, (_, n) => connectBare(node, {user: `user-${n}`})));
  const closing = node.close();
  const draining = await fetch(`${node.opsUrl}/ready`);
  expect([draining.status, await draining.json()]).toMatchObject([503, {status: 'draining'}]);
  await clock.pass(1_000);
  await closing;
  for (const client of clients) expect(await client.next('session.closing')).toMatchObject({reason: 'draining'});
  await expect(fetch(`${node.opsUrl}/live`)).rejects.toThrow();
});

test('[OPS4] what clients do can be read from the metrics', async () => {
  await using node = await startNode();
  await using one = await connectBare(node, {user: 'ana'});
  await using two = await connectBare(node, {user: 'ben', transports: ['polling']});
  await one.request('room.create', {room: 'lobby'});
  for (const client of [one, two]) await client.request('room.join', {room: 'lobby'});
  await one.request('chat.send', {room: 'lobby', id: 'm1', text: 'hello'});
  await two.next('chat.message');
  await two.ask('chat.send', {room: 'elsewhere', id: 'm2', text: 'hello'});
  await two.ask('made.up', {});
  await expect(connectBare(node, {token: 'no token'})).rejects.toThrow('bad_token');

  const read = await samples(node.opsUrl);
  expect(Object.fromEntries(read)).toMatchObject({
    parley_connections: 2,
    parley_draining: 0,
    parley_media_workers: 0,
    parley_calls: 0,
    'parley_sessions_opened_total{outcome="new"}': 2,
    'parley_connections_opened_total{transport="websocket"}': 1,
    'parley_connections_opened_total{transport="polling"}': 1,
    'parley_handshakes_refused_total{code="bad_token"}': 1,
    'parley_requests_total{request="chat.send",code="ok"}': 1,
    'parley_requests_total{request="room.join",code="ok"}': 2,
    'parley_requests_total{request="unknown",code="unknown_request"}': 1,
    'parley_request_duration_seconds_count{request="chat.send"}': 2,
  });
  // Each was told that it is ready; the message reached both.
  expect(read.get('parley_publications_total{kind="direct"}')).toBeGreaterThanOrEqual(2);
  expect(read.get('parley_deliveries_total')).toBeGreaterThanOrEqual(4);
  expect(read.has('parley_redis_up')).toBe(false);
  for (const id of ['lobby', 'ana', node.node]) expect([...read.keys()].join('\n')).not.toContain(`"${id}"`);
});

test('[OPS1] the clients’ port knows nothing of the operations port', async () => {
  await using node = await startNode();
  for (const path of ['/v1/info', '/metrics', '/ready', '/openapi.json']) {
    const answer = await fetch(`${node.url}${path}`, {headers: {authorization: `Bearer ${node.apiKey}`}});
    expect(await answer.text(), path).not.toMatch(/parley_|dependencies|"node"|openapi/);
  }
});

test('info tells the node, its cluster and whether calls are on', async () => {
  const world = createMemoryWorld({clock: createClock(), ids: createIds()});
  await using here = await startNode({world});
  await using there = await startNode({world});
  await using _client = await connectBare(here);
  const {body} = await callApi(here, '/v1/info');
  expect(body).toMatchObject({node: here.node, connections: 1, calls: {available: false}});
  expect((body['nodes'] as {node: string}[]).map(({node}) => node).sort()).toEqual([here.node, there.node].sort());
});
