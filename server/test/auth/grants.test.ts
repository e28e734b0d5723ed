import {makeConfig} from '@parley/server';
import {exportSPKI} from 'jose';
import {describe, expect, test} from 'vitest';
import {keySource} from '../../src/auth/key-source.js';
import {createTokenVerifier} from '../../src/auth/token-verifier.js';
import {createClock} from '../../src/clock.js';
import {makeKey} from './issuer.js';

const key = await makeKey('one');
const {auth} = makeConfig({PARLEY_AUTH_PUBLIC_KEY: await exportSPKI(key.publicKey), PARLEY_AUTH_ALGORITHMS: 'ES256'});
const verifier = createTokenVerifier(auth, keySource(auth.key), createClock());

test('[PERM8] the grants of a token are read, and a token without the claim has none', async () => {
  const grants = [
    {rooms: ['team-*', 'lobby', '*'], role: 'member', call: ['join', 'audio'], exp: 2_000_000_000.5},
    {rooms: ['den']},
  ];
  expect((await verifier.verify(await key.sign({grants}))).grants).toEqual([
    {rooms: ['team-*', 'lobby', '*'], role: 'member', call: ['join', 'audio'], expiresAt: 2_000_000_000_500},
    {rooms: ['den']},
  ]);
  expect((await verifier.verify(await key.sign({grants: []}))).grants).toEqual([]);
  expect(await verifier.verify(await key.sign())).not.toHaveProperty('grants');
});

describe('[PERM10] what is wrong in the grants is named', () => {
  test.each([
    ['grants', 'all'],
    ['grants', {rooms: ['den']}],
    ['grants', Array.from({length: 51}, () => ({rooms: ['den']}))],
    ['grants.0.rooms', [{}]],
    ['grants.0.rooms', [{rooms: []}]],
    ['grants.0.rooms', [{rooms: Array.from({length: 51}, () => 'den')}]],
    ['grants.1.rooms.1', [{rooms: ['den']}, {rooms: ['den', 'a*b']}]],
    ['grants.0.rooms.0', [{rooms: ['**']}]],
    ['grants.0.rooms.0', [{rooms: ['x'.repeat(65)]}]],
    ['grants.0.role', [{rooms: ['den'], role: 'king'}]],
    ['grants.0.call.0', [{rooms: ['den'], call: ['sing']}]],
    ['grants.0.exp', [{rooms: ['den'], exp: 'tomorrow'}]],
    ['grants.0.exp', [{rooms: ['den'], exp: -1}]],
    ['grants.0.more', [{rooms: ['den'], more: true}]],
  ])('%s', async (path, grants) => {
    await expect(verifier.verify(await key.sign({grants}))).rejects.toMatchObject({
      code: 'bad_token',
      field: `token.${path}`,
      message: expect.stringContaining(`"${path}"`) as string,
    });
  });
});
