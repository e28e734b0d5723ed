import {chat, room, session as wire, type hook} from '@parley/protocol';
import {afterEach, expect, test} from 'vitest';
import {HubCluster} from '../../test/hub-cluster.js';
import {MemoryHookBackend} from '../memory/index.js';
import type {HookQuestion} from '../ports.js';
import {readableToken, settled} from '../testing/index.js';

let cluster: HubCluster;
afterEach(async () => {
  await cluster.close();
  expect(cluster.defects).toEqual([]);
});

type Decisions = Partial<Record<hook.HookName, (question: HookQuestion) => unknown>>;

/** A cluster whose backend decides what is given here, and nothing else. */
function withHooks(decisions: Decisions): HookQuestion[] {
  const asked: HookQuestion[] = [];
  const backend = new MemoryHookBackend((question) => {
    asked.push(question);
    return decisions[question.hook]?.(question);
  });
  const hooks = Object.fromEntries(Object.keys(decisions).map((name) => [name, 'closed']));
  cluster = new HubCluster(1, {hooks: [{name: 'gate', backend, hooks, timeoutMs: 1_000, concurrency: 16}]});
  return asked;
}

function held() {
  let resolve: (answer: unknown) => void = () => undefined;
  const promise = new Promise<unknown>((done) => {
    resolve = done;
  });
  return {promise, resolve};
}

test('[HOOK14] the backend may refuse a connection, or say what its user is called and may do', async () => {
  const grants = [{rooms: ['den'], role: 'moderator', exp: 2_000_000_000}];
  const asked = withHooks({
    connect: ({data}) =>
      data.user === 'eve'
        ? {allow: false, reason: 'unpaid', message: 'The account is closed.'}
        : {allow: true, name: 'Ada of the Den', grants},
  });
  const node = cluster.node(0);
  await expect(node.admit('eve', {device: 'Phone'})).rejects.toMatchObject({
    code: 'denied',
    reason: 'unpaid',
    message: 'The account is closed.',
  });
  const ada = await node.connect({user: 'ada', name: 'ADA', tokenId: 't1', grants: [{rooms: ['*'], expiresAt: 5_000}]});
  expect(ada.ready.name).toBe('Ada of the Den');
  await node.hub.backstage.rooms.create({room: 'den', access: 'private'});
  expect((await ada.ok(room.join, {room: 'den'})).standing.role).toBe('moderator');
  expect(await ada.refused(room.join, {room: 'attic'})).toMatchObject({code: 'forbidden'});
  expect(asked.map(({data}) => data)).toEqual([
    {user: 'eve', name: 'EVE', how: 'new', device: 'Phone'},
    {user: 'ada', name: 'ADA', how: 'new', tokenId: 't1', grants: [{rooms: ['*'], exp: 5}]},
  ]);
});

test('[HOOK14] it is asked as well when a session comes back, and when it brings another token', async () => {
  const asked = withHooks({connect: () => ({allow: true, grants: [{rooms: ['den']}]})});
  const node = cluster.node(0);
  const ada = await node.connect('ada');
  await ada.drop();
  const back = await node.resume('ada', ada.ready);
  expect(back.ready.resumed).toBe(true);
  await back.ok(wire.refresh, {token: readableToken({user: 'ada', name: 'Ada'})});
  // The new token leaves everything to the rooms, and would let her in.
  await node.hub.backstage.rooms.create({room: 'attic'});
  expect(await back.refused(room.join, {room: 'attic'})).toMatchObject({code: 'forbidden'});
  expect(asked.map(({data}) => 'how' in data && data.how)).toEqual(['new', 'resume', 'refresh']);
});

test('[HOOK15] the backend may keep somebody out of a room, or let them in with a role, however closed it is', async () => {
  const asked = withHooks({
    join: ({data}) => (data.user === 'eve' ? {allow: false, code: 'unknown_room'} : {allow: true, role: 'moderator'}),
  });
  const node = cluster.node(0);
  const {rooms} = node.hub.backstage;
  await rooms.create({room: 'den', access: 'private'});
  const [ada, eve] = [await node.connect('ada'), await node.connect('eve')];
  expect(await eve.refused(room.join, {room: 'den'})).toMatchObject({code: 'unknown_room'});
  expect((await ada.ok(room.join, {room: 'den'})).standing.role).toBe('moderator');
  expect(asked[1]?.data).toEqual({user: 'ada', name: 'ADA', session: ada.ready.session, room: 'den'});
  // What a moderator of the room made of her meanwhile, the hook does not undo.
  await rooms.setMember('den', {user: 'ada', role: 'guest'});
  expect((await ada.ok(room.join, {room: 'den'})).standing.role).toBe('guest');
  expect(await ada.refused(room.join, {room: 'nowhere'})).toMatchObject({code: 'unknown_room'});
});

test('[HOOK15] without a role the room’s own word counts', async () => {
  withHooks({join: () => ({allow: true})});
  const node = cluster.node(0);
  await node.hub.backstage.rooms.create({room: 'den', access: 'invited'});
  const ada = await node.connect('ada');
  expect(await ada.refused(room.join, {room: 'den'})).toMatchObject({code: 'forbidden'});
});

test('[HOOK16] the backend may refuse a message, or change what it says', async () => {
  const asked = withHooks({
    publish: ({data}) =>
      'text' in data && data.text.includes('damn')
        ? {allow: true, text: data.text.replace('damn', '****'), cacheMs: 60_000}
        : 'text' in data && data.text === 'spam'
          ? {allow: false, reason: 'spam'}
          : {allow: true},
  });
  const ada = await cluster.node(0).connect('ada');
  await ada.ok(room.create, {room: 'den'});
  await ada.ok(room.join, {room: 'den'});
  expect(await ada.refused(chat.send, {room: 'den', id: 'm1', text: 'spam'})).toMatchObject({
    code: 'denied',
    reason: 'spam',
  });
  for (const [id, text] of [
    ['m2', 'damn it'],
    ['m3', 'damn you'],
    ['m4', 'fine'],
  ] as const) {
    await ada.ok(chat.send, {room: 'den', id, text});
  }
  expect(ada.of(chat.message).map(({text}) => text)).toEqual(['**** it', '**** you', 'fine']);
  expect(asked[0]?.data).toEqual({
    user: 'ada',
    name: 'ADA',
    session: ada.ready.session,
    room: 'den',
    message: 'm1',
    text: 'spam',
    role: 'owner',
  });
});

test('[HOOK16] messages keep their order however long the backend takes for each, and a refused one holds up nobody', async () => {
  const waiting = new Map<string, ReturnType<typeof held>>();
  withHooks({
    publish: ({data}) => {
      const deed = held();
      waiting.set('message' in data ? data.message : '', deed);
      return deed.promise;
    },
  });
  const ada = await cluster.node(0).connect('ada');
  await ada.ok(room.create, {room: 'den'});
  await ada.ok(room.join, {room: 'den'});
  const ids = ['m1', 'm2', 'm3', 'm4'];
  const sending = ids.map((id) => ada.request(chat.send, {room: 'den', id, text: id}));
  await settled();
  expect([...waiting.keys()]).toEqual(ids);
  for (const id of ['m4', 'm2', 'm3']) waiting.get(id)?.resolve({allow: id !== 'm2'});
  await settled();
  expect(ada.of(chat.message)).toEqual([]);
  waiting.get('m1')?.resolve({allow: true});
  expect((await Promise.all(sending)).map(({ok}) => ok)).toEqual([true, false, true, true]);
  expect(ada.of(chat.message).map(({text}) => text)).toEqual(['m1', 'm3', 'm4']);
});

test('[HOOK16] who may not write any more when the backend has answered does not', async () => {
  const deed = held();
  withHooks({publish: () => deed.promise});
  const node = cluster.node(0);
  const [ada, bob] = [await node.connect('ada'), await node.connect('bob')];
  await ada.ok(room.create, {room: 'den'});
  for (const client of [ada, bob]) await client.ok(room.join, {room: 'den'});
  const sending = bob.request(chat.send, {room: 'den', id: 'm1', text: 'wait for it'});
  await settled();
  await ada.ok(room.remove, {room: 'den', user: 'bob'});
  deed.resolve({allow: true});
  expect(await sending).toMatchObject({ok: false, error: {code: 'not_joined'}});
  expect(ada.of(chat.message)).toEqual([]);
});

test('[HOOK13] too many questions are a limit like others, by its name', async () => {
  withHooks({connect: () => new Promise(() => undefined)});
  const node = cluster.node(0);
  const trying = Array.from({length: 1_020}, (_, n) => node.admit(`user-${n}`).catch((error: unknown) => error));
  await settled();
  expect(node.observed.filter((each) => each === 'limit hooks')).toHaveLength(4);
  await cluster.clock.pass(1_000);
  const codes = (await Promise.all(trying)).map((error) => (error as {code: string}).code);
  // Those whose turn never came, and those that were asked about in vain.
  expect(codes.filter((code) => code === 'overloaded')).toHaveLength(1_004);
  expect(codes.filter((code) => code === 'unavailable')).toHaveLength(16);
});
