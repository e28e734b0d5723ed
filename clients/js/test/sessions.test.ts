import {connect, type UserSessionChange} from '@parley/client';
import {closeCodes} from '@parley/protocol';
import {createMemoryWorld} from '@parley/signaling/memory';
import {expect, test} from 'vitest';
import {createClock} from '../../../server/src/clock.js';
import {connectBare} from '../../../server/test/connect-bare.js';
import {signToken, startNode} from '../../../server/test/start-node.js';
import {client, eventually} from './clients.js';

const token = (): Promise<string> => signToken('ada');

test('[SES11] [SES14] [SES15] a user sees and names their sessions on all nodes, and is told of them', async () => {
  const world = createMemoryWorld({clock: createClock()});
  await using one = await startNode({world});
  await using two = await startNode({world});
  await using desk = connect({url: one.url, token, device: 'Desk'});
  const told: UserSessionChange[] = [];
  desk.on('session', (change) => told.push(change));
  const {session: current} = await desk.ready;
  await using bob = client('bob', one.url);
  await bob.ready;
  const phone = connect({url: two.url, token, device: 'Phone'});
  const {session} = await phone.ready;

  expect(await desk.sessions.list()).toMatchObject([
    {session, device: 'Phone', state: 'connected', current: false, node: two.node},
    {session: current, device: 'Desk', state: 'connected', current: true, node: one.node},
  ]);
  await desk.sessions.rename('My phone', session);
  await desk.sessions.rename(' My desk ');
  expect((await phone.sessions.list()).map(({device, current: own}) => [device, own])).toEqual([
    ['My phone', true],
    ['My desk', false],
  ]);
  expect((await bob.sessions.list()).map(({user}) => user)).toEqual(['bob']);
  await phone.close();
  await eventually(() => told.length === 3, 'three changes');
  expect(told).toMatchObject([
    {session, change: 'opened', device: 'Phone'},
    {session, change: 'renamed', device: 'My phone'},
    {session, change: 'ended'},
  ]);
  await expect(desk.sessions.rename('gone', session)).rejects.toMatchObject({code: 'unknown_session'});
  await expect(desk.sessions.rename(' ')).rejects.toMatchObject({code: 'invalid_payload', field: 'device'});
});

test('[SES16] one session is signed out from another, then all others; their clients stay away and say why', async () => {
  const world = createMemoryWorld({clock: createClock()});
  await using one = await startNode({world});
  await using two = await startNode({world});
  await using desk = client('ada', one.url);
  await using phone = client('ada', two.url);
  await using tablet = client('ada', two.url);
  await using watch = client('ada', one.url);
  await using bob = client('bob', two.url);
  const [, {session}] = await Promise.all([desk.ready, phone.ready, tablet.ready, watch.ready, bob.ready]);

  await desk.sessions.signOut(session);
  await eventually(() => phone.state.status === 'closed', 'the phone to be signed out');
  expect(phone.state).toMatchObject({reason: 'ended'});
  await expect(phone.sessions.list()).rejects.toThrow('The client is closed');
  expect(await desk.sessions.signOutOthers()).toBe(2);
  await eventually(() => [tablet, watch].every(({state}) => state.status === 'closed'), 'the others to be signed out');
  expect(await desk.sessions.list()).toMatchObject([{current: true}]);
  expect(await desk.sessions.signOutOthers()).toBe(0);
  expect(bob.state.status).toBe('connected');

  await desk.sessions.signOut((await desk.ready).session);
  await eventually(() => desk.state.status === 'closed', 'the desk to sign itself out');
  expect(desk.state).toMatchObject({reason: 'ended'});
});

test('[SES17] a client that has to make room is told so and does not take its place back', async () => {
  const env = {PARLEY_MAX_SESSIONS_PER_USER: '2', PARLEY_SESSIONS_POLICY: 'close_oldest'};
  await using node = await startNode({env});
  await using first = client('ada', node.url);
  await first.ready;
  await using second = client('ada', node.url);
  await second.ready;
  await using third = client('ada', node.url);
  expect((await third.ready).limits.sessionsPerUser).toBe(2);
  await eventually(() => first.state.status === 'closed', 'the first to go');
  expect(first.state).toMatchObject({reason: 'too_many_sessions', message: closeCodes.too_many_sessions.text});
  await expect(first.sessions.list()).rejects.toMatchObject({code: 'too_many_sessions'});
  expect(await third.sessions.list()).toHaveLength(2);
  expect([second.state.status, third.state.status]).toEqual(['connected', 'connected']);
});

test('[SES17] a client above the limit is refused once, with the reason, and does not try again', async () => {
  await using node = await startNode({env: {PARLEY_MAX_SESSIONS_PER_USER: '1'}});
  await using first = client('ada', node.url);
  await first.ready;
  const states: string[] = [];
  await using second = client('ada', node.url);
  second.on('state', ({status}) => states.push(status));
  await expect(second.ready).rejects.toMatchObject({code: 'too_many_sessions'});
  expect(states).toEqual(['closed']);
  expect(first.state.status).toBe('connected');
});

test('[SES13] a client whose old key somebody else uses is closed with the reason, and so the thief has nothing', async () => {
  await using node = await startNode();
  const before = await connectBare(node, {user: 'ada', auth: {attempt: 1}});
  const {session, key} = await before.next<{session: string; key: string}>('session.ready');
  before.close();
  const items = new Map([['parley.session', JSON.stringify({session, key, attempt: 1})]]);
  const storage = {
    getItem: (name: string) => items.get(name) ?? null,
    setItem: (name: string, value: string) => void items.set(name, value),
    removeItem: (name: string) => void items.delete(name),
  };
  await using ada = connect({url: node.url, token, storage});
  expect(await ada.ready).toMatchObject({session, resumed: true});
  await ada.sessions.list();

  await using thief = await connectBare(node, {user: 'ada', auth: {attempt: 3, resume: {session, key, rooms: {}}}});
  expect(await thief.next('session.ready')).toMatchObject({resumed: false});
  await eventually(() => ada.state.status === 'closed', 'the end of the session');
  expect(ada.state).toMatchObject({reason: 'key_reused', message: closeCodes.key_reused.text});
  await expect(ada.sessions.list()).rejects.toMatchObject({code: 'forbidden'});
  const metrics = await (await fetch(`${node.opsUrl}/metrics`)).text();
  expect(metrics).toMatch(/^parley_resume_keys_reused_total 1$/m);
});
