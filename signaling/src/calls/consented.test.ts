import {call as wire, people, room} from '@parley/protocol';
import {afterEach, expect, test} from 'vitest';
import {MemoryHookBackend} from '../memory/index.js';
import type {HookQuestion} from '../ports.js';
import {CallCluster, type CallNode} from '../testing/call-cluster.js';
import {settled} from '../testing/hand-clock.js';

let cluster: CallCluster;
afterEach(async () => {
  await cluster.close();
  expect(cluster.defects).toEqual([]);
});

function nodeWith(decide: (question: HookQuestion) => unknown): CallNode {
  cluster = new CallCluster();
  const backend = new MemoryHookBackend(decide);
  const hooks = [{name: 'gate', backend, hooks: {callJoin: 'closed'}, timeoutMs: 1_000, concurrency: 16}] as const;
  return cluster.node('a', {hooks});
}

test('[HOOK17] the backend may keep somebody out of a call, who stays in the one that they are in', async () => {
  const asked: HookQuestion[] = [];
  const a = nodeWith((question) => {
    asked.push(question);
    return 'room' in question.data && question.data.room === 'den'
      ? {allow: true}
      : {allow: false, code: 'call_denied', reason: 'no.seat'};
  });
  const ann = await cluster.client(a, 'ann');
  await ann.enter();
  await cluster.client(a, 'bob', 'attic');
  await ann.ask(room.join, {room: 'attic'});
  await expect(ann.join('attic')).rejects.toMatchObject({code: 'call_denied', reason: 'no.seat'});
  expect(ann.events(wire.closed)).toEqual([]);
  expect([...a.media.rooms.keys()]).toHaveLength(1);
  expect(asked[0]?.data).toMatchObject({user: 'ann', room: 'den', session: ann.session, role: 'owner'});
});

test('[HOOK17] who leaves while the backend is asked is not in the call afterwards', async () => {
  let answer: (given: unknown) => void = () => undefined;
  const a = nodeWith(() => new Promise((resolve) => (answer = resolve)));
  const ann = await cluster.client(a, 'ann');
  const joining = ann.join('den');
  const leaving = ann.ask(wire.leave, {room: 'den'});
  await settled();
  answer({allow: true});
  await Promise.all([joining, leaving]);
  await settled();
  expect(a.media.rooms.size).toBe(0);
});

test('[HOOK17] who the backend keeps out of a call does not wait in its lobby, and who waited is asked about when they come in', async () => {
  const asked: string[] = [];
  let isWelcome = true;
  const a = nodeWith(({data}) => {
    if (data.user === 'ann') return {allow: true};
    asked.push(data.user);
    return data.user === 'bob' && isWelcome ? {allow: true} : {allow: false};
  });
  const [ann, bob, eve] = [
    await cluster.client(a, 'ann'),
    await cluster.client(a, 'bob'),
    await cluster.client(a, 'eve'),
  ];
  await ann.join();
  const {calls} = a.hub.backstage;
  await calls.set('den', {lobby: true});
  await expect(eve.ask(people.knock, {room: 'den'})).rejects.toMatchObject({code: 'denied'});
  expect(await bob.ask(people.knock, {room: 'den'})).toEqual({admitted: false});
  expect((await calls.get('den')).waiting).toMatchObject([{user: 'bob'}]);
  isWelcome = false;
  await calls.admit('den', 'all');
  await expect(bob.join()).rejects.toMatchObject({code: 'denied'});
  expect(asked).toEqual(['eve', 'bob', 'bob']);
});
