import {expect, test} from 'vitest';
import {connectBare} from '../connect-bare.js';
import {eventually} from '../eventually.js';
import {ops} from '../ops.js';
import {startNode} from '../start-node.js';
import {ReceiverServer, webhooksFor} from './receiver-server.js';
import type {SignedEvent} from './signed-server.js';

const texts = (events: readonly SignedEvent[]): unknown[] =>
  events.filter(({type}) => type === 'parley.chat.message').map(({data}) => data['text']);
const numbered = (count: number): string[] => Array.from({length: count}, (_, index) => `message ${index}`);

interface State {
  readonly receiver: string;
  readonly queued: number;
  readonly parked: number;
}

test('[HOOK4] what a receiver missed while it was down it is told when it is back, in order; the others do not wait for it', async () => {
  await using down = await ReceiverServer.start();
  await using up = await ReceiverServer.start();
  const env = {PARLEY_WEBHOOKS: webhooksFor({name: 'down', server: down}, {name: 'up', server: up})};
  await using node = await startNode({env});
  await using ann = await connectBare(node, {user: 'ann'});
  for (const room of ['den', 'attic']) {
    await ann.request('room.create', {room});
    await ann.request('room.join', {room});
  }
  await down.until(() => down.of('room.member').length === 2, 'both rooms');
  await down.shut();
  for (const text of numbered(30)) {
    for (const room of ['den', 'attic']) await ann.request('chat.send', {room, id: text.replace(' ', '-'), text});
  }
  await up.until(() => texts(up.taken).length === 60, 'all messages where they can be told');
  expect(texts(down.taken)).toEqual([]);
  await down.open();
  await down.until(() => texts(down.taken).length === 60, 'all messages', 20_000);
  for (const room of ['den', 'attic'])
    expect(texts(down.taken.filter(({subject}) => subject === `room/${room}`))).toEqual(numbered(30));
});

test('[HOOK5] an event that is refused for too long is parked, the next goes on; it can be replayed, or thrown away', async () => {
  await using receiver = await ReceiverServer.start();
  receiver.manner = ({data}) => (data['text'] === 'message 1' || data['text'] === 'message 3' ? 500 : 200);
  const setting = {name: 'strict', server: receiver, events: ['chat.message'], retryForMs: 0};
  await using node = await startNode({env: {PARLEY_WEBHOOKS: webhooksFor(setting)}});
  await using ann = await connectBare(node, {user: 'ann'});
  await ann.request('room.create', {room: 'den'});
  await ann.request('room.join', {room: 'den'});
  for (const text of numbered(5)) await ann.request('chat.send', {room: 'den', id: text.replace(' ', '-'), text});
  await receiver.until(() => texts(receiver.taken).length === 3, 'what it takes');
  expect(texts(receiver.taken)).toEqual(['message 0', 'message 2', 'message 4']);
  const parked = async () => {
    const {body} = await ops(node, 'GET', '/v1/webhooks/strict/parked?limit=1');
    return body as {events: {id: string; payload: SignedEvent; reason: string; attempts: number}[]; cursor?: string};
  };
  const page = await parked();
  expect(page.events).toMatchObject([{payload: {data: {text: 'message 1'}}, reason: 'status 500', attempts: 1}]);
  const {body: second} = await ops(node, 'GET', `/v1/webhooks/strict/parked?limit=5&cursor=${page.cursor ?? ''}`);
  expect(second).toMatchObject({events: [{payload: {data: {text: 'message 3'}}}]});

  receiver.manner = () => 200;
  const ids = [page.events[0]?.id];
  expect(await ops(node, 'POST', '/v1/webhooks/strict/replay', {ids})).toMatchObject({body: {replayed: 1}});
  await receiver.until(() => texts(receiver.taken).length === 4, 'the replayed one');
  expect(receiver.taken.at(-1)).toMatchObject({id: ids[0], data: {text: 'message 1'}});
  expect(await ops(node, 'POST', '/v1/webhooks/strict/discard')).toMatchObject({body: {discarded: 1}});
  await eventually(async () => {
    const {body} = await ops(node, 'GET', '/v1/webhooks');
    const [state] = (body as {receivers: State[]}).receivers;
    return state?.queued === 0 && state.parked === 0;
  }, 'nothing to be left');
  expect(await ops(node, 'GET', '/v1/webhooks/nobody/parked')).toMatchObject({
    status: 404,
    body: {code: 'unknown_receiver'},
  });
});

test('[HOOK5] 410 parks at once; silence, redirects and Retry-After are failures that are tried again', async () => {
  await using receiver = await ReceiverServer.start();
  const first = new Set<string>();
  receiver.manner = ({id, data: {text}}) => {
    if (text === 'gone') return 410;
    if (first.has(id)) return 200;
    first.add(id);
    if (text === 'silent') return 'silence';
    if (text === 'moved') return {status: 307, headers: {location: `${receiver.url}/elsewhere`}};
    return text === 'busy' ? {status: 503, headers: {'retry-after': '1'}} : 200;
  };
  const setting = {name: 'odd', server: receiver, events: ['chat.message'], timeoutMs: 200};
  await using node = await startNode({env: {PARLEY_WEBHOOKS: webhooksFor(setting)}});
  await using ann = await connectBare(node, {user: 'ann'});
  const manners = ['gone', 'silent', 'moved', 'busy'];
  for (const room of manners) {
    await ann.request('room.create', {room});
    await ann.request('room.join', {room});
    await ann.request('chat.send', {room, id: room, text: room});
  }
  await receiver.until(() => texts(receiver.taken).length === 3, 'all but the one that is gone');
  expect(texts(receiver.taken).sort()).toEqual(['busy', 'moved', 'silent']);
  expect(texts(receiver.asked).filter((text) => text === 'gone')).toHaveLength(1);
  const {body} = await ops(node, 'GET', '/v1/webhooks/odd/parked');
  expect(body).toMatchObject({events: [{payload: {data: {text: 'gone'}}, reason: 'status 410'}]});
});

test('[HOOK7] a receiver at a private address is refused unless it is allowed, and says so', async () => {
  await using receiver = await ReceiverServer.start();
  const setting = {name: 'inner', server: receiver, allowPrivate: false, retryForMs: 0};
  await using node = await startNode({env: {PARLEY_WEBHOOKS: webhooksFor(setting)}});
  await ops(node, 'POST', '/v1/webhooks/inner/ping');
  let parked: unknown;
  await eventually(async () => {
    ({body: parked} = await ops(node, 'GET', '/v1/webhooks/inner/parked'));
    return (parked as {events: unknown[]}).events.length === 1;
  }, 'the event to be parked');
  expect(parked).toMatchObject({events: [{reason: expect.stringMatching(/private/i) as string}]});
  expect(receiver.asked).toEqual([]);
});
