import {closeCodes} from '@parley/protocol';
import {expect, test} from 'vitest';
import {connectBare} from '../connect-bare.js';
import {startEdge} from '../edge/bare-edge.js';
import {eventually} from '../eventually.js';
import {RawClient} from '../raw-client.js';

for (const transport of ['websocket', 'polling'] as const) {
  test(`[CON7] a client that is asked for a sign of life answers by itself, over ${transport}`, async () => {
    await using edge = await startEdge();
    await using _ann = await connectBare(edge, {user: 'ann', transports: [transport]});
    const {connection} = edge.hub.of('ann');
    expect(connection.probe()).toBe(true);
    for (let round = 0; round < 5; round += 1)
      await eventually(() => connection.probe(), 'an answer to the last probe');
    connection.close('kicked');
    expect(connection.probe()).toBe(false);
  });
}

test('[CON7] whatever a client sends is a sign of life, and without any there is none', async () => {
  await using edge = await startEdge();
  await using ann = await RawClient.connect(edge, 'ann');
  ann.answersPings = false;
  const {connection, received} = edge.hub.of('ann');
  expect([connection.probe(), connection.probe(), connection.probe()]).toEqual([true, false, false]);
  ann.request(1, 'chat.typing', {});
  await eventually(() => received.length === 1);
  expect([connection.probe(), connection.probe()]).toEqual([true, false]);
});

test('[CON7] being asked all the time keeps no silent client from being closed, and no other from its keep-alive', async () => {
  await using edge = await startEdge({PARLEY_KEEPALIVE_INTERVAL: '200ms', PARLEY_KEEPALIVE_TIMEOUT: '300ms'});
  await using ann = await RawClient.connect(edge, 'ann');
  await using bob = await RawClient.connect(edge, 'bob');
  ann.answersPings = false;
  const asking = setInterval(() => {
    for (const user of ['ann', 'bob']) edge.hub.of(user).connection.probe();
  }, 20);
  try {
    expect((await ann.end()).code).toBe(closeCodes.keepalive_timeout.code);
    await bob.until(() => bob.frames.filter((frame) => frame === '2').length > 50);
  } finally {
    clearInterval(asking);
  }
  // Its own pings come again, now that nothing else asks.
  const before = bob.frames.length;
  await bob.until(() => bob.frames.length > before + 2);
  expect(bob.closed).toBeUndefined();
});
