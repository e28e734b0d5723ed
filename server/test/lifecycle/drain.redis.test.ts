import {setTimeout as pause} from 'node:timers/promises';
import {expect, test} from 'vitest';
import {connectBare, type BareClient} from '../connect-bare.js';
import {SteadyConversation} from '../failure/steady-conversation.js';
import {ops} from '../ops.js';
import {startRedis} from '../redis-server.js';
import {spawnNode, type SpawnedNode} from '../spawn-node.js';

interface Info {
  readonly nodes: readonly {readonly node: string; readonly leaving: boolean}[];
}

/** What `asked` says of the node: whether it leaves; undefined if it is not known there. */
async function leavingAccordingTo(asked: SpawnedNode, {node}: SpawnedNode): Promise<boolean | undefined> {
  const {body} = await ops(asked, 'GET', '/v1/info');
  return (body as Info).nodes.find((one) => one.node === node)?.leaving;
}

test('[DRAIN5] a node that is stopped under 100 messages a second costs nothing: 0 lost, 0 doubled, all resume', async () => {
  await using redis = await startRedis();
  const env = {REDIS_URL: redis.url, PARLEY_ACCEPTS_PER_SECOND: '100', PARLEY_DRAIN_TIME: '10s'};
  await using leaving = await spawnNode({...env, PARLEY_NODE_NAME: 'leaving'});
  await using staying = await spawnNode({...env, PARLEY_NODE_NAME: 'staying'});
  await using conversation = await SteadyConversation.open([leaving, staying], 4);
  // 60 at half of the 100 a second that the other node takes in: time enough to look.
  const guests: BareClient[] = [];
  while (guests.length < 60) {
    guests.push(await connectBare(leaving, {user: `guest-${guests.length}`}));
    await pause(15); // it takes in no more than 100 a second itself
  }
  const seen: unknown[] = [];
  const draining = {status: 503, body: expect.objectContaining({status: 'draining'}) as unknown};
  const often = {interval: 10};

  await conversation.write(100, 4, async () => {
    leaving.kill('SIGTERM');
    await expect.poll(() => ops(leaving, 'GET', '/ready'), often).toEqual(draining);
    await expect.poll(() => leavingAccordingTo(staying, leaving), often).not.toBe(false);
    seen.push(await leavingAccordingTo(staying, leaving));
    seen.push(await leaving.ended, await leavingAccordingTo(staying, leaving));
  });
  await conversation.verify();

  // [DRAIN1], [DRAIN2], [DRAIN7]: draining, announced, ended with 0, and gone for the others at that moment.
  expect(seen).toEqual([true, 0, undefined]);
  expect(leaving.output().trimEnd().split('\n').at(-1)).toContain('"stopped"');
  for (const {parley} of conversation.members) {
    expect(parley.state).toMatchObject({status: 'connected', node: staying.node});
  }
  const farewells = guests.map((guest) => guest.all<{code: number; retryAfterMs: number}>('session.closing'));
  expect(farewells.every(([one, ...more]) => one?.code === 4_000 && more.length === 0)).toBe(true);
  expect(leaving.output() + staying.output()).not.toMatch(/unhandledRejection|"level":(50|60)/);
  for (const guest of guests) guest.close();
});

test('[DRAIN7] what a stopped node held is free at once: another node sweeps and nobody waits for a time-out', async () => {
  await using redis = await startRedis();
  // Far longer than this test: what it shows does not come from a heartbeat that is missed.
  const env = {REDIS_URL: redis.url, PARLEY_NODE_TIMEOUT: '1m', PARLEY_LEASE: '1m', PARLEY_RESUME_WINDOW: '2s'};
  await using first = await spawnNode(env);
  await pause(1_500); // it is the one that sweeps by now
  await using second = await spawnNode(env);
  await using ann = await connectBare(first, {user: 'ann'});

  first.kill('SIGTERM');
  expect(await first.ended).toBe(0);
  await ann.closed();

  expect(await leavingAccordingTo(second, first)).toBeUndefined();
  const sessions = async (): Promise<unknown> => (await ops(second, 'GET', '/v1/users/ann/sessions')).body;
  expect(await sessions()).toMatchObject({sessions: [{state: 'away'}]});
  await expect.poll(sessions, {timeout: 8_000}).toMatchObject({sessions: []});
});
