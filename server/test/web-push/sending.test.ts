import {afterEach, beforeEach, expect, test} from 'vitest';
import {connectBare} from '../connect-bare.js';
import {startNode, type TestNode} from '../start-node.js';
import {PushEndpoint} from './push-endpoint.js';
import {outcomeOf, pushTo, subscribeAndLeave, vapid, webPushEnvironment} from './web-push-node.js';

let endpoint: PushEndpoint;
let node: TestNode;
beforeEach(async () => {
  endpoint = await PushEndpoint.start(vapid.publicKey);
  node = await startNode({env: webPushEnvironment});
});
afterEach(async () => {
  await node.close();
  await endpoint[Symbol.asyncDispose]();
  expect(endpoint.faults).toEqual([]);
});

const outcome = async (id: string, expected: object): Promise<void> => {
  await expect.poll(() => outcomeOf(node, id), {timeout: 10_000}).toMatchObject(expected);
};

test('[WPUSH4] a browser is given what it alone can read, signed by the server, with its time, urgency and topic', async () => {
  await subscribeAndLeave(node, 'ada', endpoint, ['laptop', 'phone']);
  const {id, browsers} = await pushTo(node, 'ada', {ttlMs: 60_000, collapseKey: 'order-7'});
  expect(browsers).toBe(2);
  await outcome(id, {browsers: 2, browsersReached: 2, browsersFailed: 0});
  expect(endpoint.taken.map(({browser}) => browser).sort()).toEqual(['laptop', 'phone']);
  for (const {message, headers} of endpoint.taken) {
    const shown = {tag: 'order-7', title: 'Shipped', body: 'On its way — 漢字', room: 'orders'};
    expect(message).toMatchObject({id, topic: 'order.shipped', data: {order: 7}, ...shown});
    expect(headers).toMatchObject({'content-encoding': 'aes128gcm', urgency: 'normal'});
    expect(headers['topic']).toMatch(/^[A-Za-z0-9_-]{32}$/);
    expect(Number(headers['ttl'])).toBeGreaterThan(30);
    expect(Number(headers['ttl'])).toBeLessThanOrEqual(60);
  }
});

test('[WPUSH4] the largest note that is taken fits what push services take', async () => {
  await subscribeAndLeave(node, 'ada', endpoint, ['laptop']);
  const {id} = await pushTo(node, 'ada', {data: 'x'.repeat(3_700)});
  await outcome(id, {browsersReached: 1});
  expect(endpoint.taken[0]?.message['data']).toBe('x'.repeat(3_700));
});

test('[WPUSH8] a browser that its push service has no longer is forgotten, and one that is refused is not', async () => {
  await subscribeAndLeave(node, 'ada', endpoint, ['gone', 'lost', 'odd', 'fine']);
  const answers: Readonly<Record<string, number>> = {gone: 410, lost: 404, odd: 403, fine: 201};
  endpoint.manner = ({browser}) => answers[browser] ?? 500;
  const first = await pushTo(node, 'ada');
  await outcome(first.id, {browsers: 4, browsersReached: 1, browsersFailed: 3});
  expect(await pushTo(node, 'ada')).toMatchObject({browsers: 2});
  await endpoint.until(() => endpoint.asked.length === 6, 'both once more');
});

test('[WPUSH6] what a push service puts off is tried again, no sooner than it asks for', async () => {
  await subscribeAndLeave(node, 'ada', endpoint, ['laptop']);
  const askedAt: number[] = [];
  endpoint.manner = () => {
    askedAt.push(Date.now());
    if (askedAt.length === 1) return {status: 429, headers: {'retry-after': '1'}};
    return askedAt.length === 2 ? 503 : 201;
  };
  const {id} = await pushTo(node, 'ada');
  await outcome(id, {browsersReached: 1, browsersFailed: 0});
  const [first = 0, second = 0] = askedAt;
  expect(second - first).toBeGreaterThanOrEqual(990);
  expect(askedAt).toHaveLength(3);
});

test('[WPUSH6] what has expired is tried no more', async () => {
  await subscribeAndLeave(node, 'ada', endpoint, ['laptop']);
  endpoint.manner = () => ({status: 503, headers: {'retry-after': '3600'}});
  const {id} = await pushTo(node, 'ada', {ttlMs: 1_500});
  await outcome(id, {browsersReached: 0, browsersFailed: 1});
  expect(endpoint.asked.length).toBeLessThanOrEqual(1);
});

test('[WPUSH2] what waits for a browser that has changed hands is not told there', async () => {
  const subscription = endpoint.subscription('laptop');
  await using ada = await connectBare(node, {user: 'ada'});
  await ada.request('webPush.subscribe', subscription);
  await ada.request('session.end', {});
  endpoint.manner = () => 503;
  const {id} = await pushTo(node, 'ada');
  await endpoint.until(() => endpoint.asked.length === 1, 'the first try');
  await using bob = await connectBare(node, {user: 'bob'});
  await bob.request('webPush.subscribe', subscription);
  endpoint.manner = () => 201;
  await outcome(id, {browsersReached: 0, browsersFailed: 1});
  expect(endpoint.taken).toEqual([]);
});

test('[WPUSH6] a push service that hangs holds up only its own browsers', async () => {
  await using hanging = await PushEndpoint.start(vapid.publicKey);
  hanging.manner = () => 'silence';
  for (const user of Array.from({length: 12}, (_, index) => `stuck-${index}`)) {
    await subscribeAndLeave(node, user, hanging, [user]);
    await pushTo(node, user);
  }
  await hanging.until(() => hanging.asked.length === 8, 'as many as may be underway');
  await subscribeAndLeave(node, 'ada', endpoint, ['laptop']);
  const {id} = await pushTo(node, 'ada');
  await outcome(id, {browsersReached: 1});
});

test('[WPUSH1] an endpoint inside the network is refused', async () => {
  await using strict = await startNode({env: {...webPushEnvironment, PARLEY_WEB_PUSH_ALLOW_PRIVATE: '0'}});
  await using ada = await connectBare(strict, {user: 'ada'});
  const {keys} = endpoint.subscription('laptop');
  for (const inside of [`${endpoint.origin}/laptop`, 'https://10.0.0.1/x', 'https://redis/x']) {
    const refused = await ada.ask('webPush.subscribe', {endpoint: inside, keys});
    expect(refused).toMatchObject({ok: false, error: {code: 'invalid_payload', field: 'endpoint'}});
  }
  const {publicKey} = await ada.request('webPush.state', {});
  expect(publicKey).toBe(vapid.publicKey);
});

test('[WPUSH7] notes for one browser arrive in their order, though an older one is put off', async () => {
  await subscribeAndLeave(node, 'ada', endpoint, ['laptop']);
  let refusals = 1;
  endpoint.manner = () => (refusals-- > 0 ? 503 : 201);
  for (const order of [1, 2, 3]) await pushTo(node, 'ada', {data: order, collapseKey: 'order'});
  await endpoint.until(() => endpoint.taken.length === 3, 'all three');
  expect(endpoint.taken.map(({message}) => message['data'])).toEqual([1, 2, 3]);
});
