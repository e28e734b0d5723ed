import {generateKeyPairSync} from 'node:crypto';
import {session, webPush} from '@parley/protocol';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {HubCluster, type HubClient} from '../../test/hub-cluster.js';
import type {Backstage} from '../hub.js';
import {mostNoteBytes, type WebPushNote, type WebPushSender} from '../ports.js';
import {settled} from '../testing/hand-clock.js';

class FakeSender implements WebPushSender {
  readonly publicKey = 'k'.repeat(87);
  readonly notes: WebPushNote[] = [];
  room = 1_000;

  refusalOf({endpoint}: webPush.Subscription): {field: string; message: string} | undefined {
    return endpoint.includes('inside') ? {field: 'endpoint', message: 'is not public'} : undefined;
  }

  queue(notes: readonly WebPushNote[]): Promise<number> {
    const taken = notes.slice(0, this.room);
    this.notes.push(...taken);
    return Promise.resolve(taken.length);
  }
}

let cluster: HubCluster;
let sender: FakeSender;
beforeEach(() => {
  sender = new FakeSender();
  cluster = new HubCluster(2, {webPush: sender});
});
afterEach(async () => {
  await cluster.close();
  expect(cluster.defects).toEqual([]);
  expect(cluster.clock.timers).toBe(0);
});

const backstage = (node = 0): Backstage => cluster.node(node).hub.backstage;
const notify = {title: 'Shipped', body: 'Your order is on its way.', room: 'orders'};
const push = {topic: 'order.shipped', data: {order: 7}, store: false, notify};

function browser(name: string): webPush.Subscription {
  const {x = '', y = ''} = generateKeyPairSync('ec', {namedCurve: 'P-256'}).publicKey.export({format: 'jwk'});
  const point = Buffer.concat([Buffer.of(4), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
  return {
    endpoint: `https://push.example/${name}`,
    keys: {p256dh: point.toString('base64url'), auth: 'a'.repeat(22)},
  };
}

/** A user with one browser more that may be woken; connected still. */
async function subscribed(user: string, name = user): Promise<HubClient> {
  const client = await cluster.node(0).connect(user);
  await client.ok(webPush.subscribe, browser(name));
  return client;
}

const told = (): readonly string[] => sender.notes.map(({user}) => user);

test('[PUSH16] the priority of a push is the urgency of its notices, and of no other push', async () => {
  (await subscribed('bob')).live.dropped();
  const toBob = {...push, target: {user: 'bob'}, store: false};
  for (const priority of ['low', 'high'] as const) await backstage().push({...toBob, priority});
  await backstage().push(toBob);
  expect(sender.notes.map(({urgency}) => urgency)).toEqual(['low', 'high', 'normal']);
  const silent = {...toBob, notify: undefined, priority: 'high'} as const;
  await expect(backstage().push(silent)).rejects.toMatchObject({code: 'invalid_payload', field: 'priority'});
});

test('[WPUSH3] a push with `notify` goes to the browsers of those who have no connected session, on whichever node', async () => {
  await subscribed('ada');
  const bob = await subscribed('bob', 'laptop');
  await bob.ok(webPush.subscribe, browser('phone'));
  bob.live.dropped();
  await backstage().groups.create({group: 'staff', title: 'Staff'});
  await backstage().groups.addUsers('staff', ['ada', 'bob', 'zoe', 'eve']);
  (await subscribed('eve')).live.dropped();
  const request = {...push, target: {group: 'staff'}, except: {users: ['eve']}, store: true};
  const {id, browsers, stored} = await backstage(1).push(request);
  expect({browsers, stored}).toEqual({browsers: 2, stored: 3});
  expect(told()).toEqual(['bob', 'bob']);
  expect(sender.notes[0]).toMatchObject({push: id, urgency: 'normal', expiresAt: cluster.clock.now() + 86_400_000});
  expect(JSON.parse(sender.notes[0]?.text ?? '')).toEqual({
    id,
    topic: 'order.shipped',
    at: cluster.clock.now(),
    tag: id,
    ...notify,
    data: {order: 7},
  });
  expect(await backstage().pushOutcome(id)).toMatchObject({browsers: 2, browsersReached: 0, browsersFailed: 0});
});

test('[WPUSH3] a push without `notify` wakes nobody, and one with it says when nobody can be woken', async () => {
  (await subscribed('ada')).live.dropped();
  const {notify: _, ...silent} = push;
  expect(await backstage().push({...silent, target: {user: 'ada'}, store: true})).not.toHaveProperty('browsers');
  expect(await backstage().push({...push, target: {user: 'zoe'}})).toMatchObject({browsers: 0, reached: 0});
  expect(told()).toEqual([]);
  for (const target of [{room: 'den'}, {session: 's_12345678'}, {all: true as const}]) {
    const refused = backstage().push({...push, target});
    await expect(refused).rejects.toMatchObject({code: 'invalid_payload', field: 'notify'});
  }
});

test('[WPUSH3] the same push with its key is told once, and one with another notice is a conflict', async () => {
  (await subscribed('ada')).live.dropped();
  const request = {...push, target: {user: 'ada'}, key: 'k1'};
  const {id} = await backstage().push(request);
  expect(await backstage(1).push(request)).toMatchObject({id, browsers: 1, repeated: true});
  expect(told()).toEqual(['ada']);
  const other = backstage().push({...request, notify: {title: 'Lost'}});
  await expect(other).rejects.toMatchObject({code: 'conflict', field: 'key'});
});

test('[WPUSH4] data goes along where there is room for it; a notice that does not fit is refused', async () => {
  (await subscribed('ada')).live.dropped();
  const target = {user: 'ada'};
  await backstage().push({...push, target, data: 'x'.repeat(3_500)});
  await backstage().push({...push, target, data: 'x'.repeat(4_000)});
  const texts = sender.notes.map(({text}) => text);
  expect(texts.map((text) => text.includes('xxx'))).toEqual([true, false]);
  for (const text of texts) expect(Buffer.byteLength(text)).toBeLessThanOrEqual(mostNoteBytes);
  const large = {title: '漢'.repeat(200), body: '漢'.repeat(1_000), url: `/${'u'.repeat(500)}`};
  const refused = backstage().push({...push, target, notify: large});
  await expect(refused).rejects.toMatchObject({code: 'invalid_payload', field: 'notify'});
});

test('[WPUSH5] nobody is woken who wants never to be, or in quiet hours', async () => {
  const ada = await subscribed('ada');
  const state = await ada.ok(webPush.state, {});
  expect(state).toMatchObject({publicKey: sender.publicKey, policy: {when: 'away'}, subscriptions: [{}]});
  await ada.ok(webPush.setPolicy, {policy: {when: 'never'}});
  ada.live.dropped();
  const now = new Date(cluster.clock.now());
  const hour = (more: number): string => `${String((now.getUTCHours() + more + 24) % 24).padStart(2, '0')}:00`;
  const bob = await subscribed('bob');
  const quietHours = {from: hour(0), until: hour(2), timeZone: 'utc'};
  const set = await bob.ok(webPush.setPolicy, {policy: {when: 'away', quietHours}});
  expect(set.policy.quietHours?.timeZone).toBe('UTC');
  bob.live.dropped();
  for (const user of ['ada', 'bob'])
    expect(await backstage().push({...push, target: {user}})).toMatchObject({browsers: 0});
  const back = await cluster.node(1).connect('bob');
  await back.ok(webPush.setPolicy, {policy: {when: 'away', quietHours: {...quietHours, from: hour(1)}}});
  back.live.dropped();
  expect(await backstage().push({...push, target: {user: 'bob'}})).toMatchObject({browsers: 1});
  expect(told()).toEqual(['bob']);
});

test('[WPUSH1] what cannot be a browser’s subscription is refused with the field', async () => {
  const ada = await cluster.node(0).connect('ada');
  const good = browser('ada');
  const wrong: readonly (readonly [webPush.Subscription, string])[] = [
    [{...good, endpoint: 'https://inside.example/1'}, 'endpoint'],
    [{...good, endpoint: 'ftp://push.example/1'}, 'endpoint'],
    [{...good, keys: {...good.keys, auth: 'short'}}, 'keys.auth'],
    [{...good, keys: {...good.keys, p256dh: `B${'A'.repeat(86)}`}}, 'keys.p256dh'],
  ];
  for (const [subscription, field] of wrong) {
    expect(await ada.request(webPush.subscribe, subscription)).toMatchObject({
      ok: false,
      error: {code: 'invalid_payload', field},
    });
  }
  const policy = {when: 'away', quietHours: {from: '22:00', until: '07:00', timeZone: 'Moon/Crater'}} as const;
  const refused = await ada.request(webPush.setPolicy, {policy});
  expect(refused).toMatchObject({ok: false, error: {field: 'policy.quietHours.timeZone'}});
});

test('[WPUSH6] what finds no place in the queue is counted among those who cannot have it', async () => {
  (await subscribed('ada')).live.dropped();
  sender.room = 0;
  const {id, browsers} = await backstage().push({...push, target: {user: 'ada'}});
  expect(browsers).toBe(1);
  expect(await backstage().pushOutcome(id)).toMatchObject({browsers: 1, browsersFailed: 1});
});

test('[WPUSH1] a server without a key says so', async () => {
  const plain = new HubCluster(1);
  const ada = await plain.node(0).connect('ada');
  expect(await ada.ok(webPush.state, {})).toEqual({policy: {when: 'away'}, subscriptions: []});
  const refused = await ada.request(webPush.subscribe, browser('ada'));
  expect(refused).toMatchObject({ok: false, error: {code: 'web_push_unavailable'}});
  await plain.close();
});

test('[WPUSH10] who signs another device out, or is kicked, is woken there no more; who is away for long or has closed the page is', async () => {
  const [phone, desk] = [await subscribed('bob', 'phone'), await subscribed('bob', 'desk')];
  await subscribed('eve');
  const own = await subscribed('ann', 'own');
  const names = async (user: string): Promise<readonly string[]> => {
    const {subscriptions = []} = (await cluster.node(1).store.webPush.of([user])).get(user) ?? {};
    return subscriptions.map(({endpoint}) => endpoint.slice('https://push.example/'.length));
  };
  await phone.ok(session.signOut, {session: desk.ready.session});
  await backstage(1).kick({user: 'eve'});
  await own.ok(session.end, {});
  await settled();
  expect([await names('bob'), await names('eve'), await names('ann')]).toEqual([['phone'], [], ['own']]);
  await phone.drop();
  await cluster.clock.pass(10 * 60_000);
  expect(await names('bob')).toEqual(['phone']);
});
