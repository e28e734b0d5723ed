import {expect, test} from 'vitest';
import {connectBare} from '../connect-bare.js';
import {RawClient} from '../raw-client.js';
import {anEvent, startEdge} from './bare-edge.js';

const transports = ['websocket', 'polling'] as const;

for (const transport of transports) {
  test(`[CON8] binary payloads arrive as they were sent, both ways, over ${transport}`, async () => {
    await using edge = await startEdge();
    await using ann = await connectBare(edge, {transports: [transport]});
    const bytes = Buffer.from(Array.from({length: 300}, (_, index) => index % 256));
    const session = edge.hub.of('ann');
    session.onReceive = ({answer}) => {
      session.connection.send(anEvent('direct'), {bytes});
      edge.broadcaster.publish(edge.hub.room, 'published', {bytes});
      answer?.({ok: true, data: {bytes}});
    };

    const answer = await ann.ask<{bytes: Buffer}>('upload', {bytes, small: new Uint8Array([1, 2, 3])});

    // Looked at a turn later: uWS takes its memory back after its own callback.
    expect(session.received[0]?.params).toEqual({bytes, small: Buffer.from([1, 2, 3])});
    expect(answer).toEqual({ok: true, data: {bytes}});
    expect(await ann.next('direct')).toEqual({bytes});
    expect(await ann.next('published')).toEqual({bytes});
  });

  test(`[ENV1] a request has exactly one argument, over ${transport}`, async () => {
    await using edge = await startEdge();
    await using ann = await connectBare(edge, {transports: [transport]});

    expect(await ann.ask('nothing')).toMatchObject({ok: false, error: {code: 'invalid_payload', field: ''}});
    expect(await ann.ask('two', {}, {})).toMatchObject({ok: false, error: {code: 'invalid_payload', field: ''}});
    expect(await ann.ask('one', {})).toEqual({ok: true, data: {}});
    expect(edge.hub.of('ann').received.map(({name}) => name)).toEqual(['one']);
  });
}

test('[CON11] what is published in the turn of a close does not reach the closed connection, and what came before does', async () => {
  await using edge = await startEdge();
  await using eve = await RawClient.connect(edge, 'eve');
  await using ann = await RawClient.connect(edge, 'ann');
  const {room} = edge.hub;

  edge.broadcaster.publish(room, 'event', {n: 1});
  edge.hub.of('eve').connection.close('kicked');
  edge.broadcaster.publish(room, 'event', {n: 2});
  edge.broadcaster.publishJsonToAll('event', JSON.stringify({n: 3}));
  edge.hub.of('eve').connection.send(anEvent('event'), {n: 4});
  await eve.end();
  await ann.until(() => ann.events('event').length === 3);

  expect(eve.events('event')).toEqual([{n: 1}]);
  expect(eve.frames.at(-1)).toBe('41');
  expect(eve.frames.at(-2)).toContain('session.closing');
  expect(ann.events('event')).toEqual([{n: 1}, {n: 2}, {n: 3}]);
  expect(edge.hub.of('eve').wasDropped).toBe(0);
});

test('[CON11] no answer follows the end either', async () => {
  await using edge = await startEdge();
  await using eve = await RawClient.connect(edge, 'eve');
  const session = edge.hub.of('eve');
  session.onReceive = ({answer}) => {
    session.connection.close('kicked');
    answer?.({ok: true, data: {}});
  };

  eve.request(7, 'anything', {});
  await eve.end();

  expect(eve.frames.filter((frame) => frame.startsWith('43'))).toEqual([]);
});

test('[ENV8] direct events and publications keep the order of the calls, also while a client upgrades', async () => {
  await using edge = await startEdge();
  let n = 0;
  const over = new AbortController();
  // From the first moment of the session on, so that polling, the upgrade and WebSocket each carry some.
  const source = (async () => {
    for (; !over.signal.aborted; await new Promise((resolve) => setTimeout(resolve, 1))) {
      if (edge.hub.sessions.length === 0) continue;
      edge.hub.of('ann').connection.send(anEvent('event'), {n: n++});
      edge.broadcaster.publish(edge.hub.room, 'event', {n: n++});
    }
  })();
  await using ann = await connectBare(edge, {transports: ['polling', 'websocket']});
  const byWebSocket = (): boolean => ann.socket.io.engine.transport.name === 'websocket';
  await ann.until(byWebSocket, 'the upgrade');
  const upgradedAt = n;
  await ann.until(() => n > upgradedAt + 100, 'more');
  over.abort();
  await source;
  await ann.until(() => ann.all('event').length === n, 'all events');

  expect(ann.all<{n: number}>('event').map((event) => event.n)).toEqual(Array.from({length: n}, (_, index) => index));
});

test('[FEED8] two nodes in one process do not hear each other’s publications', async () => {
  await using here = await startEdge();
  await using there = await startEdge();
  await using ann = await connectBare(here);
  await using bob = await connectBare(there, {user: 'bob'});

  here.broadcaster.publish('hall', 'event', {from: 'here'});
  there.broadcaster.publish('hall', 'event', {from: 'there'});

  expect(await ann.next('event')).toEqual({from: 'here'});
  expect(await bob.next('event')).toEqual({from: 'there'});
  await there.edge.close();
  here.broadcaster.publish('hall', 'event', {from: 'here still'});
  await ann.until(() => ann.all('event').length === 2);
  expect(ann.all('event').at(-1)).toEqual({from: 'here still'});
});
