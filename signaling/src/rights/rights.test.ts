import {chat, room, session as wire, type Role} from '@parley/protocol';
import {afterEach, expect, test} from 'vitest';
import {HubCluster, type HubClient} from '../../test/hub-cluster.js';
import {readableToken, settled} from '../testing/index.js';
import type {TokenGrant} from './token-grants.js';

let cluster: HubCluster;
afterEach(async () => {
  await cluster.close();
  expect(cluster.defects).toEqual([]);
  expect(cluster.clock.timers).toBe(0);
});

const den = {room: 'den'};

async function inDen(node: number, user: string, grants?: readonly TokenGrant[]): Promise<HubClient> {
  const client = await cluster.node(node).connect({user, name: user.toUpperCase(), ...(grants && {grants})});
  await client.ok(room.join, den);
  await settled();
  return client;
}

/** Ada owns the den, on node 0. */
async function withOwner(more: {access?: 'invited' | 'private'; joinAs?: 'guest'} = {}): Promise<HubClient> {
  cluster = new HubCluster(2);
  const ada = await cluster.node(0).connect('ada');
  await ada.ok(room.create, {...den, ...more});
  expect((await ada.ok(room.join, den)).standing).toMatchObject({role: 'owner'});
  return ada;
}

const say = (client: HubClient, id: string) => client.request(chat.send, {...den, id, text: id});

test('[PERM6] who is removed hears nothing of the room any more, on any device and node, and is told by whom', async () => {
  const ada = await withOwner();
  const [desk, phone] = [await inDen(0, 'bob'), await inDen(1, 'bob')];
  await ada.ok(room.remove, {...den, user: 'bob'});
  await settled();
  for (const each of [desk, phone]) {
    expect(each.of(room.removed)).toEqual([{room: 'den', reason: 'removed', by: 'ada'}]);
    expect(await each.code(chat.send, {...den, id: 'm0', text: 'x'})).toBe('not_joined');
  }
  await ada.ok(chat.send, {...den, id: 'm1', text: 'gone?'});
  await settled();
  for (const each of [desk, phone]) {
    expect(each.of(chat.message)).toEqual([]);
    expect(each.frames.at(-1)?.name).toBe(room.removed.name);
  }
  expect(ada.of(room.member).at(-1)).toMatchObject({user: 'bob', change: 'removed', by: 'ada'});
  expect(await ada.code(room.remove, {...den, user: 'bob'})).toBe('unknown_member');
});

test('[PERM7] a role takes effect at once on all sessions of the member, and the room is told', async () => {
  const ada = await withOwner({joinAs: 'guest'});
  const bob = await inDen(1, 'bob');
  expect(await say(bob, 'm1')).toMatchObject({error: {code: 'forbidden'}});
  await ada.ok(room.setRole, {...den, user: 'bob', role: 'moderator'});
  expect(bob.of(room.rights)).toMatchObject([{room: 'den', standing: {role: 'moderator', over: ['member', 'guest']}}]);
  expect(await say(bob, 'm2')).toMatchObject({ok: true});
  expect(ada.of(room.member).at(-1)).toMatchObject({user: 'bob', change: 'role', role: 'moderator', by: 'ada'});
  expect(await bob.code(room.remove, {...den, user: 'ada'})).toBe('forbidden');
  expect(await bob.code(room.setRole, {...den, user: 'bob', role: 'owner'})).toBe('forbidden');
});

test('[PERM7] a node that did not hear of a removal looks at its sessions when the store is back', async () => {
  await withOwner();
  const bob = await inDen(1, 'bob');
  const member = await cluster.node(0).store.rooms.member('den', 'bob');
  if (!member) throw new Error('bob is no member');
  // Behind the back of the hubs: as if the word had been lost.
  await cluster.node(0).store.rooms.removeMember('den', member, {name: room.member.name, data: {}});
  cluster.world.setAvailable(false);
  cluster.world.setAvailable(true);
  await settled();
  expect(bob.of(room.removed)).toEqual([{room: 'den', reason: 'removed'}]);
});

test('[PERM3] a private room is unknown to strangers, and lets in who is invited and the users of its groups', async () => {
  const ada = await withOwner({access: 'private'});
  const [bob, eve] = [await cluster.node(1).connect('bob'), await cluster.node(1).connect('eve')];
  for (const ask of [room.join, room.members]) expect(await eve.code(ask, den)).toBe('unknown_room');
  expect((await eve.ok(room.list, {})).rooms).toEqual([]);
  await ada.ok(room.invite, {...den, user: 'bob'});
  expect((await bob.ok(room.join, den)).standing).toMatchObject({role: 'member'});
  const {groups} = cluster.node(0).store;
  await groups.create({group: 'staff', title: 'Staff'});
  await groups.addUsers('staff', ['eve']);
  expect(await ada.code(room.setGroup, {...den, group: 'nothing', role: 'guest'})).toBe('unknown_group');
  await ada.ok(room.setGroup, {...den, group: 'staff', role: 'moderator'});
  expect((await eve.ok(room.join, den)).standing).toMatchObject({role: 'moderator'});
  expect((await ada.ok(room.groups, den)).groups).toEqual([{group: 'staff', role: 'moderator'}]);
  // Whom only the group let in goes with it; whom it made more than they were becomes that again.
  await ada.ok(room.setGroup, {...den, group: 'staff'});
  expect(eve.of(room.removed)).toEqual([{room: 'den', reason: 'closed'}]);
  expect(await eve.code(room.join, den)).toBe('unknown_room');
});

test('[PERM8] a token with grants is good for their rooms and no others, with their roles and rights in calls', async () => {
  await withOwner();
  const grants: TokenGrant[] = [{rooms: ['de*'], role: 'guest', call: ['join', 'audio']}];
  const bob = await inDen(1, 'bob', grants);
  const {standing} = await bob.ok(room.join, den);
  expect(standing).toMatchObject({role: 'guest', may: [], call: ['join', 'audio']});
  expect(await say(bob, 'm1')).toMatchObject({error: {code: 'forbidden'}});
  expect(await bob.code(room.join, {room: 'attic'})).toBe('forbidden');
  expect(await bob.code(room.create, {room: 'attic'})).toBe('forbidden');
  const refresh = (more: readonly TokenGrant[]) =>
    bob.ok(wire.refresh, {token: readableToken({user: 'bob', name: 'BOB', grants: more})});
  await refresh([{rooms: ['den'], role: 'admin'}]);
  expect(bob.of(room.rights)).toMatchObject([{standing: {role: 'admin'}}]);
  expect(await say(bob, 'm2')).toMatchObject({ok: true});
  await refresh([]);
  expect(bob.of(room.removed)).toEqual([{room: 'den', reason: 'closed'}]);
});

test('[PERM9] a grant ends at its moment: nothing of the room is heard any more', async () => {
  const ada = await withOwner({access: 'private'});
  const until = cluster.clock.now() + 60_000;
  const bob = await inDen(1, 'bob', [{rooms: ['*'], expiresAt: until}]);
  const cat = await inDen(1, 'cat', [{rooms: ['*'], role: 'admin', expiresAt: until}, {rooms: ['den']}]);
  await cluster.clock.pass(59_999);
  expect(bob.of(room.removed)).toEqual([]);
  await cluster.clock.pass(1);
  expect(bob.of(room.removed)).toEqual([{room: 'den', reason: 'expired'}]);
  expect(cat.of(room.rights)).toMatchObject([{standing: {role: 'member'}}]);
  await ada.ok(chat.send, {...den, id: 'm1', text: 'x'});
  await settled();
  expect(bob.of(chat.message)).toEqual([]);
  expect(cat.of(chat.message)).toHaveLength(1);
  expect(await bob.code(room.join, den)).toBe('forbidden');
  expect((await cluster.node(0).store.sessions.find(bob.ready.session))?.rooms).toEqual([]);
});

test('[PERM7] session.ready says what a resumed session may do, by the roles of now', async () => {
  const ada = await withOwner();
  const bob = await inDen(1, 'bob');
  await bob.drop();
  await ada.ok(room.setRole, {...den, user: 'bob', role: 'guest' satisfies Role});
  const again = await cluster.node(0).resume('bob', bob.ready);
  expect(again.ready.rooms).toMatchObject([{room: 'den', standing: {role: 'guest'}}]);
});
