import {generateKeyPairSync} from 'node:crypto';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {ConfigError, makeConfig} from '@parley/server';
import {HandClock} from '@parley/signaling/testing';
import {exportJWK, exportSPKI, generateKeyPair, SignJWT, type CryptoKey} from 'jose';
import {describe, expect, test, vi} from 'vitest';
import {keySource} from '../../src/auth/key-source.js';
import {TokenSigner, userNamed} from '../../src/auth/token-signer.js';
import {createTokenVerifier, type TokenVerifier} from '../../src/auth/token-verifier.js';
import {createClock} from '../../src/clock.js';
import {temporaryFolder} from '../temporary-folder.js';
import {Issuer, makeKey} from './issuer.js';

function verifier(environment: Record<string, string>, clock = createClock()): TokenVerifier {
  const {auth} = makeConfig(environment);
  return createTokenVerifier(auth, keySource(auth.key), clock);
}

const inAnHour = (): number => Math.floor(Date.now() / 1_000) + 3_600;
const sign = (key: CryptoKey | Uint8Array, alg: string, claims: object = {}, kid?: string): Promise<string> =>
  new SignJWT({sub: 'ann', name: 'Ann', exp: inAnHour(), ...claims})
    .setProtectedHeader({alg, ...(kid !== undefined && {kid})})
    .sign(key);

describe('[CON2] public keys', () => {
  for (const alg of ['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA']) {
    test(`${alg}, as PEM, JWK and file`, async () => {
      const {publicKey, privateKey} = await generateKeyPair(alg, {extractable: true});
      const pem = await exportSPKI(publicKey);
      const file = join(temporaryFolder(), 'key.pem');
      writeFileSync(file, pem);
      const token = await sign(privateKey, alg, {jti: 'token-1'});

      for (const given of [pem, pem.replaceAll('\n', '\\n'), JSON.stringify(await exportJWK(publicKey)), file]) {
        const identity = await verifier({PARLEY_AUTH_PUBLIC_KEY: given}).verify(token);
        expect(identity).toEqual({
          user: 'ann',
          name: 'Ann',
          tokenId: 'token-1',
          expiresAt: expect.any(Number) as number,
        });
      }
    });
  }

  test('the public key is no secret: a token that is signed with its text is refused', async () => {
    const {publicKey} = await generateKeyPair('RS256', {extractable: true});
    const pem = await exportSPKI(publicKey);
    const forged = await sign(new TextEncoder().encode(pem), 'HS256');

    await expect(verifier({PARLEY_AUTH_PUBLIC_KEY: pem}).verify(forged)).rejects.toMatchObject({code: 'bad_token'});
  });

  test('an algorithm that is not on the list is refused, though the key would fit', async () => {
    const {publicKey, privateKey} = await generateKeyPair('RS256', {extractable: true});
    const only = {PARLEY_AUTH_PUBLIC_KEY: await exportSPKI(publicKey), PARLEY_AUTH_ALGORITHMS: 'RS512'};

    await expect(verifier(only).verify(await sign(privateKey, 'RS256'))).rejects.toMatchObject({code: 'bad_token'});
  });

  test('a key that cannot be used stops the start with a sentence that names the variable', () => {
    const short = generateKeyPairSync('rsa', {modulusLength: 1_024}).publicKey.export({type: 'spki', format: 'pem'});
    for (const given of [
      '/no/such/file.pem',
      '-----BEGIN PUBLIC KEY-----\nnonsense',
      '{"kty": "oct"}',
      String(short),
    ]) {
      expect(() => verifier({PARLEY_AUTH_PUBLIC_KEY: given})).toThrow(ConfigError);
      expect(() => verifier({PARLEY_AUTH_PUBLIC_KEY: given})).toThrow(/^PARLEY_AUTH_PUBLIC_KEY/);
    }
  });
});

describe('[CON2] keys by address', () => {
  test('a key that appears by rotation is taken, one that was never published is not', async () => {
    await using issuer = await Issuer.start();
    const check = verifier({PARLEY_AUTH_JWKS_URL: issuer.url});
    const [first, second, stranger] = await Promise.all([makeKey('first'), makeKey('second'), makeKey('stranger')]);
    issuer.keys = [first];

    expect(await check.verify(await sign(first.privateKey, 'ES256', {}, 'first'))).toMatchObject({user: 'ann'});
    await check.verify(await sign(first.privateKey, 'ES256', {}, 'first'));
    expect(issuer.asked).toBe(1);

    await expect(check.verify(await sign(stranger.privateKey, 'ES256', {}, 'stranger'))).rejects.toMatchObject({
      code: 'bad_token',
    });
    const asked = issuer.asked;
    // Unknown keys do not make the issuer be asked again and again.
    for (let n = 0; n < 5; n++) {
      await expect(check.verify(await sign(stranger.privateKey, 'ES256', {}, 'stranger'))).rejects.toMatchObject({
        code: 'bad_token',
      });
    }
    expect(issuer.asked).toBe(asked);

    // The issuer rotates; ten seconds after it was asked last it may be asked again.
    issuer.keys = [second];
    const rotated = await sign(second.privateKey, 'ES256', {}, 'second');
    await expect(check.verify(rotated)).rejects.toMatchObject({code: 'bad_token'});
    vi.useFakeTimers({toFake: ['Date'], now: Date.now() + 11_000});
    try {
      expect(await check.verify(rotated)).toMatchObject({user: 'ann'});
    } finally {
      vi.useRealTimers();
    }
  });

  test('an issuer that is away is unavailable, not a bad token, and is asked again when it is back', async () => {
    const issuer = await Issuer.start();
    const key = await makeKey('only');
    issuer.keys = [key];
    const token = await key.sign();
    const check = verifier({PARLEY_AUTH_JWKS_URL: issuer.url});
    issuer.answer = (response) => response.writeHead(500).end();

    await expect(check.verify(token)).rejects.toMatchObject({code: 'unavailable', retryAfterMs: 5_000});
    issuer.answer = undefined;
    expect(await check.verify(token)).toMatchObject({user: 'ann'});

    const gone = verifier({PARLEY_AUTH_JWKS_URL: issuer.url});
    await issuer[Symbol.asyncDispose]();
    await expect(gone.verify(token)).rejects.toMatchObject({code: 'unavailable'});
  });
});

test('[CON2] the clock tolerance applies, and not a second more', async () => {
  const secret = 'a secret that only tests know, 32 bytes and more';
  const clock = new HandClock(1_700_000_000_000);
  const check = verifier({PARLEY_AUTH_SECRET: secret, PARLEY_AUTH_CLOCK_TOLERANCE: '10s'}, clock);
  const at = Math.floor(clock.now() / 1_000);
  const expiring = (exp: number) => sign(new TextEncoder().encode(secret), 'HS256', {exp});

  expect(await check.verify(await expiring(at - 9))).toMatchObject({expiresAt: (at - 9) * 1_000});
  await expect(check.verify(await expiring(at - 10))).rejects.toMatchObject({code: 'token_expired'});
});

test('[CON2] a claim that is not accepted is named, and a name falls back to the user', async () => {
  const secret = 'a secret that only tests know, 32 bytes and more';
  const key = new TextEncoder().encode(secret);
  const check = verifier({PARLEY_AUTH_SECRET: secret, PARLEY_AUTH_AUDIENCE: 'parley'});

  await expect(check.verify(await sign(key, 'HS256', {aud: 'other'}))).rejects.toMatchObject({message: /"aud"/});
  await expect(check.verify(await sign(key, 'HS256', {aud: 'parley', name: 7}))).rejects.toMatchObject({
    message: /"name"/,
  });
  await expect(check.verify(await sign(key, 'HS256', {aud: 'parley', sub: ''}))).rejects.toMatchObject({
    message: /"sub"/,
  });
  await expect(check.verify('')).rejects.toMatchObject({code: 'bad_token', field: 'token'});
  expect(await check.verify(await sign(key, 'HS256', {aud: 'parley', name: undefined}))).toMatchObject({name: 'ann'});
});

test('[CON2] tokens for development are taken by the node that made them', async () => {
  const {auth} = makeConfig({PARLEY_AUTH_ISSUER: 'me', PARLEY_AUTH_AUDIENCE: 'parley,other'});
  const source = keySource(auth.key);
  const clock = createClock();

  const made = await new TokenSigner(source.signingSecret!, auth, clock).sign({user: 'zoe', name: 'Zoë'}, 60_000);

  expect(await createTokenVerifier(auth, source, clock).verify(made.token)).toMatchObject({user: 'zoe', name: 'Zoë'});
  expect(made.expiresAt).toBeGreaterThan(Date.now());
});

test('[CON2] a display name makes a user id that every node agrees on', () => {
  expect(userNamed('Zoë Q.')).toBe('zoe-q');
  expect(userNamed('  Anna--Maria ')).toBe('anna-maria');
  expect(userNamed('李雷')).toMatch(/^user-[0-9a-f]{12}$/);
  expect(userNamed('李雷')).toBe(userNamed('李雷'));
});
