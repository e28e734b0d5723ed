import {session} from '@parley/protocol';
import {afterEach, expect, test} from 'vitest';
import {HubCluster, type HubClient} from '../../test/hub-cluster.js';
import type {Identity} from '../hub.js';
import {readableToken} from '../testing/index.js';

let cluster: HubCluster;
afterEach(async () => {
  await cluster.close();
  expect(cluster.defects).toEqual([]);
  expect(cluster.clock.timers).toBe(0);
});

const minute = 60_000;

/** Ada with a token that was given out now and lasts so long. */
const ada = (lifeMs: number, more: Partial<Identity> = {}): Identity => {
  const now = cluster.clock.now();
  return {user: 'ada', name: 'Ada', issuedAt: now, expiresAt: now + lifeMs, ...more};
};
const warnings = (client: HubClient): number[] => client.of(session.expiring).map(({at}) => at);

test('[TOK1] a session is told a minute before its token expires, once', async () => {
  cluster = new HubCluster(1);
  const token = ada(10 * minute);
  const client = await cluster.node(0).connect(token);
  await cluster.clock.pass(9 * minute - 1);
  expect(warnings(client)).toEqual([]);
  await cluster.clock.pass(minute);
  expect(client.of(session.expiring)).toEqual([{expiresAt: token.expiresAt, at: token.expiresAt! - minute}]);
});

test('[TOK1] a short token is told of when a third of its life is left; one that is nearly over, after session.ready', async () => {
  cluster = new HubCluster(1);
  const short = ada(30_000);
  const client = await cluster.node(0).connect(short);
  await cluster.clock.pass(20_000);
  expect(warnings(client)).toEqual([short.expiresAt! - 10_000]);
  const late = await cluster.node(0).connect(short);
  await cluster.clock.pass(1);
  expect(late.frames.map(({name}) => name)).toEqual(['session.ready', 'session.expiring']);
});

test('[TOK1] a token without an end is never told of, and has no timer', async () => {
  cluster = new HubCluster(1);
  const before = (await cluster.node(0).connect('bob'), cluster.clock.timers);
  await cluster.node(0).connect('ada');
  expect(cluster.clock.timers).toBe(before);
});

test('[TOK2] a refreshed session goes on by its new token, and is warned by it', async () => {
  cluster = new HubCluster(1);
  const client = await cluster.node(0).connect(ada(10 * minute));
  await cluster.clock.pass(9.5 * minute);
  const next = ada(10 * minute);
  expect(await client.ok(session.refresh, {token: readableToken(next)})).toEqual({expiresAt: next.expiresAt});
  await cluster.clock.pass(5 * minute);
  expect(client.connection.open).toBe(true);
  expect(warnings(client)).toHaveLength(1);
  await cluster.clock.pass(4.5 * minute);
  expect(warnings(client)).toHaveLength(2);
  await client.ok(session.refresh, {token: readableToken({user: 'ada', name: 'Ada'})});
  await cluster.clock.pass(60 * minute);
  expect(client.connection.open).toBe(true);
});

test('[TOK2] another user’s token, a bad one and an expired one are refused, and the session goes on with its own', async () => {
  cluster = new HubCluster(1);
  const client = await cluster.node(0).connect(ada(10 * minute));
  const refresh = (token: string) => client.code(session.refresh, {token});
  expect(await refresh(readableToken({user: 'eve', name: 'Eve'}))).toBe('forbidden');
  expect(await refresh('nonsense')).toBe('bad_token');
  expect(await refresh(readableToken(ada(-6_000)))).toBe('token_expired');
  expect(await refresh('')).toBe('invalid_payload');
  expect(client.connection.open).toBe(true);
  await cluster.clock.pass(10 * minute + 5_000);
  expect(client.connection.closed).toMatchObject({reason: 'token_expired'});
});

test('[TOK3] the connection is closed when its token is not good any more, tolerance included, and resumes with a new one', async () => {
  cluster = new HubCluster(2);
  const client = await cluster.node(0).connect(ada(10 * minute));
  await cluster.clock.pass(10 * minute + 4_999);
  expect(client.connection.open).toBe(true);
  await cluster.clock.pass(1);
  expect(client.connection.closed).toMatchObject({reason: 'token_expired'});
  expect((await cluster.node(1).store.sessions.find(client.ready.session))?.state).toBe('away');
  const again = await cluster.node(1).resume(ada(10 * minute), client.ready);
  expect(again.ready).toMatchObject({resumed: true, session: client.ready.session});
});

test('[TOK3] a token that ends in fifty years ends nothing before', async () => {
  cluster = new HubCluster(1);
  const client = await cluster.node(0).connect(ada(50 * 365 * 24 * 60 * minute));
  await cluster.clock.pass(30 * minute);
  expect(client.frames.map(({name}) => name)).toEqual(['session.ready']);
});
