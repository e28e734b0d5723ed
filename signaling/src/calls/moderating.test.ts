import {call as wire, people, role as roleOf, room as roomWire, type Role} from '@parley/protocol';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {CallCluster, type CallClient} from '../testing/call-cluster.js';
import {settled} from '../testing/hand-clock.js';

const room = 'den';
let cluster: CallCluster;
beforeEach(() => {
  cluster = new CallCluster();
});
afterEach(async () => {
  await cluster.close();
  expect(cluster.defects).toEqual([]);
  expect(cluster.nodes.map(({media}) => media.objects + media.rooms.size)).toEqual(cluster.nodes.map(() => 0));
});

/** The owner and members of the room, in its call, each with a microphone and a camera. */
async function speaking(...users: readonly string[]): Promise<{client: CallClient; producers: string[]}[]> {
  const nodes = [cluster.node('a'), cluster.node('b')];
  const all = [];
  for (const [index, user] of users.entries()) {
    const client = await cluster.client(nodes[index % 2]!, user);
    const {send} = await client.enter();
    all.push({client, producers: [await client.publish(send), await client.publish(send, 'camera')]});
  }
  await settled();
  return all;
}

const give = (by: CallClient, user: string, role: Role): Promise<unknown> =>
  by.ask(roomWire.setRole, {room, user, role: roleOf.parse(role)});

test('[PEER4] one is muted: they are told by whom, all see it, and only they can speak again', async () => {
  const [ann, bob, cas] = await speaking('ann', 'bob', 'cas');
  const [microphone, camera] = bob!.producers as [string, string];
  await ann!.client.ask(people.mute, {room, peers: [bob!.client.session]});
  await settled();
  expect(bob!.client.events(people.muted)).toEqual([{room, producers: [microphone], by: 'ann'}]);
  for (const {client} of [ann!, cas!]) {
    expect(client.view.producers.get(microphone)).toMatchObject({paused: true});
    expect(client.view.producers.get(camera)).toMatchObject({paused: false});
  }
  const resume = {room, producer: microphone};
  await expect(ann!.client.ask(wire.producerResume, resume)).rejects.toMatchObject({code: 'unknown_media'});
  await bob!.client.ask(wire.producerResume, resume);
  await settled();
  expect(cas!.client.view.producers.get(microphone)).toMatchObject({paused: false});
});

test('[PEER4] all others are muted at once, cameras if that is said, and who is quiet already is told nothing', async () => {
  const [ann, bob, cas] = await speaking('ann', 'bob', 'cas');
  await cas!.client.ask(wire.producerPause, {room, producer: cas!.producers[0]!});
  await ann!.client.ask(people.mute, {room, peers: 'all'});
  await settled();
  expect(bob!.client.events(people.muted)).toHaveLength(1);
  expect(cas!.client.events(people.muted)).toEqual([]);
  expect(bob!.client.view.producers.get(ann!.producers[0]!)).toMatchObject({paused: false});
  await ann!.client.ask(people.mute, {room, peers: 'all', sources: ['camera']});
  await settled();
  expect(cas!.client.events(people.muted)).toEqual([{room, producers: [cas!.producers[1]], by: 'ann'}]);
  expect(cas!.client.view.producers.get(bob!.producers[1]!)).toMatchObject({paused: true});
});

test('[PEER5] who is put out is out with all sessions, and comes in again only if let in', async () => {
  const [ann, bob] = await speaking('ann', 'bob');
  const phone = await cluster.client(cluster.nodes[0]!, 'bob');
  await phone.join();
  await ann!.client.ask(people.kick, {room, peer: phone.session});
  await settled();
  for (const client of [bob!.client, phone]) {
    expect(client.view.ended).toBe('kicked');
    await expect(client.join()).rejects.toMatchObject({code: 'call_lobby'});
  }
  expect([...ann!.client.view.peers.keys()]).toEqual([ann!.client.session]);
  expect(await phone.ask(people.knock, {room})).toEqual({admitted: false});
  await ann!.client.ask(people.admit, {room, sessions: [phone.session]});
  await phone.join();
  await bob!.client.join();
});

test('[PEER6] the call is ended for all, by somebody who need not be in it, and the next one is another', async () => {
  const [ann, bob] = await speaking('ann', 'bob');
  await ann!.client.ask(people.lock, {room, locked: true});
  await ann!.client.ask(wire.leave, {room});
  await ann!.client.ask(people.end, {room});
  await settled();
  expect(bob!.client.view.ended).toBe('ended');
  const cas = await cluster.client(cluster.nodes[1]!, 'cas');
  expect(await cas.join()).toMatchObject({locked: false});
  await cas.ask(wire.leave, {room});
  await expect(ann!.client.ask(people.end, {room})).rejects.toMatchObject({code: 'not_in_call'});
});

test('[PEER14] nobody acts on whom they are below: not one by one, and not on all', async () => {
  const [ann, bob, cas] = await speaking('ann', 'bob', 'cas');
  await give(ann!.client, 'bob', 'moderator');
  await settled();
  await bob!.client.ask(people.mute, {room, peers: 'all'});
  await settled();
  expect(ann!.client.events(people.muted)).toEqual([]);
  expect(cas!.client.events(people.muted)).toHaveLength(1);
  const kick = bob!.client.ask(people.kick, {room, peer: ann!.client.session});
  await expect(kick).rejects.toMatchObject({code: 'forbidden'});
  await expect(cas!.client.ask(people.kick, {room, peer: bob!.client.session})).rejects.toMatchObject({
    code: 'forbidden',
  });
  await give(ann!.client, 'cas', 'moderator');
  await settled();
  await cas!.client.ask(people.kick, {room, peer: bob!.client.session});
  await settled();
  expect(bob!.client.view.ended).toBe('kicked');
});

test('[PEER10] a change of role is told to all, gives what it gives at once, and ends what it takes', async () => {
  const [ann, bob, cas] = await speaking('ann', 'bob', 'cas');
  await ann!.client.ask(people.lobby, {room, enabled: true});
  const dan = await cluster.client(cluster.nodes[0]!, 'dan');
  await dan.ask(people.knock, {room});
  await give(ann!.client, 'bob', 'moderator');
  await settled();
  const updates = cas!.client.events(wire.peer).filter(({change}) => change === 'updated');
  expect(updates.at(-1)).toMatchObject({user: 'bob', profile: {role: 'moderator'}});
  expect(updates.at(-1)?.profile?.rights).toContain('moderate');
  expect(bob!.client.events(people.waiting)).toMatchObject([{user: 'dan', change: 'waiting'}]);
  await bob!.client.ask(people.admit, {room, sessions: 'all'});
  await give(ann!.client, 'bob', 'guest');
  await settled();
  for (const producer of bob!.producers) expect(cas!.client.view.producers.has(producer)).toBe(false);
  expect(bob!.client.events(wire.peer).at(-1)).toMatchObject({user: 'bob', profile: {rights: ['join']}});
  await expect(bob!.client.ask(people.lock, {room, locked: true})).rejects.toMatchObject({code: 'forbidden'});
});
