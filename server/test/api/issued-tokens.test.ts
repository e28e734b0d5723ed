import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {makeConfig} from '@parley/server';
import {expect, test} from 'vitest';
import {Issuer, makeKey, type IssuerKey} from '../auth/issuer.js';
import {startNode, type TestNode} from '../start-node.js';
import {temporaryFolder} from '../temporary-folder.js';
import {openOps} from './open-ops.js';
import {IssuedTokens} from '../../src/api/access/issued-tokens.js';
import {Gate} from '../../src/api/access/gate.js';
import {remoteKeys} from '../../src/auth/remote-keys.js';
import {createClock} from '../../src/clock.js';
import type {TestDoor, Told} from './contract/door.js';
import {grpcDoor} from './contract/grpc-door.js';
import {httpDoor} from './contract/http-door.js';

const settings = {PARLEY_API_JWT_ISSUER: 'https://id.example', PARLEY_API_JWT_AUDIENCE: 'parley-api'};
const start = (keys: string): Promise<TestNode> =>
  startNode({env: {...settings, PARLEY_API_JWT_KEYS: keys, PARLEY_GRPC_PORT: '0'}});
const doorsOf = (node: TestNode): readonly TestDoor[] => [
  httpDoor(node.opsUrl, node.apiKey),
  grpcDoor(node.app.grpcAddress ?? '', node.apiKey),
];
const ok: Told = {ok: expect.anything() as unknown};
const claims = {
  iss: 'https://id.example',
  aud: ['parley-api', 'other'],
  sub: 'billing',
  scope: 'rooms.* watch info.get',
};
const inSeconds = (seconds: number): number => Math.floor(Date.now() / 1_000) + seconds;

test('[KEY9] a token of the issuer is for its verbs and rooms, at every door; a key goes on beside it', async () => {
  const key = await makeKey('first');
  await using issuer = await Issuer.start(key);
  await using node = await start(issuer.url);
  const token = await key.sign(claims);
  const narrow = await key.sign({...claims, rooms: ['order-*']});
  for (const door of doorsOf(node)) {
    expect(await door.ask('rooms.list', {}, token), door.name).toEqual(ok);
    expect(await door.ask('rooms.list', {})).toEqual(ok);
    expect(await door.ask('groups.list', {}, token)).toEqual({code: 'forbidden'});
    expect(await door.ask('rooms.get', {room: 'order-7'}, narrow)).toEqual({code: 'unknown_room'});
    expect(await door.ask('rooms.get', {room: 'den'}, narrow)).toEqual({code: 'forbidden', field: 'room'});
    expect(await door.ask('rooms.list', {}, narrow)).toEqual({code: 'forbidden'});
    await door[Symbol.asyncDispose]();
  }
});

test.each<[string, (key: IssuerKey) => object, RegExp]>([
  ['of another issuer', () => ({iss: 'https://id.elsewhere'}), /claim "iss"/],
  ['for another audience', () => ({aud: 'shop'}), /claim "aud"/],
  ['that has expired', () => ({exp: inSeconds(-3_600)}), /has expired/],
  ['without an end', () => ({exp: undefined}), /claim "exp"/],
  ['of nobody', () => ({sub: undefined}), /claim "sub"/],
  ['of a name that no log bears', () => ({sub: 'a\nb'}), /claim "sub"/],
  ['without a scope', () => ({scope: undefined}), /claim "scope"/],
  ['with a scope that is none', () => ({scope: 'rooms.* ../'}), /claim "scope"/],
  ['with rooms that are none', () => ({rooms: 'all'}), /claim "rooms"/],
])('[KEY10] a token %s is refused, and it is said why', async (_name, change, sentence) => {
  const key = await makeKey('first');
  await using issuer = await Issuer.start(key);
  const tokens = new IssuedTokens({
    keys: remoteKeys(issuer.url),
    issuer: 'https://id.example',
    audience: 'parley-api',
    clockToleranceMs: 5_000,
    requestsPerSecond: 10,
    clock: createClock(),
  });
  const refused = tokens.identify(await key.sign({...claims, ...change(key)}));
  await expect(refused).rejects.toMatchObject({
    code: 'bad_api_key',
    message: expect.stringMatching(sentence) as unknown,
  });
});

test('[KEY10] a forged token is refused, and whoever tries many is slowed down like all strangers', async () => {
  const [key, forger] = [await makeKey('first'), await makeKey('first')];
  await using issuer = await Issuer.start(key);
  // A stranger may ask once a second.
  const env = {...settings, PARLEY_API_JWT_KEYS: issuer.url, PARLEY_API_REQUESTS_PER_SECOND: '50'};
  await using node = await startNode({env});
  const http = httpDoor(node.opsUrl, node.apiKey);
  const forged = await forger.sign(claims);
  expect(await http.ask('info.get', {}, forged)).toEqual({code: 'bad_api_key'});
  const told = await Promise.all(Array.from({length: 20}, () => http.ask('info.get', {}, forged)));
  expect(told.some((one) => 'code' in one && one.code === 'rate_limited')).toBe(true);
  expect(await http.ask('info.get', {}, await key.sign(claims))).toEqual(ok);
});

test('[KEY11] the issuer’s keys are rotated without a pause, by address and in a file; its absence is no fault of tokens', async () => {
  const [first, second] = [await makeKey('first'), await makeKey('second')];
  const file = join(temporaryFolder(), 'keys.json');
  const write = (...keys: readonly IssuerKey[]): void => {
    writeFileSync(file, JSON.stringify({keys: keys.map(({jwk}) => jwk)}));
  };
  write(first);
  await using node = await start(file);
  const [http] = doorsOf(node);
  if (http === undefined) throw new Error('There is no door.');
  const [old, young] = [await first.sign(claims), await second.sign(claims)];
  expect(await http.ask('info.get', {}, old)).toEqual(ok);
  expect(await http.ask('info.get', {}, young)).toEqual({code: 'bad_api_key'});
  write(first, second);
  await expect.poll(() => http.ask('info.get', {}, young)).toEqual(ok);
  expect(await http.ask('info.get', {}, old)).toEqual(ok);
  writeFileSync(file, 'no JSON');
  await expect.poll(() => http.ask('info.get', {}, young)).toEqual(ok);
  write(second);
  await expect.poll(() => http.ask('info.get', {}, old)).toEqual({code: 'bad_api_key'});

  await using issuer = await Issuer.start(first);
  issuer.answer = (response) => response.destroy();
  await using other = await start(issuer.url);
  const door = httpDoor(other.opsUrl, other.apiKey);
  expect(await door.ask('info.get', {}, old)).toEqual({code: 'unavailable', retryAfterMs: 5_000});
  expect(await door.ask('info.get', {})).toEqual(ok);
});

test('[OPS36] a watch ends when the token that it was opened with does', async () => {
  const key = await makeKey('first');
  await using issuer = await Issuer.start(key);
  await using node = await startNode({
    env: {...settings, PARLEY_API_JWT_KEYS: issuer.url, PARLEY_AUTH_CLOCK_TOLERANCE: '0s'},
  });
  const watch = httpDoor(node.opsUrl, node.apiKey).watch({}, await key.sign({...claims, exp: inSeconds(4)}));
  await expect.poll(() => watch.told.length).toBe(2);
  expect(await watch.over).toEqual({code: 'bad_api_key'});
});

test('[KEY9] the audit line names the principal', async () => {
  const key = await makeKey('first');
  await using issuer = await Issuer.start(key);
  const clock = createClock();
  const tokens = new IssuedTokens({
    keys: remoteKeys(issuer.url),
    issuer: 'https://id.example',
    audience: 'parley-api',
    clockToleranceMs: 5_000,
    requestsPerSecond: 10,
    clock,
  });
  await using ops = await openOps({gate: new Gate({keys: tokens, requestsPerSecond: 100, clock})});
  const token = await key.sign({...claims, scope: '*'});
  await ops.call('POST', '/v1/users/ana/kick', {}, {authorization: `Bearer ${token}`});
  expect(ops.lines.filter(({msg}) => msg === 'audit')).toMatchObject([{verb: 'users.kick', caller: 'sub:billing'}]);
  expect(ops.written()).not.toContain(token);
});

test.each([
  [{PARLEY_API_JWT_KEYS: 'https://id.example/keys'}, /PARLEY_API_JWT_ISSUER and PARLEY_API_JWT_AUDIENCE/],
  [{...settings}, /without PARLEY_API_JWT_KEYS/],
  [{...settings, PARLEY_API_JWT_KEYS: 'http://id.example/keys'}, /must begin with https/],
])('[KEY9] %o is refused at start', (env, sentence) => {
  expect(() => makeConfig(env)).toThrow(sentence);
});

test('[KEY11] a file that is no set of keys is refused at start, by the name of the variable', async () => {
  await expect(start('/none.json')).rejects.toThrow(/PARLEY_API_JWT_KEYS must be the address or the file/);
});
