import {session as wire} from '@parley/protocol';
import {afterEach, expect, test} from 'vitest';
import {HubCluster} from '../../test/hub-cluster.js';
import {settled} from '../testing/index.js';

let cluster: HubCluster;

afterEach(async () => {
  await cluster.close();
  expect(cluster.defects).toEqual([]);
});

test('[SES11] the sessions of a user are listed with name, last sight, and which of them asks', async () => {
  cluster = new HubCluster(2);
  const desk = await cluster.node(0).connect('ada', {device: 'desk'});
  await cluster.clock.pass(1_000);
  const phone = await cluster.node(1).connect('ada', {device: 'phone'});
  await cluster.node(1).connect('bob');
  const wentAt = cluster.clock.now();
  await desk.drop();
  await cluster.clock.pass(5_000);
  const {sessions} = await phone.ok(wire.list, {});
  expect(sessions).toMatchObject([
    {session: phone.ready.session, device: 'phone', state: 'connected', current: true, node: 'node-2'},
    {session: desk.ready.session, device: 'desk', state: 'away', current: false, seenAt: wentAt},
  ]);
});

test('[SES14] a device is named in the handshake and later, also from another session, and never another user’s', async () => {
  cluster = new HubCluster(2);
  const desk = await cluster.node(0).connect('ada', {device: 'desk'});
  const phone = await cluster.node(1).connect('ada');
  const bob = await cluster.node(1).connect('bob');
  await desk.ok(wire.rename, {device: ' big desk '});
  await desk.ok(wire.rename, {device: 'phone', session: phone.ready.session});
  await settled();
  // All are told but for who named itself.
  expect(desk.of(wire.changed).flatMap(({change, device}) => (change === 'renamed' ? [device] : []))).toEqual([
    'phone',
  ]);
  expect(phone.of(wire.changed).map(({session, device}) => [session, device])).toEqual([
    [desk.ready.session, 'big desk'],
    [phone.ready.session, 'phone'],
  ]);
  expect(await bob.refused(wire.rename, {device: 'mine', session: desk.ready.session})).toMatchObject({
    code: 'unknown_session',
  });
  const {sessions} = await desk.ok(wire.list, {});
  expect(sessions.map(({device}) => device).sort()).toEqual(['big desk', 'phone']);
});

test('[SES15] the other sessions are told of one that is opened, renamed and ended, on all nodes, and nobody else', async () => {
  cluster = new HubCluster(3);
  const desk = await cluster.node(0).connect('ada');
  const bob = await cluster.node(0).connect('bob');
  const phone = await cluster.node(1).connect('ada', {device: 'phone'});
  await settled();
  await phone.ok(wire.rename, {device: 'tablet'});
  await settled();
  await phone.ok(wire.end, {});
  await settled();
  const {session} = phone.ready;
  expect(desk.of(wire.changed)).toMatchObject([
    {session, change: 'opened', device: 'phone'},
    {session, change: 'renamed', device: 'tablet'},
    {session, change: 'ended', device: 'tablet'},
  ]);
  expect(phone.of(wire.changed)).toEqual([]);
  expect(bob.of(wire.changed)).toEqual([]);
});

test('[SES16] one session is signed out from another, connected elsewhere or away, and does not come back', async () => {
  cluster = new HubCluster(2);
  const desk = await cluster.node(0).connect('ada');
  const phone = await cluster.node(1).connect('ada');
  const tablet = await cluster.node(1).connect('ada');
  const bob = await cluster.node(1).connect('bob');
  await tablet.drop();
  for (const session of [bob.ready.session, 's_never-there']) {
    expect(await desk.refused(wire.signOut, {session})).toMatchObject({code: 'unknown_session'});
  }
  await desk.ok(wire.signOut, {session: phone.ready.session});
  await desk.ok(wire.signOut, {session: tablet.ready.session});
  await settled();
  expect(phone.connection.closed).toMatchObject({reason: 'ended'});
  expect((await cluster.node(0).resume('ada', phone.ready)).ready.resumed).toBe(false);
  expect((await cluster.node(0).resume('ada', tablet.ready)).ready.resumed).toBe(false);
  expect(bob.connection.open).toBe(true);
  await desk.ok(wire.signOut, {session: desk.ready.session});
  await settled();
  expect(desk.connection.closed).toMatchObject({reason: 'ended'});
});

test('[SES16] all other sessions are signed out at once, and counted', async () => {
  cluster = new HubCluster(2);
  const desk = await cluster.node(0).connect('ada');
  const others = [await cluster.node(0).connect('ada'), await cluster.node(1).connect('ada')];
  const away = await cluster.node(1).connect('ada');
  await away.drop();
  expect(await desk.ok(wire.signOutOthers, {})).toEqual({sessions: 3});
  await settled();
  for (const {connection} of others) expect(connection.closed).toMatchObject({reason: 'ended'});
  expect(desk.connection.open).toBe(true);
  expect((await desk.ok(wire.list, {})).sessions).toHaveLength(1);
  expect(await desk.ok(wire.signOutOthers, {})).toEqual({sessions: 0});
});

test('[SES17] one session too many is refused; those that are away count until their window is over', async () => {
  cluster = new HubCluster(2, {limits: {sessions: {most: 2, policy: 'refuse_newest'}}});
  const desk = await cluster.node(0).connect('ada');
  expect(desk.ready.limits.sessionsPerUser).toBe(2);
  const phone = await cluster.node(1).connect('ada');
  await phone.drop();
  await expect(cluster.node(1).admit('ada')).rejects.toMatchObject({code: 'too_many_sessions', retryable: false});
  await cluster.node(1).connect('bob');
  await cluster.clock.pass(120_000);
  expect((await cluster.node(1).connect('ada')).ready.resumed).toBe(false);
});

test('[SES17] or the one that began first is closed with its code, and the new one is in', async () => {
  cluster = new HubCluster(2, {limits: {sessions: {most: 2, policy: 'close_oldest'}}});
  const first = await cluster.node(0).connect('ada');
  await cluster.clock.pass(10);
  const second = await cluster.node(1).connect('ada');
  await cluster.clock.pass(10);
  const third = await cluster.node(1).connect('ada');
  await settled();
  expect(first.connection.closed).toMatchObject({reason: 'too_many_sessions'});
  expect(second.connection.open).toBe(true);
  expect((await third.ok(wire.list, {})).sessions).toHaveLength(2);
  expect(second.of(wire.changed)).toContainEqual(
    expect.objectContaining({session: first.ready.session, change: 'ended'}),
  );
});
