import {closeCodes} from '@parley/protocol';
import {expect, test} from 'vitest';
import {connectBare} from '../connect-bare.js';
import {eventually} from '../eventually.js';
import {RawClient} from '../raw-client.js';
import {signToken} from '../start-node.js';
import {startEdge} from './bare-edge.js';

const env = {PARLEY_MAX_PAYLOAD: '32KiB'};

test('[CON5] an oversized frame ends the connection, with the reason, and nobody else’s', async () => {
  await using edge = await startEdge(env);
  await using ann = await RawClient.connect(edge, 'ann');
  await using bob = await connectBare(edge, {user: 'bob'});

  ann.request(1, 'chat.send', {text: 'x'.repeat(40_000)});
  const {code} = await ann.end();

  expect(code).toBe(closeCodes.protocol_error.code);
  expect(ann.closing).toMatchObject({reason: 'protocol_error'});
  expect(edge.hub.of('ann').received).toEqual([]);
  expect(edge.hub.of('ann').wasDropped).toBe(1);
  expect(await bob.ask('anything', {})).toEqual({ok: true, data: {}});
});

test('[CON5] a frame far above the limit is not even taken in', async () => {
  await using edge = await startEdge(env);
  await using ann = await RawClient.connect(edge, 'ann');

  ann.request(1, 'chat.send', {text: 'x'.repeat(10_000_000)});
  await ann.end();

  await eventually(() => edge.hub.of('ann').wasDropped === 1);
  expect(edge.hub.of('ann').received).toEqual([]);
});

test('[CON5] a long-polling body above the limit is answered with 413', async () => {
  await using edge = await startEdge(env);
  const at = `${edge.url}/socket.io/?EIO=4&transport=polling`;
  const {sid} = JSON.parse((await (await fetch(at)).text()).slice(1)) as {sid: string};
  const connect = `40${JSON.stringify({token: await signToken('ann'), v: 1})}`;
  expect((await fetch(`${at}&sid=${sid}`, {method: 'POST', body: connect})).status).toBe(200);

  const response = await fetch(`${at}&sid=${sid}`, {method: 'POST', body: `42["x",{"t":"${'x'.repeat(40_000)}"}]`});

  expect(response.status).toBe(413);
  await eventually(() => edge.edge.connections === 0);
});

for (const [what, frame] of [
  ['no packet of Engine.IO', 'zzz'],
  ['no packet of Socket.IO', '49'],
  ['no JSON', '42["chat.send",{'],
  ['an event without a name', '42[{}]'],
] as const) {
  test(`[CON11] a frame that is ${what} ends the connection with protocol_error`, async () => {
    await using edge = await startEdge();
    await using ann = await RawClient.connect(edge, 'ann');

    ann.socket.send(frame);
    const {code} = await ann.end();

    expect(code).toBe(closeCodes.protocol_error.code);
    expect(ann.closing).toMatchObject({reason: 'protocol_error'});
    expect(edge.hub.of('ann').wasDropped).toBe(1);
  });
}

test('[ENV4] names that Socket.IO or Node use themselves are requests like any other', async () => {
  await using edge = await startEdge();
  await using ann = await RawClient.connect(edge, 'ann');
  const names = ['error', 'message', 'constructor', '__proto__', 'toString'];

  for (const [id, name] of names.entries()) ann.request(id + 1, name, {});
  for (const [id] of names.entries()) expect(await ann.answer(id + 1)).toEqual({ok: true, data: {}});

  expect(edge.hub.of('ann').received.map(({name}) => name)).toEqual(names);
});

test('[ENV5] a request without an acknowledgement is carried out', async () => {
  await using edge = await startEdge();
  await using ann = await RawClient.connect(edge, 'ann');

  ann.socket.send('42["chat.typing",{"room":"hall"}]');

  await eventually(() => edge.hub.of('ann').received.length === 1);
  expect(edge.hub.of('ann').received[0]).toMatchObject({params: {room: 'hall'}, answer: undefined});
});

const keepalive = {PARLEY_KEEPALIVE_INTERVAL: '200ms', PARLEY_KEEPALIVE_TIMEOUT: '300ms'};

test('[CON7] the only pings are Engine.IO’s', async () => {
  await using edge = await startEdge(keepalive);
  await using ann = await RawClient.connect(edge, 'ann');
  let webSocketPings = 0;
  ann.socket.on('ping', () => (webSocketPings += 1));

  await ann.until(() => ann.frames.filter((frame) => frame === '2').length >= 5);

  expect(webSocketPings).toBe(0);
  expect(ann.closed).toBeUndefined();
});

test('[CON7] a silent client is closed with keepalive_timeout', async () => {
  await using edge = await startEdge(keepalive);
  await using ann = await RawClient.connect(edge, 'ann');
  ann.answersPings = false;

  const {code} = await ann.end();

  expect(code).toBe(closeCodes.keepalive_timeout.code);
  expect(ann.closing).toMatchObject({reason: 'keepalive_timeout'});
  expect(edge.hub.of('ann').wasDropped).toBe(1);
  expect(edge.seen.closed).toEqual(['keepalive_timeout']);
});

test('[SES8] a client that goes away is told to the hub once', async () => {
  await using edge = await startEdge();
  await using ann = await connectBare(edge);
  await using bob = await RawClient.connect(edge, 'bob');

  ann.close();
  bob.socket.terminate();

  await eventually(() => edge.hub.connections === 0);
  expect(edge.hub.of('ann').wasDropped).toBe(1);
  expect(edge.hub.of('bob').wasDropped).toBe(1);
  expect(edge.seen.closed).toEqual(['client', 'client']);
});
