import {closeCodes, ParleyError, protocolVersion, push} from '@parley/protocol';
import {expect, test} from 'vitest';
import {settle, until} from '../../test/fakes/hand-turned-clock.js';
import {Harness} from '../../test/fakes/harness.js';
import type {ConnectionState} from './state.js';

const statuses = (states: readonly ConnectionState[]): string[] => states.map(({status}) => status);

test('[SES1] a client is ready with the first session.ready', async () => {
  const harness = new Harness();
  const parley = harness.connect({device: 'laptop'});
  expect(parley.state.status).toBe('connecting');
  await expect(parley.ready).resolves.toMatchObject({user: 'ada', session: 'session-1', node: 'http://one'});
  expect(harness.server.handshakes[0]?.auth).toEqual({token: 'ada', v: protocolVersion, device: 'laptop', attempt: 1});
  await parley.close();
});

test('[SES2] a cut connection is resumed at once, with the same session and a higher attempt', async () => {
  const harness = new Harness();
  const parley = harness.connect();
  await parley.ready;
  const states: ConnectionState[] = [];
  parley.on('state', (state) => states.push(state));
  harness.server.cut();
  await until(() => parley.state.status === 'connected' && states.length > 0);
  expect(statuses(states)).toEqual(['resuming', 'connected']);
  expect(states.at(-1)).toMatchObject({resumed: true, session: 'session-1'});
  expect(harness.server.handshakes[1]?.auth).toMatchObject({attempt: 2, resume: {session: 'session-1'}});
  expect(harness.server.connections).toBe(1);
  await parley.close();
});

test('[SES12] each return is with the key of the last session.ready that came, and one that is lost does no harm', async () => {
  const harness = new Harness();
  const parley = harness.connect();
  await parley.ready;
  for (const handshakes of [2, 3]) {
    harness.server.cut();
    await until(() => harness.server.handshakes.length === handshakes && parley.state.status === 'connected');
    expect(parley.state).toMatchObject({resumed: true, session: 'session-1'});
    await harness.clock.turn(10_000);
  }
  harness.server.loseReady = true;
  harness.server.cut();
  await harness.clock.turn(10_000);
  harness.server.loseReady = false;
  await harness.clock.turn(10_000);
  expect(parley.state).toMatchObject({status: 'connected', resumed: true, session: 'session-1'});
  const keys = harness.server.handshakes.map(({auth}) => auth.resume?.key);
  expect(keys.length).toBeGreaterThan(4);
  expect(new Set(keys.slice(0, 4)).size).toBe(4);
  expect(new Set(keys.slice(3)).size).toBe(1);
  await parley.close();
});

test('while the server is away the client says until when it waits, and tries the next node each time', async () => {
  const harness = new Harness();
  const parley = harness.connect({url: ['http://one', 'http://two', 'http://three']});
  await parley.ready;
  await harness.clock.turn(60_000);
  harness.server.down = true;
  harness.server.cut();
  await until(() => parley.state.status === 'offline');
  expect(parley.state).toMatchObject({reason: 'network', retryAt: harness.clock.now() + 300});
  await harness.clock.turn(300);
  expect(parley.state).toMatchObject({status: 'offline', retryAt: harness.clock.now() + 600});
  expect(harness.server.handshakes.map(({url}) => url)).toEqual(['http://one', 'http://two', 'http://three']);
  harness.server.down = false;
  await harness.clock.turn(600);
  expect(parley.state).toMatchObject({status: 'connected', url: 'http://one', resumed: true});
  await parley.close();
});

test('when the network is back the client does not wait any longer', async () => {
  const harness = new Harness();
  harness.server.down = true;
  const parley = harness.connect();
  await until(() => parley.state.status === 'offline');
  harness.server.down = false;
  harness.surroundings.say('online');
  await expect(parley.ready).resolves.toMatchObject({user: 'ada'});
  await parley.close();
});

test('[CON13] a draining node is left for as long as it asks for', async () => {
  const harness = new Harness();
  const parley = harness.connect();
  await parley.ready;
  harness.server.close('draining', 2_500);
  await until(() => parley.state.status === 'offline');
  expect(parley.state).toMatchObject({reason: 'draining', retryAt: harness.clock.now() + 2_500});
  await harness.clock.turn(2_499);
  expect(harness.server.handshakes).toHaveLength(1);
  await harness.clock.turn(1);
  expect(parley.state).toMatchObject({status: 'connected', resumed: true});
  await parley.close();
});

test.each(['key_reused', 'too_many_sessions', 'ended'] as const)(
  '[CON13] a client that is closed with %s stays away, says why, and keeps nothing of the session',
  async (reason) => {
    const harness = new Harness();
    const items = new Map<string, string>();
    const storage = {
      getItem: (name: string) => items.get(name) ?? null,
      setItem: (name: string, value: string) => void items.set(name, value),
      removeItem: (name: string) => void items.delete(name),
    };
    const parley = harness.connect({storage});
    await parley.ready;
    const states: ConnectionState[] = [];
    parley.on('state', (state) => states.push(state));
    harness.surroundings.say('hide');
    expect(items.size).toBe(1);
    harness.server.close(reason);
    await until(() => parley.state.status === 'closed');
    expect(states).toEqual([{status: 'closed', reason, message: closeCodes[reason].text}]);
    expect(items.size).toBe(0);
    await harness.clock.turn(600_000);
    expect(harness.server.handshakes).toHaveLength(1);
    expect(harness.clock.timers).toBe(0);
  },
);

test('[SES9] a kicked client stays away, and says why to whoever still waits', async () => {
  const harness = new Harness();
  const parley = harness.connect();
  await parley.ready;
  const room = await parley.join('lobby', {create: true});
  harness.server.close('kicked');
  await until(() => parley.state.status === 'closed');
  expect(parley.state).toMatchObject({reason: 'kicked'});
  await expect(parley.join('garden')).rejects.toMatchObject({code: 'forbidden'});
  expect(() => room.send('hello')).toThrow(ParleyError);
  await harness.clock.turn(600_000);
  expect(harness.server.handshakes).toHaveLength(1);
  expect(harness.clock.timers).toBe(0);
});

test('[CON2] an expired token is fetched anew once; if that is refused too the client is closed', async () => {
  const harness = new Harness();
  let fetched = 0;
  harness.server.admit = ({token}) => (token === 'fresh' ? undefined : new ParleyError('token_expired'));
  const parley = harness.connect({token: () => (++fetched === 1 ? 'stale' : 'fresh')});
  await parley.ready;
  expect(fetched).toBe(2);
  harness.server.admit = () => new ParleyError('bad_token');
  harness.server.cut();
  await until(() => parley.state.status === 'closed');
  expect(parley.state).toMatchObject({reason: 'bad_token'});
  expect(fetched).toBe(3);
});

test('the token is kept while it is accepted, so that reconnects do not storm who gives it', async () => {
  const harness = new Harness();
  let fetched = 0;
  const parley = harness.connect({token: () => `user-${++fetched}`});
  await parley.ready;
  for (let cut = 0; cut < 3; cut += 1) {
    await harness.clock.turn(10_000);
    harness.server.cut();
    await until(() => harness.server.handshakes.length === cut + 2 && parley.state.status === 'connected');
  }
  expect(fetched).toBe(1);
  await parley.close();
});

test('a token that cannot be had, or hangs, is asked for again', async () => {
  const harness = new Harness();
  const answers: (() => Promise<string>)[] = [
    () => Promise.reject(new Error('endpoint away')),
    () => new Promise(() => undefined),
    () => Promise.resolve('ada'),
  ];
  const parley = harness.connect({token: () => answers.shift()?.() ?? Promise.reject(new Error('asked too often'))});
  await settle();
  await harness.clock.turn(10_000);
  expect(parley.state).toMatchObject({status: 'offline', reason: 'token'});
  await harness.clock.turn(300);
  await expect(parley.ready).resolves.toMatchObject({user: 'ada'});
  await parley.close();
});

test('[SES6] a connection that never says session.ready is given up in time', async () => {
  const harness = new Harness();
  const open = harness.server.open;
  let silent = true;
  Object.assign(harness.server, {
    open: (...args: Parameters<typeof open>) => {
      if (!silent) return open(...args);
      silent = false;
      return {send: () => undefined, close: () => undefined};
    },
  });
  const parley = harness.connect();
  await harness.clock.turn(10_000);
  await expect(parley.ready).resolves.toMatchObject({user: 'ada'});
  await parley.close();
});

test('a node that drops its clients right after letting them in is not stormed', async () => {
  const harness = new Harness();
  const parley = harness.connect();
  await parley.ready;
  for (let turn = 0; turn < 50; turn += 1) {
    harness.server.cut();
    await settle();
  }
  expect(harness.server.handshakes.length).toBeLessThan(4);
  await parley.close();
});

test('[SES10] close signs the session out and leaves nothing running', async () => {
  const harness = new Harness();
  const parley = harness.connect();
  await parley.ready;
  const room = await parley.join('lobby', {create: true});
  const left: unknown[] = [];
  room.on('left', (departure) => left.push(departure));
  await parley.close();
  await parley.close();
  expect(harness.server.asked.at(-1)?.name).toBe('session.end');
  expect(parley.state).toMatchObject({status: 'closed', reason: 'signed_out'});
  expect(left).toEqual([{reason: 'closed'}]);
  expect(harness.server.connections).toBe(0);
  expect(harness.clock.timers).toBe(0);
});

test('a client that is closed before it was ever connected rejects ready', async () => {
  const harness = new Harness();
  harness.server.down = true;
  const parley = harness.connect();
  const ready = expect(parley.ready).rejects.toBeInstanceOf(ParleyError);
  await parley.close();
  await ready;
});

test('[PUSH1] pushes to the user come by the client, pushes to a joined room by the room', async () => {
  const harness = new Harness();
  const parley = harness.connect();
  const room = await parley.join('lobby', {create: true});
  const got: string[] = [];
  parley.on('push', ({topic}) => got.push(`client ${topic}`));
  room.on('push', ({topic}) => got.push(`room ${topic}`));
  harness.server.tell(push.received.name, {id: 'p1', topic: 'mail', data: null, at: 1});
  harness.server.tell(push.received.name, {id: 'p2', topic: 'order', data: {n: 1}, at: 1, room: 'lobby'});
  harness.server.append('lobby', push.stored.name, {id: 'p3', topic: 'kept', data: [1]});
  await until(() => got.length === 3);
  expect(got).toEqual(['client mail', 'room order', 'room kept']);
  await parley.close();
});
