import {ParleyError, room} from '@parley/protocol';
import {afterEach, expect, test} from 'vitest';
import {HubCluster} from '../../test/hub-cluster.js';
import {overlay} from '../../test/wrap-store.js';
import {settled} from '../testing/index.js';

let cluster: HubCluster;
afterEach(async () => {
  await cluster.close();
  expect(cluster.defects).toEqual([]);
  expect(cluster.clock.timers).toBe(0);
});

test('[SES9] a kick ends a session for good, on whichever node, and nothing follows it on the wire', async () => {
  cluster = new HubCluster(2);
  const [ada, phone] = [await cluster.node(0).connect('ada'), await cluster.node(1).connect('ada')];
  for (const each of [ada, phone]) {
    await each.ask(room.create.name, {room: 'den'});
    await each.ok(room.join, {room: 'den'});
  }
  await phone.drop();
  const away = await cluster.node(1).connect('ada');
  expect(await cluster.node(1).hub.backstage.kick({user: 'ada'}, 'out')).toEqual({sessions: 3});
  expect(ada.connection.closed).toEqual({reason: 'kicked', message: 'out'});
  expect(away.connection.closed?.reason).toBe('kicked');
  const seen = ada.frames.length;
  await cluster.node(0).hub.backstage.push({target: {room: 'den'}, topic: 'x', data: 1, store: true});
  await settled();
  expect(ada.frames).toHaveLength(seen);
  for (const {ready} of [ada, phone, away]) {
    expect((await cluster.node(0).resume('ada', ready)).ready.resumed).toBe(false);
  }
  expect(await cluster.node(0).hub.backstage.kick({session: ada.ready.session})).toEqual({sessions: 0});
});

test('[SES9] a kick while a resume is under way takes effect when it starts', async () => {
  cluster = new HubCluster(2);
  const ada = await cluster.node(0).connect('ada');
  await ada.drop();
  const admission = await cluster.node(1).admit('ada', {resume: {...key(ada.ready), rooms: {}}});
  expect(await cluster.node(0).hub.backstage.kick({session: ada.ready.session})).toEqual({sessions: 1});
  const connection = cluster.node(1).broadcaster.connect();
  admission.start(connection);
  expect(connection.frames).toEqual([]);
  expect(connection.closed?.reason).toBe('kicked');
});

test('[SES9] while the store is away a session of this node is kicked all the same, and ended when it is back', async () => {
  cluster = new HubCluster(1);
  const ada = await cluster.node(0).connect('ada');
  cluster.world.setAvailable(false);
  expect(await cluster.node(0).hub.backstage.kick({user: 'ada'})).toEqual({sessions: 1});
  expect(ada.connection.closed?.reason).toBe('kicked');
  await cluster.clock.pass(3_000);
  cluster.world.setAvailable(true);
  await cluster.clock.pass(3_000);
  expect(await cluster.node(0).store.sessions.find(ada.ready.session)).toBeUndefined();
});

test('[SES9] a kick that the other node did not hear is said again until it does', async () => {
  let deaf = true;
  cluster = new HubCluster(2, {
    wrapStore: (store) =>
      overlay(store, {
        bus: overlay(store.bus, {
          request: (...args) =>
            deaf && args[1] === 'hub.session.close'
              ? Promise.reject(new ParleyError('timeout'))
              : store.bus.request(...args),
        }),
      }),
  });
  const ada = await cluster.node(1).connect('ada');
  expect(await cluster.node(0).hub.backstage.kick({user: 'ada'})).toEqual({sessions: 1});
  expect(ada.connection.open).toBe(true);
  deaf = false;
  await cluster.clock.pass(1_000);
  expect(ada.connection.closed?.reason).toBe('kicked');
});

const key = ({session: id, key: secret}: {session: string; key: string}) => ({session: id, key: secret});
