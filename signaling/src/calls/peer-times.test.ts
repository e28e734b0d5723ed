import {afterEach, beforeEach, expect, test} from 'vitest';
import {CallCluster, offered, type CallNode} from '../testing/call-cluster.js';
import {settled} from '../testing/hand-clock.js';

let cluster: CallCluster;
const seen: string[] = [];
const media = (node: CallNode) => [...node.media.rooms][0]!;

beforeEach(() => {
  seen.length = 0;
  cluster = new CallCluster(
    {},
    {
      callBegan: () => void seen.push('began'),
      callEnded: (how) => void seen.push(how),
      callMediaBegan: (afterMs) => void seen.push(`media ${afterMs}`),
      callPeerBack: (afterMs) => void seen.push(`back ${afterMs}`),
    },
  );
});
afterEach(async () => {
  await cluster.close();
  expect(cluster.defects).toEqual([]);
});

test('[OPS4] the time to the first media is told once of each peer who comes while others send, and of nobody else', async () => {
  const node = cluster.node('a');
  const ann = await cluster.client(node, 'ann');
  const {send} = await ann.enter();
  await ann.publish(send);
  await cluster.clock.pass(5_000);
  const bob = await cluster.client(node, 'bob');
  const {receive} = await bob.enter();
  await offered(cluster);
  await cluster.clock.pass(300);
  await bob.confirm();
  expect(seen).toEqual(['began']);
  media(node).say({kind: 'transport', transport: receive, state: 'connected'});
  await settled();
  expect(seen).toEqual(['began', 'media 340']);
  await ann.publish(send, 'camera');
  await offered(cluster);
  await bob.confirm();
  expect(seen).toHaveLength(2);
});

test('[OPS4] how long who comes back was gone is told, and how the call ends', async () => {
  const node = cluster.node('a');
  const [ann, bob] = [await cluster.client(node, 'ann'), await cluster.client(node, 'bob')];
  await ann.enter();
  const {send} = await bob.enter();
  bob.drop();
  await settled();
  await cluster.clock.pass(700);
  await bob.connect(node);
  await settled();
  expect(seen).toEqual(['began', 'back 700']);
  for (const state of ['connected', 'disconnected'] as const)
    media(node).say({kind: 'transport', transport: send, state});
  await settled();
  await cluster.clock.pass(1_200);
  media(node).say({kind: 'transport', transport: send, state: 'connected'});
  await settled();
  expect(seen).toEqual(['began', 'back 700', 'back 1200']);
  cluster.kill(node);
  await settled();
  expect(seen.at(-1)).toBe('lost');
});
