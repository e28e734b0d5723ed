import {createHmac} from 'node:crypto';
import {closeCodes} from '@parley/protocol';
import {exportJWK, exportSPKI, generateKeyPair, SignJWT, type CryptoKey} from 'jose';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {connectBare, refusedBare} from '../connect-bare.js';
import {signToken, startNode, testSecret, type TestNode} from '../start-node.js';
import {Issuer, makeKey, type IssuerKey} from './issuer.js';

const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const seconds = (from: number): number => Math.floor(Date.now() / 1_000) + from;
const good = {sub: 'ann', exp: seconds(3_600)};
/** A token made by hand, for headers and claims that no library would sign. */
const byHand = (header: object, claims: object, secret: string): string => {
  const signed = `${base64(header)}.${base64(claims)}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
};

/** What a handshake with the token is refused with. */
async function refusal(node: TestNode, token: string) {
  const {message, data} = await refusedBare(node, {token});
  expect(data.closeCode).toBe(closeCodes[message as 'bad_token'].code);
  expect(data.field).toBe('token');
  return message;
}

describe('[CON2] with a shared secret', () => {
  let node: TestNode;
  beforeAll(async () => {
    node = await startNode({env: {PARLEY_AUTH_ISSUER: 'us', PARLEY_AUTH_AUDIENCE: 'parley'}});
  });
  afterAll(() => node.close());
  const ours = {iss: 'us', aud: 'parley'};

  test.each<[string, () => Promise<string> | string]>([
    ['of no algorithm', () => `${base64({alg: 'none'})}.${base64({...good, ...ours})}.`],
    ['of no algorithm, in other letters', () => `${base64({alg: 'nOnE'})}.${base64({...good, ...ours})}.AA`],
    ['without a signature', () => byHand({alg: 'HS256'}, {...good, ...ours}, testSecret).replace(/[^.]*$/, '')],
    ['of another algorithm of the same secret', () => byHand({alg: 'HS512'}, {...good, ...ours}, testSecret)],
    ['of another secret', () => signToken('ann', 'Ann', ours, 'another secret that nobody knows, 32 bytes')],
    ['of another issuer', () => signToken('ann', 'Ann', {...ours, iss: 'them'})],
    ['of no issuer', () => signToken('ann', 'Ann', {aud: 'parley'})],
    ['for another audience', () => signToken('ann', 'Ann', {...ours, aud: ['other', 'another']})],
    ['that is not valid yet', () => signToken('ann', 'Ann', {...ours, nbf: seconds(60)})],
    ['whose end is a text', () => byHand({alg: 'HS256'}, {...good, ...ours, exp: 'never'}, testSecret)],
    ['whose moment of issue is a text', () => byHand({alg: 'HS256'}, {...good, ...ours, iat: 'now'}, testSecret)],
    ['whose id is an object', () => byHand({alg: 'HS256'}, {...good, ...ours, jti: {}}, testSecret)],
    ['whose id is huge', () => signToken('ann', 'Ann', {...ours, jti: 'x'.repeat(257)})],
    ['whose user is huge', () => signToken('a'.repeat(4_000), 'Ann', ours)],
    ['whose name is huge', () => signToken('ann', 'A'.repeat(4_000), ours)],
    ['that is huge', () => signToken('ann', 'Ann', {...ours, more: 'x'.repeat(8_192)})],
    ['that is deep', () => signToken('ann', 'Ann', {sub: [JSON.parse(`${'['.repeat(2_000)}${']'.repeat(2_000)}`)]})],
    [
      'with a demand that nobody knows',
      () => byHand({alg: 'HS256', crit: ['x'], x: 1}, {...good, ...ours}, testSecret),
    ],
    ['of five parts', () => 'a.b.c.d.e'],
  ])('a token %s is refused with bad_token', async (_, make) => {
    expect(await refusal(node, await make())).toBe('bad_token');
  });

  test('clocks may differ by the tolerance, both ways, and a token may say more than anybody needs', async () => {
    for (const claims of [
      {exp: seconds(-2)},
      {nbf: seconds(3)},
      {iat: seconds(3_600)},
      {exp: 1e300},
      {more: 'x'.repeat(4_000)},
    ]) {
      await using _client = await connectBare(node, {token: await signToken('ann', 'Ann', {...ours, ...claims})});
    }
    expect(await refusal(node, await signToken('ann', 'Ann', {...ours, exp: seconds(-6)}))).toBe('token_expired');
  });
});

describe('[CON2] with published keys', () => {
  let key: IssuerKey;
  let issuer: Issuer;
  let node: TestNode;
  beforeAll(async () => {
    key = await makeKey('ours');
    issuer = await Issuer.start(key);
    node = await startNode({env: {PARLEY_AUTH_SECRET: undefined, PARLEY_AUTH_JWKS_URL: issuer.url}});
    await using _client = await connectBare(node, {token: await key.sign()});
  });
  afterAll(async () => {
    await node.close();
    await issuer[Symbol.asyncDispose]();
  });
  const withHeader = (header: object, signer: CryptoKey): Promise<string> =>
    new SignJWT(good).setProtectedHeader({alg: 'ES256', ...header}).sign(signer);

  test('a public key is no secret, in whatever form it is used as one', async () => {
    const texts = [JSON.stringify(key.jwk), String(key.jwk.x), await exportSPKI(key.publicKey)];
    for (const text of texts) {
      expect(await refusal(node, byHand({alg: 'HS256', kid: 'ours'}, good, text))).toBe('bad_token');
    }
  });

  test('a key that a token brings along, or says where to get, is neither used nor fetched', async () => {
    const {publicKey, privateKey} = await generateKeyPair('ES256', {extractable: true});
    await using theirs = await Issuer.start();
    for (const header of [
      {jwk: await exportJWK(publicKey), kid: 'ours'},
      {jku: theirs.url, kid: 'ours'},
      {x5u: theirs.url, kid: 'ours'},
      {kid: theirs.url},
    ]) {
      expect(await refusal(node, await withHeader(header, privateKey))).toBe('bad_token');
    }
    expect(theirs.asked).toBe(0);
  });

  test('an unknown key is refused, and many of them do not make the issuer be asked', async () => {
    const {privateKey} = await generateKeyPair('ES256', {extractable: true});
    const asked = issuer.asked;
    for (let n = 0; n < 10; n += 1) {
      expect(await refusal(node, await withHeader({kid: `unknown-${n}`}, privateKey))).toBe('bad_token');
    }
    expect(issuer.asked - asked).toBeLessThanOrEqual(1);
  });
});
