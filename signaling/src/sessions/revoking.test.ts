import {closeCodes, ParleyError, room, session} from '@parley/protocol';
import {afterEach, expect, test} from 'vitest';
import {HubCluster} from '../../test/hub-cluster.js';
import {overlay} from '../../test/wrap-store.js';
import type {Identity} from '../hub.js';
import {readableToken, settled} from '../testing/index.js';

let cluster: HubCluster;
afterEach(async () => {
  await cluster.close();
  expect(cluster.defects).toEqual([]);
  expect(cluster.clock.timers).toBe(0);
});

const issued = (user: string, more: Partial<Identity> = {}): Identity => ({
  user,
  name: user,
  issuedAt: cluster.clock.now(),
  ...more,
});
const backstage = (index: number) => cluster.node(index).hub.backstage;

test('[TOK5] a user’s sessions on all nodes are closed and ended, and those with newer tokens and other users go on', async () => {
  cluster = new HubCluster(2);
  const [one, two] = [await cluster.node(0).connect(issued('ann')), await cluster.node(1).connect(issued('ann'))];
  const nobody = await cluster.node(1).connect({user: 'ann', name: 'without iat'});
  const bob = await cluster.node(0).connect(issued('bob'));
  await cluster.clock.pass(1_000);
  const newer = await cluster.node(1).connect(issued('ann'));

  expect(await backstage(0).revokeTokens({target: {user: 'ann'}})).toEqual({sessions: 3});
  await settled();
  for (const client of [one, two, nobody]) {
    expect(client.connection.closed).toMatchObject({reason: 'token_revoked'});
    expect(await cluster.node(0).store.sessions.find(client.ready.session)).toBeUndefined();
  }
  expect(cluster.node(1).observed.filter((what) => what === 'closed revoked')).toHaveLength(2);
  expect([newer, bob].map(({connection}) => connection.open)).toEqual([true, true]);
  expect(closeCodes.token_revoked.code).toBeGreaterThanOrEqual(4_500);
});

test('[TOK5] a token is revoked by its id, and everybody’s up to a moment', async () => {
  cluster = new HubCluster(2);
  const leaked = await cluster.node(1).connect(issued('ann', {tokenId: 'leaked'}));
  const other = await cluster.node(1).connect(issued('ann', {tokenId: 'other'}));
  expect(await backstage(0).revokeTokens({target: {tokenId: 'leaked'}})).toEqual({sessions: 1});
  expect(leaked.connection.closed).toMatchObject({reason: 'token_revoked'});
  expect(other.connection.open).toBe(true);

  await cluster.clock.pass(1_000);
  const issuedBefore = cluster.clock.now();
  const later = await cluster.node(0).connect(issued('bob'));
  expect(await backstage(0).revokeTokens({target: {all: true}, issuedBefore})).toEqual({sessions: 1});
  expect(other.connection.closed).toMatchObject({reason: 'token_revoked'});
  expect(later.connection.open).toBe(true);
});

test('[TOK5] a user’s session that is away is ended: it neither resumes nor keeps its user from being offline', async () => {
  cluster = new HubCluster(2);
  const ann = await cluster.node(0).connect(issued('ann'));
  await ann.drop();
  await cluster.clock.pass(1_000);
  expect(await backstage(1).revokeTokens({target: {user: 'ann'}})).toEqual({sessions: 1});
  expect([...(await cluster.node(0).store.sessions.presenceOf(['ann']))]).toEqual([
    ['ann', {status: 'offline', devices: []}],
  ]);
  const again = await cluster.node(1).resume(issued('ann'), ann.ready);
  expect(again.ready.resumed).toBe(false);
});

test('[TOK6] a revoked token is refused by new handshakes, resumes and refreshes, everywhere', async () => {
  cluster = new HubCluster(2);
  const old = issued('ann', {tokenId: 'old'});
  const ann = await cluster.node(0).connect(issued('ann', {tokenId: 'good'}));
  await backstage(0).revokeTokens({target: {tokenId: 'old'}});
  const {session: id, key} = ann.ready;
  await expect(cluster.node(1).admit(old)).rejects.toMatchObject({code: 'token_revoked'});
  await expect(cluster.node(1).admit(old, {resume: {session: id, key, rooms: {}}})).rejects.toMatchObject({
    code: 'token_revoked',
  });
  expect(await ann.code(session.refresh, {token: readableToken(old)})).toBe('token_revoked');
  expect(ann.connection.open).toBe(true);
});

test('[TOK6] a token that is revoked while its handshake or refresh is under way gets nowhere', async () => {
  const asked: (() => void)[] = [];
  let slow = false;
  cluster = new HubCluster(1, {
    // The answer is that of the moment of the question, and takes its time.
    wrapStore: (store) =>
      overlay(store, {
        revocations: overlay(store.revocations, {
          areRevoked: async (tokens) => {
            const answer = await store.revocations.areRevoked(tokens);
            if (slow) await new Promise<void>((resolve) => asked.push(resolve));
            return answer;
          },
        }),
      }),
  });
  const token = issued('ann', {tokenId: 'leaked'});
  const ann = await cluster.node(0).connect(issued('ann', {tokenId: 'good'}));
  slow = true;
  const refreshing = ann.code(session.refresh, {token: readableToken(token)});
  const admitting = cluster.node(0).admit(token);
  await settled();
  expect(await backstage(0).revokeTokens({target: {tokenId: 'leaked'}})).toEqual({sessions: 0});
  for (const answer of asked) answer();
  expect(await refreshing).toBe('token_revoked');
  const admission = await admitting;
  const connection = cluster.node(0).broadcaster.connect();
  admission.start(connection);
  expect(connection.closed).toMatchObject({reason: 'token_revoked'});
  await settled();
  expect(await cluster.node(0).store.sessions.find(admission.session)).toBeUndefined();
  expect(ann.connection.open).toBe(true);
});

test('[TOK6] a node that did not hear of a revocation looks at its sessions when the store is back', async () => {
  cluster = new HubCluster(1);
  const node = cluster.node(0);
  const leaked = await node.connect(issued('ann', {tokenId: 'leaked'}));
  const refreshed = await node.connect(issued('ann', {tokenId: 'good'}));
  await node.store.revocations.revoke({kind: 'token', tokenId: 'leaked', until: cluster.clock.now() + 60_000});
  cluster.world.setAvailable(false);
  // While the store is away the signature has to do.
  await refreshed.ok(session.refresh, {token: readableToken(issued('ann', {tokenId: 'leaked'}))});
  expect([leaked, refreshed].map(({connection}) => connection.open)).toEqual([true, true]);
  cluster.world.setAvailable(true);
  await settled();
  expect([leaked, refreshed].map(({connection}) => connection.closed?.reason)).toEqual([
    'token_revoked',
    'token_revoked',
  ]);
});

test('[TOK7] when revocations are put back that the store had forgotten, every node looks at its sessions', async () => {
  const restored: (() => void)[] = [];
  cluster = new HubCluster(2, {
    wrapStore: (store) =>
      overlay(store, {
        revocations: overlay(store.revocations, {onRestored: (listener) => void restored.push(listener)}),
      }),
  });
  const leaked = await cluster.node(1).connect(issued('ann', {tokenId: 'leaked'}));
  const kept = await cluster.node(1).connect(issued('ann', {tokenId: 'kept'}));
  await cluster
    .node(0)
    .store.revocations.revoke({kind: 'token', tokenId: 'leaked', until: cluster.clock.now() + 60_000});
  restored[0]?.();
  await settled();
  expect(leaked.connection.closed).toMatchObject({reason: 'token_revoked'});
  expect(kept.connection.open).toBe(true);
});

test('[TOK7] a revocation lasts for the longest life of a token, or as long as its caller says', async () => {
  cluster = new HubCluster(1);
  const [brief, long] = [issued('ann', {tokenId: 'brief'}), issued('ann', {tokenId: 'long'})];
  const until = cluster.clock.now() + 60_000;
  await backstage(0).revokeTokens({target: {tokenId: 'brief'}, until});
  await backstage(0).revokeTokens({target: {tokenId: 'long'}});
  await cluster.clock.pass(60_000);
  await cluster.node(0).connect(brief);
  await expect(cluster.node(0).admit(long)).rejects.toMatchObject({code: 'token_revoked'});
  await cluster.clock.pass(20 * 60_000);
  await cluster.node(0).connect(long);
  await expect(backstage(0).revokeTokens({target: {user: 'ann'}, until})).rejects.toMatchObject({field: 'until'});
});

test('[TOK6] while the store is away nothing is revoked, and the caller is told', async () => {
  cluster = new HubCluster(1);
  const ann = await cluster.node(0).connect(issued('ann'));
  await ann.ok(room.create, {room: 'den'});
  cluster.world.setAvailable(false);
  const attempt = backstage(0).revokeTokens({target: {user: 'ann'}});
  await expect(attempt).rejects.toBeInstanceOf(ParleyError);
  await expect(attempt).rejects.toMatchObject({code: 'unavailable'});
  expect(ann.connection.open).toBe(true);
});

test.each([
  ['by its id', {target: {tokenId: 'leaked'}}],
  ['like everybody’s', {target: {all: true}}],
] as const)(
  '[TOK5] a session that is away and stands on a token revoked %s is not resumed with another',
  async (_, asked) => {
    cluster = new HubCluster(2);
    const ann = await cluster.node(0).connect(issued('ann', {tokenId: 'leaked'}));
    const calm = await cluster
      .node(0)
      .connect(issued('bob', {tokenId: 'good', issuedAt: cluster.clock.now() + 10_000}));
    await ann.drop();
    await calm.drop();
    await cluster.clock.pass(1_000);
    expect(await backstage(1).revokeTokens({issuedBefore: cluster.clock.now(), ...asked})).toEqual({sessions: 0});
    await cluster.clock.pass(1_000);
    const again = await cluster.node(1).resume(issued('ann', {tokenId: 'new'}), ann.ready);
    expect(again.ready.resumed).toBe(false);
    expect(await cluster.node(0).store.sessions.find(ann.ready.session)).toBeUndefined();
    expect((await cluster.node(1).resume(issued('bob', {tokenId: 'new too'}), calm.ready)).ready.resumed).toBe(true);
  },
);

test('[TOK5] a session stands on the token that it was refreshed with, also while it is away', async () => {
  cluster = new HubCluster(2);
  const ann = await cluster.node(0).connect(issued('ann', {tokenId: 'first'}));
  await ann.ok(session.refresh, {token: readableToken(issued('ann', {tokenId: 'second'}))});
  await settled();
  await ann.drop();
  await backstage(1).revokeTokens({target: {tokenId: 'first'}});
  const again = await cluster.node(1).resume(issued('ann', {tokenId: 'third'}), ann.ready);
  expect(again.ready.resumed).toBe(true);
  await again.drop();
  await backstage(1).revokeTokens({target: {tokenId: 'third'}});
  expect((await cluster.node(1).resume(issued('ann', {tokenId: 'fourth'}), again.ready)).ready.resumed).toBe(false);
});
