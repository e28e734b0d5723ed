import {HandClock} from '@parley/signaling/testing';
import {expect, test} from 'vitest';
import {iceAccess} from './ice-servers.js';

const urls = ['stun:turn.example.org', 'turn:turn.example.org?transport=udp', 'turns:turn.example.org:443'];

test('without servers there are none, and STUN needs no credentials', () => {
  const clock = new HandClock();
  expect(iceAccess({urls: [], credentials: undefined}, clock)('ann')).toEqual({servers: [], lifetimeMs: undefined});
  const stun = iceAccess({urls: urls.slice(0, 1), credentials: undefined}, clock);
  expect(stun('ann').servers).toEqual([{urls: ['stun:turn.example.org']}]);
});

test('[CALL18] credentials of a shared secret are the user’s own and name their end', async () => {
  const clock = new HandClock();
  const access = iceAccess({urls, credentials: {kind: 'secret', secret: 'north', lifetimeMs: 3_600_000}}, clock);
  const end = Math.floor((clock.now() + 3_600_000) / 1_000);
  const {servers, lifetimeMs} = access('ann');
  expect(lifetimeMs).toBe(3_600_000);
  expect(servers[0]).toEqual({urls: ['stun:turn.example.org']});
  expect(servers[1]).toMatchObject({urls: urls.slice(1), username: `${end}:ann`});
  expect(servers[1]?.credential).toMatch(/^[A-Za-z0-9+/]{27}=$/);
  expect(access('bob').servers[1]?.credential).not.toBe(servers[1]?.credential);
  await clock.pass(1_000);
  expect(access('ann').servers[1]?.username).toBe(`${end + 1}:ann`);
});

test('a password of all is given as it is, and does not end', () => {
  const credentials = {kind: 'password', username: 'parley', password: 'pass'} as const;
  expect(iceAccess({urls: urls.slice(1), credentials}, new HandClock())('ann')).toEqual({
    servers: [{urls: urls.slice(1), username: 'parley', credential: 'pass'}],
    lifetimeMs: undefined,
  });
});
