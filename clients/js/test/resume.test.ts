import {createMemoryWorld} from '@parley/signaling/memory';
import {expect, test} from 'vitest';
import {createClock} from '../../../server/src/clock.js';
import {startNode} from '../../../server/test/start-node.js';
import {client, eventually, Seen} from './clients.js';
import {TcpProxy} from './tcp-proxy.js';

test('[SES2] [SES3] a cut connection is resumed: nothing lost, nothing doubled, same session', async () => {
  await using node = await startNode();
  await using proxy = await TcpProxy.to(node.url);
  await using ada = client('ada', proxy.url);
  await using bob = client('bob', node.url);
  const {session} = await ada.ready;
  const hers = await ada.join('lobby', {create: true});
  const his = await bob.join('lobby');
  const [sheSaw, heSaw] = [new Seen(hers), new Seen(his)];
  const states: string[] = [];
  ada.on('state', ({status}) => states.push(status));
  for (let n = 0; n < 30; n += 1) {
    if (n % 10 === 5) proxy.cut();
    await his.send(`m${n}`).done;
  }
  await sheSaw.count(30);
  expect(sheSaw.messages).toEqual(heSaw.messages.map(({sent: _, ...message}) => message));
  expect(sheSaw.resets).toEqual([]);
  await eventually(() => ada.state.status === 'connected', 'the connection');
  expect(ada.state).toMatchObject({session, resumed: true});
  expect(states).toContain('resuming');
  expect(proxy.passed).toBeGreaterThan(1);
});

test('messages written while the server is away are sent in order, once, when it is back', async () => {
  await using node = await startNode();
  await using proxy = await TcpProxy.to(node.url);
  await using ada = client('ada', proxy.url);
  await using bob = client('bob', node.url);
  const hers = await ada.join('lobby', {create: true});
  const heSaw = new Seen(await bob.join('lobby'));
  proxy.cut({refuse: true});
  await eventually(() => ada.state.status !== 'connected', 'the loss');
  const sent = Array.from({length: 20}, (_, n) => hers.send(`m${n}`));
  expect(hers.outgoing).toHaveLength(20);
  proxy.restore();
  await Promise.all(sent.map(({done}) => done));
  await heSaw.count(20);
  expect(heSaw.texts).toEqual(sent.map(({text}) => text));
  expect(sent.every(({status}) => status === 'sent')).toBe(true);
});

test('[CHAT3] cut again and again while sending, every message is there once and in order', async () => {
  await using node = await startNode();
  await using proxy = await TcpProxy.to(node.url);
  await using ada = client('ada', proxy.url);
  await using bob = client('bob', node.url);
  const hers = await ada.join('lobby', {create: true});
  const heSaw = new Seen(await bob.join('lobby'));
  const sheSaw = new Seen(hers);
  const sent = Array.from({length: 60}, (_, n) => hers.send(`m${n}`));
  for (const at of [10, 30, 45]) {
    await heSaw.count(at);
    proxy.cut();
  }
  await Promise.all(sent.map(({done}) => done));
  await Promise.all([heSaw.count(60), sheSaw.count(60)]);
  expect(heSaw.texts).toEqual(sent.map(({text}) => text));
  expect(sheSaw.texts).toEqual(heSaw.texts);
});

test('[SES7] a node that drains hands its client over: the same session goes on at the next node', async () => {
  const world = createMemoryWorld({clock: createClock()});
  const one = await startNode({world});
  await using two = await startNode({world});
  await using ada = client('ada', [one.url, two.url]);
  await using bob = client('bob', two.url);
  const {session} = await ada.ready;
  const hers = await ada.join('lobby', {create: true});
  const his = await bob.join('lobby');
  const sheSaw = new Seen(hers);
  await his.send('before').done;
  await sheSaw.count(1);
  const closed = one.close();
  await eventually(() => ada.state.status !== 'connected', 'the farewell');
  await his.send('meanwhile').done;
  const mine = hers.send('from the outbox');
  await mine.done;
  await sheSaw.count(3);
  expect(sheSaw.texts).toEqual(['before', 'meanwhile', 'from the outbox']);
  expect(ada.state).toMatchObject({status: 'connected', session, node: two.node, resumed: true});
  await closed;
});
