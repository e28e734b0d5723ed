import {connect, type Parley, type UserSessionChange} from '@parley/client';
import {expect, test} from 'vitest';
import {connectBare} from '../../../server/test/connect-bare.js';
import {startRedis} from '../../../server/test/redis-server.js';
import {signToken, startNode} from '../../../server/test/start-node.js';
import {eventually} from './clients.js';

const token = (): Promise<string> => signToken('ada');

interface Ready {
  readonly session: string;
  readonly key: string;
  readonly resumed: boolean;
}

test('[SES11] [SES14] [SES15] [SES16] the sessions of a user on two nodes over Redis, connected and away', async () => {
  await using redis = await startRedis();
  const env = {REDIS_URL: redis.url};
  await using one = await startNode({env});
  await using two = await startNode({env});
  const open = (url: string, device: string): Parley => connect({url, token, device});
  await using desk = open(one.url, 'Desk');
  await desk.ready;
  const told: UserSessionChange[] = [];
  desk.on('session', (change) => told.push(change));
  await using phone = open(two.url, 'Phone');
  await using tablet = open(two.url, 'Tablet');
  const [{session}] = await Promise.all([phone.ready, tablet.ready]);
  const gone = await connectBare(two, {user: 'ada', auth: {device: 'Gone'}});
  gone.close();
  const states = async (): Promise<string[]> =>
    (await desk.sessions.list()).map(({device, state}) => `${device} ${state}`).sort();
  await eventually(async () => (await states()).includes('Gone away'), 'one that is away');
  expect(await states()).toEqual(['Desk connected', 'Gone away', 'Phone connected', 'Tablet connected']);

  await desk.sessions.rename('My phone', session);
  await desk.sessions.signOut(session);
  await eventually(() => phone.state.status === 'closed', 'the phone to be signed out');
  expect(await desk.sessions.signOutOthers()).toBe(2);
  await eventually(() => tablet.state.status === 'closed', 'the tablet to be signed out');
  expect(await states()).toEqual(['Desk connected']);
  await eventually(() => told.filter(({change}) => change === 'ended').length === 3, 'three ends');
  expect(told.filter((change) => change.session === session)).toMatchObject([
    {change: 'opened', device: 'Phone'},
    {change: 'renamed', device: 'My phone'},
    {change: 'ended', device: 'My phone'},
  ]);
});

test('[SES6] a late connect of an older attempt, on another node, begins a new session and evicts nothing', async () => {
  await using redis = await startRedis();
  const env = {REDIS_URL: redis.url};
  await using one = await startNode({env});
  await using two = await startNode({env});
  const first = await connectBare(one, {user: 'ada', auth: {attempt: 1}});
  const {session, key} = await first.next<Ready>('session.ready');
  first.close();
  const attempt = (n: number) => ({user: 'ada', auth: {attempt: n, resume: {session, key, rooms: {}}}});
  await using newer = await connectBare(two, attempt(3));
  expect(await newer.next<Ready>('session.ready')).toMatchObject({session, resumed: true});
  await using late = await connectBare(one, attempt(2));
  expect(await late.next<Ready>('session.ready')).toMatchObject({resumed: false});
  // Answered after whatever the late one might have brought about.
  const {sessions} = await newer.request<{sessions: {session: string; current: boolean}[]}>('session.list');
  expect(sessions.find(({current}) => current)).toMatchObject({session, state: 'connected'});
  expect(newer.all('session.closing')).toEqual([]);
});
