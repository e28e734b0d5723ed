import {people} from '@parley/protocol';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {CallCluster, type CallClient, type CallNode} from '../testing/call-cluster.js';
import {settled} from '../testing/hand-clock.js';

const room = 'den';
let cluster: CallCluster;
let here: CallNode;
let there: CallNode;
beforeEach(() => {
  cluster = new CallCluster();
  [here, there] = [cluster.node('a'), cluster.node('b')];
});
afterEach(async () => {
  await cluster.close();
  expect(cluster.defects).toEqual([]);
});

/** Node `b` runs the call and the backend asks node `a`. */
async function inCall(...users: readonly string[]): Promise<{client: CallClient; producers: string[]}[]> {
  const all = [];
  for (const user of users) {
    const client = await cluster.client(there, user);
    const {send} = await client.enter();
    all.push({client, producers: [await client.publish(send), await client.publish(send, 'camera')]});
  }
  await settled();
  return all;
}

const unknown = {code: 'unknown_call'};

test('[OPS7] the calls of all nodes are listed by room, page by page, and each once', async () => {
  const {calls} = here.hub.backstage;
  expect(await calls.list({limit: 10})).toEqual({calls: [], more: false, missing: []});
  for (const [node, name] of [
    [there, 'c'],
    [here, 'b'],
    [there, 'a'],
  ] as const) {
    const client = await cluster.client(node, `user-${name}`, name);
    await client.join(name);
  }
  const first = await calls.list({limit: 2});
  expect(first).toMatchObject({more: true, missing: []});
  expect(first.calls.map(({room: name, node, peers}) => [name, node, peers])).toEqual([
    ['a', 'b', 1],
    ['b', 'a', 1],
  ]);
  expect(await calls.list({after: 'b', limit: 2})).toMatchObject({calls: [{room: 'c', node: 'b'}], more: false});
});

test('[OPS7] a node that does not answer in time is named, and the calls of the others are listed', async () => {
  const ann = await cluster.client(here, 'ann');
  await ann.join();
  there.store.bus.handle('call.list', () => new Promise(() => undefined));
  const listing = here.hub.backstage.calls.list({limit: 10});
  await cluster.clock.pass(2_000);
  expect(await listing).toMatchObject({calls: [{room, node: 'a', peers: 1}], missing: ['b']});
});

test('[OPS6] a backend mutes one and all through another node, in nobody’s name and whatever their role', async () => {
  const [ann, bob] = await inCall('ann', 'bob');
  const {calls} = here.hub.backstage;
  await calls.mute(room, {peers: [ann!.client.session]});
  await settled();
  expect(ann!.client.events(people.muted)).toEqual([{room, producers: [ann!.producers[0]]}]);
  expect(bob!.client.events(people.muted)).toEqual([]);
  await calls.mute(room, {peers: 'all', sources: ['camera', 'screen']});
  await settled();
  for (const {client, producers} of [ann!, bob!])
    expect(client.events(people.muted).at(-1)).toEqual({room, producers: [producers[1]]});
  const {producers, node} = await calls.get(room);
  expect(node).toBe('b');
  expect(producers.map(({source, paused}) => [source, paused])).toEqual([
    ['microphone', true],
    ['camera', true],
    ['microphone', false],
    ['camera', true],
  ]);
});

test('[OPS6] a backend puts out, lets in, locks and ends, and the peers are told as by a moderator', async () => {
  const [ann, bob] = await inCall('ann', 'bob');
  const {calls} = here.hub.backstage;
  await calls.kick(room, bob!.client.session);
  await calls.kick(room, bob!.client.session);
  await settled();
  expect(bob!.client.view.ended).toBe('kicked');
  expect(await bob!.client.ask(people.knock, {room})).toEqual({admitted: false});
  expect((await calls.get(room)).waiting).toMatchObject([{user: 'bob'}]);
  await calls.admit(room, 'all');
  await bob!.client.join();
  expect(await calls.set(room, {locked: true, limits: {peers: 3}})).toMatchObject({locked: true, limits: {peers: 3}});
  await settled();
  expect(ann!.client.events(people.settings).at(-1)).toMatchObject({locked: true, limits: {peers: 3}});
  const cas = await cluster.client(here, 'cas');
  await expect(cas.join()).rejects.toMatchObject({code: 'call_locked'});
  await calls.end(room);
  await settled();
  for (const {client} of [ann!, bob!]) expect(client.view.ended).toBe('ended');
  await expect(calls.end(room)).rejects.toMatchObject(unknown);
});

test('[OPS6] what is the room’s can be set without a call, and what needs one is refused without', async () => {
  const {calls} = here.hub.backstage;
  await cluster.client(here, 'ann');
  expect(await calls.set(room, {lobby: true, limits: {peers: 2}})).toMatchObject({lobby: true, limits: {peers: 2}});
  await expect(calls.set(room, {locked: true, lobby: false})).rejects.toMatchObject(unknown);
  expect(await calls.get(room)).toMatchObject({active: false, lobby: true, locked: false, producers: []});
  expect(await calls.set(room, {limits: {peers: null}})).toMatchObject({limits: {peers: 8}});
  await expect(calls.mute(room, {peers: 'all'})).rejects.toMatchObject(unknown);
  for (const asked of [calls.get('nowhere'), calls.end('nowhere'), calls.set('nowhere', {})])
    await expect(asked).rejects.toMatchObject({code: 'unknown_room'});
});
