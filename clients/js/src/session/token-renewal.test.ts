import {ParleyError, session} from '@parley/protocol';
import {expect, test} from 'vitest';
import {settle, until} from '../../test/fakes/hand-turned-clock.js';
import {Harness} from '../../test/fakes/harness.js';
import {Settleable} from '../settleable.js';

const warn = (harness: Harness, leftMs = 60_000): void => {
  const at = harness.clock.now();
  harness.server.tell(session.expiring.name, {expiresAt: at + leftMs, at});
};
const refreshes = (harness: Harness): unknown[] =>
  harness.server.asked.filter(({name}) => name === session.refresh.name).map(({params}) => params);

/** A client whose n-th token is `token-n`. */
async function begin() {
  const harness = new Harness();
  const provided = {tokens: 0, away: false};
  const parley = harness.connect({
    token: () => (provided.away ? Promise.reject(new Error('away')) : `token-${++provided.tokens}`),
  });
  await parley.ready;
  return {harness, provided, parley};
}

test('[TOK4] a token that expires is replaced in place, and the new one is used for the next connection', async () => {
  const {harness, parley} = await begin();
  warn(harness);
  await until(() => refreshes(harness).length === 1);
  expect(refreshes(harness)).toEqual([{token: 'token-2'}]);
  expect(harness.server.handshakes).toHaveLength(1);
  await settle();
  harness.server.cut();
  await until(() => harness.server.handshakes.length === 2);
  expect(harness.server.handshakes[1]?.auth.token).toBe('token-2');
  await parley.close();
  expect(harness.clock.timers).toBe(0);
});

test('[TOK4] while no token can be had, or the server cannot check it, it is tried again', async () => {
  const {harness, provided, parley} = await begin();
  provided.away = true;
  warn(harness);
  await harness.clock.turn(12_000);
  expect(refreshes(harness)).toEqual([]);
  provided.away = false;
  harness.server.on.set(session.refresh.name, () => {
    throw new ParleyError('unavailable');
  });
  await harness.clock.turn(5_000);
  harness.server.on.delete(session.refresh.name);
  await harness.clock.turn(5_000);
  expect(refreshes(harness)).toEqual([{token: 'token-2'}, {token: 'token-3'}]);
  await harness.clock.turn(60_000);
  expect(refreshes(harness)).toHaveLength(2);
  await parley.close();
  expect(harness.clock.timers).toBe(0);
});

test('[TOK4] if the new token is refused the connection goes on to its end, and is resumed with another one', async () => {
  const {harness, parley} = await begin();
  harness.server.on.set(session.refresh.name, () => {
    throw new ParleyError('bad_token');
  });
  warn(harness);
  await harness.clock.turn(60_000);
  expect(refreshes(harness)).toEqual([{token: 'token-2'}]);
  expect(parley.state.status).toBe('connected');
  harness.server.close('token_expired');
  await until(() => harness.server.handshakes.length === 2 && parley.state.status === 'connected');
  expect(parley.state).toMatchObject({resumed: true, session: 'session-1'});
  expect(harness.server.handshakes[1]?.auth.token).toBe('token-3');
  await parley.close();
});

test('[TOK4] a token that comes when the connection is gone is not sent on the next one', async () => {
  const harness = new Harness();
  const late = new Settleable<string>();
  const tokens: (Promise<string> | string)[] = ['first', late.promise];
  const parley = harness.connect({token: () => tokens.shift() ?? 'further'});
  await parley.ready;
  warn(harness);
  await until(() => tokens.length === 0);
  harness.server.cut();
  await until(() => harness.server.handshakes.length === 2);
  late.resolve('late');
  await settle();
  expect(refreshes(harness)).toEqual([]);
  await parley.close();
  expect(harness.clock.timers).toBe(0);
});
