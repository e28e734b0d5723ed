import {call, people} from '@parley/protocol';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {WorkerWatch} from '../../../media/test/worker-watch.js';
import {Caller} from '../calls/caller.js';
import {mediaEnvironment} from '../calls/media-node.js';
import {ops} from '../ops.js';
import {startRedis, type RedisServer} from '../redis-server.js';
import {startNode, type TestNode} from '../start-node.js';
import {httpDoor} from './contract/http-door.js';

/** Where the backend asks, and where the call runs. */
let here: TestNode;
let there: TestNode;
let redis: RedisServer;
let watch: WorkerWatch;
beforeEach(async () => {
  watch = new WorkerWatch();
  redis = await startRedis();
  const env = {...mediaEnvironment, REDIS_URL: redis.url};
  [here, there] = [await startNode({env}), await startNode({env})];
});
afterEach(async () => {
  await here.close();
  await there.close();
  await redis[Symbol.asyncDispose]();
  watch[Symbol.dispose]();
});

const get = (path: string) => ops(here, 'GET', `/v1/calls${path}`);
const post = (path: string, body?: unknown) => ops(here, 'POST', `/v1/calls/den/${path}`, body);
const patch = (body: unknown) => ops(here, 'PATCH', '/v1/calls/den', body);

const done = {status: 204, body: undefined};
const refused = (status: number, code: string, more: object = {}) => ({status, body: {code, ...more}});

test('[OPS30] calls of another node are watched: that they run, who is in them, and that they are over', async () => {
  await using ann = await Caller.connect(there, 'ann');
  await ann.enter();
  const watch = httpDoor(here.opsUrl, here.apiKey).watch({kinds: ['calls'], rooms: ['d*']});
  const told = () => watch.told.map(({event, room, user, state}) => [event, room ?? '', user ?? '', state ?? '']);
  await expect.poll(told).toEqual([
    ['snapshot', '', '', ''],
    ['call', 'den', '', 'running'],
    ['peer', 'den', 'ann', 'in'],
    ['ready', '', '', ''],
  ]);
  watch.told.length = 0;
  await using bob = await Caller.connect(here, 'bob');
  await bob.enter();
  await expect.poll(told).toEqual([['peer', 'den', 'bob', 'in']]);
  expect(await post('end')).toEqual(done);
  await expect.poll(told).toHaveLength(4);
  expect(told().slice(1)).toEqual(expect.arrayContaining([['call', 'den', '', 'over']]));
  watch.close();
});

test('[OPS6] [OPS7] calls are seen, muted, locked, emptied and ended through another node over Redis', async () => {
  await using ann = await Caller.connect(there, 'ann');
  await using bob = await Caller.connect(here, 'bob');
  const {send} = await ann.enter();
  await bob.enter();
  const [microphone, camera] = [await ann.publish(send, 'microphone'), await ann.publish(send, 'camera')];
  const offers = await bob.offered(2);
  await bob.confirm(offers);

  expect(await get('?limit=5')).toMatchObject({
    status: 200,
    body: {calls: [{room: 'den', node: there.node, peers: 2, producers: 2, waiting: 0}], missing: []},
  });
  const seen = await get('/den');
  expect(seen).toMatchObject({status: 200, body: {room: 'den', node: there.node, active: true, locked: false}});
  expect(seen.body).toMatchObject({
    peers: [{user: 'ann', peer: ann.session, state: 'connected'}, {user: 'bob'}],
    producers: [
      {producer: microphone, peer: ann.session, source: 'microphone', paused: false},
      {producer: camera, source: 'camera', paused: false},
    ],
  });

  expect(await post('mute', {peers: 'all', sources: ['camera', 'screen']})).toEqual(done);
  expect(await ann.untilTold(people.muted, (told) => told.length === 1)).toEqual([{room: 'den', producers: [camera]}]);
  const told = await bob.untilTold(call.producer, (events) => events.some(({change}) => change === 'paused'));
  expect(told.at(-1)).toMatchObject({producer: camera, change: 'paused'});
  expect(await watch.isProducerPaused(camera)).toBe(true);
  expect(await watch.isProducerPaused(microphone)).toBe(false);

  expect(await patch({locked: true, limits: {peers: 2}})).toMatchObject({
    status: 200,
    body: {locked: true, lobby: false, limits: {peers: 2}},
  });
  expect(await post('kick', {peer: bob.session})).toEqual(done);
  expect(await bob.untilTold(call.closed, (events) => events.length === 1)).toMatchObject([{reason: 'kicked'}]);
  expect(await bob.refusal(call.join, {id: 'again', rtpCapabilities: bob.capabilities})).toMatchObject({
    code: 'call_locked',
  });
  expect(await post('end')).toEqual(done);
  expect(await ann.untilTold(call.closed, (events) => events.length === 1)).toMatchObject([{reason: 'ended'}]);
  expect(await get('')).toEqual({status: 200, body: {calls: [], missing: []}});
  expect(await watch.ids()).toEqual({transports: [], producers: [], consumers: []});
});

test('[OPS6] who waits is let in or sent away by a backend', async () => {
  await using ann = await Caller.connect(there, 'ann');
  await using bob = await Caller.connect(there, 'bob');
  await using cas = await Caller.connect(here, 'cas');
  await ann.enter();
  expect(await patch({lobby: true})).toMatchObject({body: {lobby: true}});
  for (const caller of [bob, cas]) expect(await caller.request(people.knock, {})).toEqual({admitted: false});
  expect(await get('/den')).toMatchObject({body: {waiting: [{user: 'bob'}, {user: 'cas', session: cas.session}]}});
  expect(await post('deny', {sessions: [cas.session]})).toEqual(done);
  expect(await cas.untilTold(call.closed, (events) => events.length === 1)).toMatchObject([{reason: 'denied'}]);
  expect(await post('admit', {sessions: 'all'})).toEqual(done);
  await bob.untilTold(people.admitted, (events) => events.length === 1);
  expect((await bob.join()).peers.map(({user}) => user)).toEqual(['ann', 'bob']);
});

test('[CALL52] a call is moved to another node by the operations API, and its peers go on there', async () => {
  await using ann = await Caller.connect(there, 'ann');
  await using bob = await Caller.connect(here, 'bob');
  await ann.enter();
  await bob.enter();
  expect(await post('move', {node: here.node})).toEqual({status: 200, body: {node: here.node}});
  for (const caller of [ann, bob])
    expect(await caller.untilTold(call.closed, (told) => told.length === 1)).toMatchObject([{reason: 'moved'}]);
  await Promise.all([ann.join(), bob.join()]);
  expect(await get('/den')).toMatchObject({body: {node: here.node, peers: [{}, {}]}});
  expect(await post('move', {})).toEqual({status: 200, body: {node: there.node}});
});

test('[OPS2] what cannot be done with calls is refused with its code', async () => {
  await using ann = await Caller.connect(there, 'ann');
  for (const answer of [
    await post('mute', {peers: 'all'}),
    await post('kick', {peer: ann.session}),
    await post('admit', {sessions: 'all'}),
    await post('end'),
    await post('move', {}),
    await patch({locked: true}),
  ])
    expect(answer).toMatchObject(refused(404, 'unknown_call'));
  expect(await get('/den')).toMatchObject({status: 200, body: {active: false, peers: [], producers: []}});
  expect(await get('/nowhere')).toMatchObject(refused(404, 'unknown_room'));
  for (const [answer, field] of [
    [await post('mute', {}), 'peers'],
    [await post('mute', {peers: 'all', paused: false}), 'paused'],
    [await post('mute', {peers: 'all', sources: ['radio']}), 'sources.0'],
    [await post('kick', {}), 'peer'],
    [await post('move', {node: ''}), 'node'],
    [await patch({limits: {peers: -1}}), 'limits.peers'],
    [await patch({locked: 'yes'}), 'locked'],
    [await get('?limit=501'), 'limit'],
    [await get('/no%20name'), 'room'],
  ] as const)
    expect(answer).toMatchObject(refused(400, 'invalid_payload', {field}));
});
