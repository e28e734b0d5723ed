import {once} from 'node:events';
import {closeCodes} from '@parley/protocol';
import {expect, test} from 'vitest';
import {connectBare, refusedBare} from '../connect-bare.js';
import {eventually} from '../eventually.js';
import {RawClient} from '../raw-client.js';
import {signToken} from '../start-node.js';
import {startEdge} from './bare-edge.js';

test('[LIM9] an address has so many connections, is told so, and gets another when one is gone', async () => {
  await using edge = await startEdge({
    PARLEY_MAX_CONNECTIONS_PER_ADDRESS: '2',
    PARLEY_TRUSTED_PROXIES: '127.0.0.1',
  });
  const from = (address: string, user = 'ann') => ({user, io: {extraHeaders: {'x-forwarded-for': address}}});
  await using _first = await connectBare(edge, from('198.51.100.7'));
  const second = await connectBare(edge, from('198.51.100.7', 'bob'));

  const {data} = await refusedBare(edge, from('198.51.100.7', 'carl'));
  expect(data).toMatchObject({code: 'overloaded', closeCode: closeCodes.overloaded.code});
  expect(data.retryAfterMs).toBeGreaterThan(0);
  expect(edge.seen.limits).toEqual(['connections_per_address']);
  await using _other = await connectBare(edge, from('198.51.100.8', 'carl'));

  second.close();
  await eventually(() => edge.edge.connections === 2);
  await using _third = await connectBare(edge, from('198.51.100.7', 'carl'));
});

test('[LIM9] a handshake that is refused takes no place', async () => {
  await using edge = await startEdge({PARLEY_MAX_CONNECTIONS_PER_ADDRESS: '1'});
  for (let n = 0; n < 3; n += 1) {
    expect((await refusedBare(edge, {token: 'none'})).data.code).toBe('bad_token');
  }
  await using _let = await connectBare(edge);
});

test('[LIM10] who sends more than may be sent is closed with protocol_error, before it is decoded', async () => {
  await using edge = await startEdge({PARLEY_MAX_INBOUND: '32KiB'});
  await using ann = await RawClient.connect(edge, 'ann');
  await using bob = await connectBare(edge, {user: 'bob'});

  for (let n = 0; n < 2_000; n += 1) ann.socket.send('3');
  const {code} = await ann.end();

  expect(code).toBe(closeCodes.protocol_error.code);
  expect(ann.closing).toMatchObject({reason: 'protocol_error'});
  expect(edge.seen.limits).toEqual(['inbound']);
  expect(await bob.ask('anything', {})).toEqual({ok: true, data: {}});
});

test('[LIM10] also before there is a session', async () => {
  await using edge = await startEdge({PARLEY_MAX_INBOUND: '32KiB'});
  await using stranger = new RawClient(edge.url);
  await once(stranger.socket, 'open');
  for (let n = 0; n < 2_000; n += 1) stranger.socket.send('3');
  await stranger.end();
  expect(edge.seen.limits).toContain('inbound');
});

test('[LIM10] a long-polling client that sends more than may be sent is answered with 429', async () => {
  await using edge = await startEdge({PARLEY_MAX_INBOUND: '32KiB', PARLEY_MAX_PAYLOAD: '64KiB'});
  const at = `${edge.url}/socket.io/?EIO=4&transport=polling`;
  const {sid} = JSON.parse((await (await fetch(at)).text()).slice(1)) as {sid: string};
  const connect = `40${JSON.stringify({token: await signToken('ann'), v: 1})}`;
  await fetch(`${at}&sid=${sid}`, {method: 'POST', body: connect});

  const statuses: number[] = [];
  for (let n = 0; n < 20 && statuses.at(-1) !== 429; n += 1) {
    const body = `42["x",{"t":"${'x'.repeat(30_000)}"}]`;
    statuses.push((await fetch(`${at}&sid=${sid}`, {method: 'POST', body})).status);
  }

  expect(statuses.slice(0, 5)).toEqual([200, 200, 200, 200, 200]);
  expect(statuses.at(-1)).toBe(429);
});

test('[LIM11] the address of clients that had to be closed is slowed down at its next handshakes', async () => {
  await using edge = await startEdge({PARLEY_HANDSHAKES_PER_SECOND: '1', PARLEY_TRUSTED_PROXIES: '127.0.0.1'});
  const from = (address: string) => ({headers: {'x-forwarded-for': address}});
  for (let n = 0; n < 3; n += 1) {
    await using eve = await RawClient.connect(edge, 'eve', from('198.51.100.7'));
    eve.socket.send('zzz');
    await eve.end();
  }

  const io = (address: string) => ({io: {extraHeaders: {'x-forwarded-for': address}}});
  // Of ten at once one is left, and then one in eight seconds.
  await using _let = await connectBare(edge, io('198.51.100.7'));
  const {data} = await refusedBare(edge, io('198.51.100.7'));
  expect(data.code).toBe('rate_limited');
  expect(data.retryAfterMs).toBeGreaterThan(6_000);
  await using _other = await connectBare(edge, io('198.51.100.8'));
});

test('[LIM11] requests of connections that do not exist count as handshakes', async () => {
  await using edge = await startEdge({PARLEY_HANDSHAKES_PER_SECOND: '1'});
  const statuses: number[] = [];
  for (let n = 0; n < 60 && statuses.at(-1) !== 429; n += 1) {
    statuses.push((await fetch(`${edge.url}/socket.io/?EIO=4&transport=polling&sid=constructor`)).status);
  }
  expect(statuses[0]).toBe(400);
  expect(statuses.at(-1)).toBe(429);
});
