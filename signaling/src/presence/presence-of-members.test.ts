import {presence, room} from '@parley/protocol';
import {afterEach, expect, test} from 'vitest';
import {HubCluster} from '../../test/hub-cluster.js';
import {settled} from '../testing/index.js';

let cluster: HubCluster;
afterEach(async () => {
  await cluster.close();
  expect(cluster.defects).toEqual([]);
});

test('[PRES4] a change of role leaves a member’s presence as it is, and who was removed is followed no longer', async () => {
  cluster = new HubCluster(2);
  const ada = await cluster.node(0).connect('ada');
  await ada.ok(room.create, {room: 'den'});
  await ada.ok(room.join, {room: 'den'});
  await ada.ok(presence.subscribeRoom, {room: 'den'});
  const bob = await cluster.node(1).connect('bob');
  await bob.ok(room.join, {room: 'den'});
  await settled();
  const told = (): string[] =>
    ada
      .of(presence.changed)
      .flatMap(({users}) => users)
      .filter(({user}) => user === 'bob')
      .map(({status}) => status);
  await cluster.clock.pass(300);
  expect(told()).toEqual(['online']);
  await ada.ok(room.setRole, {room: 'den', user: 'bob', role: 'moderator'});
  await bob.drop();
  await cluster.clock.pass(300);
  expect(told()).toEqual(['online', 'away']);
  await ada.ok(room.remove, {room: 'den', user: 'bob'});
  await (await cluster.node(1).connect('bob')).drop();
  await cluster.clock.pass(300);
  expect(told().slice(2)).not.toContain('online');
});
