import {makeConfig} from '@parley/server';
import {afterEach, expect, test, vi} from 'vitest';
import {keySource} from '../../src/auth/key-source.js';
import {createTokenVerifier, type TokenVerifier} from '../../src/auth/token-verifier.js';
import {createClock} from '../../src/clock.js';
import {refusedBare} from '../connect-bare.js';
import {eventually} from '../eventually.js';
import {startNode} from '../start-node.js';
import {Issuer, makeKey} from './issuer.js';

function verifierOf(issuer: Issuer): TokenVerifier {
  const {auth} = makeConfig({PARLEY_AUTH_JWKS_URL: issuer.url});
  return createTokenVerifier(auth, keySource(auth.key), createClock());
}

const minutes = (count: number): void => {
  vi.useFakeTimers({toFake: ['Date'], now: Date.now() + count * 60_000});
};
afterEach(() => {
  vi.useRealTimers();
});
const away = {code: 'unavailable', retryAfterMs: 5_000};

test('[CON2] while the issuer is away the keys at hand go on, and its new ones are taken when it is back', async () => {
  const [first, second] = [await makeKey('first'), await makeKey('second')];
  await using issuer = await Issuer.start(first);
  const check = verifierOf(issuer);
  const [known, unknown] = [await first.sign({exp: 4e9}), await second.sign({exp: 4e9})];
  await check.verify(known);
  issuer.answer = (response) => response.destroy();

  minutes(30);
  expect(await check.verify(known)).toMatchObject({user: 'ann'});
  // It may have been signed with a key that nobody here has seen: the client should come back.
  await expect(check.verify(unknown)).rejects.toMatchObject(away);
  expect(await check.verify(known)).toMatchObject({user: 'ann'});

  issuer.answer = undefined;
  issuer.keys = [first, second];
  expect(await check.verify(unknown)).toMatchObject({user: 'ann'});
});

test('[CON2] of a token that is newer than the keys at hand nothing is said before they are fetched again', async () => {
  const [first, second, stranger] = await Promise.all([makeKey('first'), makeKey('second'), makeKey('stranger')]);
  await using issuer = await Issuer.start(first);
  const check = verifierOf(issuer);
  await check.verify(await first.sign());
  issuer.keys = [first, second];
  const iat = Math.floor(Date.now() / 1_000);
  const [rotated, forged, older] = [
    await second.sign({iat}),
    await stranger.sign({iat}),
    await stranger.sign({iat: iat - 60}),
  ];
  for (const token of [rotated, forged]) await expect(check.verify(token)).rejects.toMatchObject(away);
  await expect(check.verify(older)).rejects.toMatchObject({code: 'bad_token'});
  await expect(check.verify(await stranger.sign({iat: iat + 60}))).rejects.toMatchObject({code: 'bad_token'});
  expect(issuer.asked).toBe(1);

  minutes(1);
  expect(await check.verify(rotated)).toMatchObject({user: 'ann'});
  await expect(check.verify(forged)).rejects.toMatchObject({code: 'bad_token'});
  expect(issuer.asked).toBe(2);
});

test('[CON2] a key that the issuer withdrew is given up, in the background, and after a day without the issuer in any case', async () => {
  const [first, second] = [await makeKey('first'), await makeKey('second')];
  await using issuer = await Issuer.start(first);
  const check = verifierOf(issuer);
  const known = await first.sign({exp: 4e9});
  await check.verify(known);

  issuer.answer = (response) => response.writeHead(503).end();
  minutes(24 * 60 - 1);
  expect(await check.verify(known)).toMatchObject({user: 'ann'});
  minutes(2);
  await expect(check.verify(known)).rejects.toMatchObject(away);

  issuer.answer = undefined;
  await check.verify(known);
  issuer.keys = [second];
  minutes(11);
  await check.verify(known);
  await eventually(
    async () => (await check.verify(known).catch((error: unknown) => error)) instanceof Error,
    'the end',
  );
  await expect(check.verify(known)).rejects.toMatchObject({code: 'bad_token'});
});

test.each<[string, Issuer['answer']]>([
  ['never begins', () => undefined],
  ['never ends', (response) => response.write('{"keys":[')],
])('[CON2] an answer that %s is given up after five seconds, and is no bad token', async (_, answer) => {
  const key = await makeKey('only');
  await using issuer = await Issuer.start(key);
  issuer.answer = answer;
  const check = verifierOf(issuer);
  const token = await key.sign();
  await expect(Promise.all([check.verify(token), check.verify(token)])).rejects.toMatchObject(away);
  // Whoever waits, waits for one answer.
  expect(issuer.asked).toBe(1);
});

test.each<[string, Issuer['answer']]>([
  [
    'is larger than any key set',
    (response) => {
      const more = (): void => {
        while (response.write(' '.repeat(65_536)));
      };
      response.on('drain', more);
      more();
    },
  ],
  ['is no JSON', (response) => response.end('<html>')],
  ['is no key set', (response) => response.end('{"keys":{}}')],
  ['leads elsewhere', (response) => response.writeHead(302, {location: '/other'}).end()],
])('[CON2] an answer that %s is refused, and is no bad token', async (_, answer) => {
  const key = await makeKey('only');
  await using issuer = await Issuer.start(key);
  issuer.answer = answer;
  const check = verifierOf(issuer);
  await expect(check.verify(await key.sign())).rejects.toMatchObject(away);
  issuer.answer = undefined;
  expect(await check.verify(await key.sign())).toMatchObject({user: 'ann'});
});

test('[CON2] a client of a node whose issuer is away is told to come back', async () => {
  const key = await makeKey('only');
  await using issuer = await Issuer.start(key);
  issuer.answer = (response) => response.destroy();
  await using node = await startNode({env: {PARLEY_AUTH_SECRET: undefined, PARLEY_AUTH_JWKS_URL: issuer.url}});
  expect(await refusedBare(node, {token: await key.sign()})).toMatchObject({
    data: {code: 'unavailable', closeCode: 4006, retryAfterMs: 5_000},
  });
});
