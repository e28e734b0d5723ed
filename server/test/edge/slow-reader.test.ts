import {closeCodes} from '@parley/protocol';
import {expect, test} from 'vitest';
import {connectBare} from '../connect-bare.js';
import {eventually} from '../eventually.js';
import {RawClient} from '../raw-client.js';
import {anEvent, startEdge} from './bare-edge.js';

const bufferBytes = 256 * 1_024;
const env = {PARLEY_MAX_BUFFER: '256KiB', PARLEY_MAX_PAYLOAD: '64KiB'};
const text = 'x'.repeat(4_000);

/** A turn of the event loop, in which uWS hands out what was published. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('[CON12] a slow reader is closed with slow_consumer within its bound, hears no hole, and others are unaffected', async () => {
  await using edge = await startEdge(env);
  await using slow = await RawClient.connect(edge, 'slow');
  await using quick = await RawClient.connect(edge, 'quick');
  slow.socket.pause();
  const session = edge.hub.of('slow');
  const before = process.memoryUsage().rss;

  let n = 0;
  while (session.connection.open) {
    for (let batch = 0; batch < 10; batch++) edge.broadcaster.publish(edge.hub.room, 'event', {n: n++, text});
    await turn();
    if (n > 20_000) throw new Error('The slow reader is still connected.');
  }
  const total = n + 500;
  while (n < total) {
    edge.broadcaster.publish(edge.hub.room, 'event', {n: n++, text});
    await turn();
  }
  expect(session.wasDropped).toBe(1);
  expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024);

  const last = `{"n":${total - 1},`;
  await quick.until(() => quick.frames.at(-1)!.includes(last));
  expect(quick.events<{n: number}>('event').map((event) => event.n)).toEqual(
    Array.from({length: total}, (_, at) => at),
  );

  // It reads on: first what there was without a hole, then why, and nothing else.
  slow.socket.resume();
  const end = await slow.end();
  const heard = slow.events<{n: number}>('event').map((event) => event.n);
  expect(heard).toEqual(Array.from({length: heard.length}, (_, at) => at));
  expect(heard.length).toBeLessThan(total);
  expect(end.code).toBe(closeCodes.slow_consumer.code);
  expect(slow.closing?.reason).toBe('slow_consumer');
  expect(slow.frames.at(-1)).toContain('session.closing');
  expect(edge.seen.closed).toEqual(['slow_consumer']);
});

test('[CON12] a reader that has stopped altogether is cut, and the node holds no more than the bound for it', async () => {
  await using edge = await startEdge(env);
  await using slow = await RawClient.connect(edge, 'slow');
  slow.socket.pause();
  const {connection} = edge.hub.of('slow');

  // Directly this time, in one turn: the bound holds there as well.
  for (let n = 0; connection.open && n < 20_000; n++) connection.send(anEvent('event'), {n, text});
  expect(connection.open).toBe(false);
  await eventually(() => edge.edge.connections === 0);
}, 20_000);

test('[CON12] a long-polling client that does not poll is closed with slow_consumer within its bound', async () => {
  await using edge = await startEdge(env);
  const token = await edge.token('lazy');
  const sid = await openPolling(edge.url, token);
  await eventually(() => edge.hub.sessions.length === 1);
  const {connection} = edge.hub.of('lazy');

  let sent = 0;
  while (connection.open) {
    edge.broadcaster.publish(edge.hub.room, 'event', {n: sent, text});
    sent += text.length;
    await turn();
    if (sent > 50 * bufferBytes) throw new Error('The lazy client is still connected.');
  }

  expect(sent).toBeLessThan(2 * bufferBytes);
  expect(edge.seen.closed).toEqual(['slow_consumer']);
  const rest = await (await fetch(`${edge.url}/socket.io/?EIO=4&transport=polling&sid=${sid}`)).text();
  expect(rest).toContain('slow_consumer');
  expect(rest.length).toBeLessThan(bufferBytes);
});

test('[CHAT6] droppable events are left out for a client that is behind, and stored ones are not', async () => {
  await using edge = await startEdge({PARLEY_MAX_BUFFER: '8MiB'});
  await using slow = await RawClient.connect(edge, 'slow');
  await using quick = await connectBare(edge, {user: 'quick'});
  const {room} = edge.hub;
  slow.socket.pause();
  let n = 0;
  // Until the kernel takes no more and the node has to hold something.
  while (edge.seen.dropped === 0) {
    for (let batch = 0; batch < 20; batch++) edge.broadcaster.publish(room, 'stored', {n: n++, text});
    edge.broadcaster.publish(room, 'ephemeral', {n}, {droppable: true});
    await turn();
    if (n > 2_000) await new Promise((resolve) => setTimeout(resolve, 50));
    if (n > 4_000) throw new Error('Nobody is behind.');
  }
  const marker = n;
  edge.broadcaster.publish(room, 'ephemeral', {n: marker, last: true}, {droppable: true});
  edge.broadcaster.publish(room, 'stored', {n: n++, text: 'the last one'});
  slow.socket.resume();
  await slow.until(() => slow.frames.at(-1)!.includes('the last one'));
  await quick.until(() => quick.all('stored').length === n);
  expect(slow.events('stored')).toHaveLength(n);

  expect(quick.all('ephemeral')).toContainEqual({n: marker, last: true});
  expect(slow.events('ephemeral')).not.toContainEqual({n: marker, last: true});
  expect(edge.hub.of('slow').connection.open).toBe(true);

  // Once it has caught up it gets them again.
  await eventually(() => {
    edge.broadcaster.publish(room, 'ephemeral', {again: true}, {droppable: true});
    return slow.frames.at(-1)!.includes('again');
  });
});

/** Opens a session over long-polling by hand, and polls once for what it answers. */
async function openPolling(url: string, token: string): Promise<string> {
  const at = `${url}/socket.io/?EIO=4&transport=polling`;
  const opened = await (await fetch(at)).text();
  const {sid} = JSON.parse(opened.slice(1)) as {sid: string};
  await fetch(`${at}&sid=${sid}`, {method: 'POST', body: `40${JSON.stringify({token, v: 1})}`});
  return sid;
}
