import {expect, test} from 'vitest';
import {startRedis} from '../redis-server.js';
import {spawnNode} from '../spawn-node.js';
import {SteadyConversation} from './steady-conversation.js';

test('[SES7] a node killed under 100 messages a second costs nothing: its clients resume elsewhere, 0 lost, 0 doubled', async () => {
  await using redis = await startRedis();
  const env = {REDIS_URL: redis.url};
  await using doomed = await spawnNode({...env, PARLEY_NODE_NAME: 'doomed'});
  await using second = await spawnNode({...env, PARLEY_NODE_NAME: 'second'});
  await using third = await spawnNode({...env, PARLEY_NODE_NAME: 'third'});
  await using conversation = await SteadyConversation.open([doomed, second, third], 3);

  await conversation.write(100, 9, async () => {
    doomed.kill('SIGKILL');
    await doomed.ended;
  });
  await conversation.verify();

  const moved = conversation.members.filter((member) => member.returns > 0);
  expect(moved).toHaveLength(3);
  for (const {parley} of moved) {
    expect(parley.state).toMatchObject({status: 'connected', resumed: true});
    expect(parley.state.status === 'connected' && parley.state.node).not.toBe(doomed.node);
  }
  expect(second.output() + third.output()).not.toMatch(/unhandledRejection|"level":(50|60)/);
});
