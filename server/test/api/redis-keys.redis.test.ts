import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {keysCommand} from '../../src/commands/keys.js';
import {openKeyShelf} from '../../src/connect-keys.js';
import {eventually} from '../eventually.js';
import {startRedis, type RedisServer} from '../redis-server.js';
import {runMain} from '../spawn-node.js';
import {startNode, type TestNode} from '../start-node.js';
import {temporaryFolder} from '../temporary-folder.js';
import type {Told} from './contract/door.js';
import {httpDoor} from './contract/http-door.js';

let redis: RedisServer;
let env: Record<string, string>;
let nodes: readonly TestNode[];
beforeAll(async () => {
  redis = await startRedis();
  env = {
    REDIS_URL: redis.url,
    PARLEY_API_KEYS_IN_REDIS: '1',
    // Whoever asks again and again with a key that is refused is not to wait for that.
    PARLEY_API_REQUESTS_PER_SECOND: '100000',
  };
  nodes = await Promise.all([startNode({env}), startNode({env})]);
});
afterAll(async () => {
  for (const node of nodes) await node.close();
  await redis[Symbol.asyncDispose]();
});

const run = async (command: string): Promise<string> =>
  (await keysCommand(command.split(' '), {shelf: () => openKeyShelf(env), now: Date.now()})).trim();
const idOf = (key: string): string => key.split('_')[1] ?? '';
const lineOf = async (key: string): Promise<string> =>
  (await run('list')).split('\n').find((line) => line.startsWith(idOf(key))) ?? '';

/** What each node says to it. */
const answers = async (key: string, verb = 'rooms.list'): Promise<readonly string[]> => {
  const told = await Promise.all(nodes.map((node) => httpDoor(node.opsUrl, key).ask(verb, {})));
  return told.map((one: Told) => ('code' in one ? one.code : 'ok'));
};
const eventuallyAnswer = (key: string, wanted: string): Promise<void> =>
  eventually(async () => (await answers(key)).every((answer) => answer === wanted), `all nodes to say ${wanted}`);

// Each with keys of its own; what takes time is that the nodes look for them once a second.
describe.concurrent('keys in Redis', () => {
  test('[KEY13] a key in Redis is good on every node, for what it is for, and Redis has no secret', async () => {
    const key = await run('create --name shop --verbs rooms.*');
    await eventuallyAnswer(key, 'ok');
    expect(await answers(key, 'groups.list')).toEqual(['forbidden', 'forbidden']);
    expect(await answers(`${key}x`)).toEqual(['bad_api_key', 'bad_api_key']);
    const kept = await redis.command('HGETALL', 'parley:{api-keys}:keys');
    expect(kept).toContain(idOf(key));
    expect(kept).not.toContain(key.slice(-43));
    await run(`revoke ${idOf(key)}`);
    await eventuallyAnswer(key, 'bad_api_key');
  });

  test('[KEY13] while a key in Redis is rotated both of its secrets are good, then the new one alone', async () => {
    const before = await run('create --name shop');
    const after = await run(`rotate ${idOf(before)} --keep 1h`);
    await eventuallyAnswer(after, 'ok');
    await eventuallyAnswer(before, 'ok');
    const latest = await run(`rotate ${idOf(before)} --keep 0ms`);
    await eventuallyAnswer(latest, 'ok');
    for (const gone of [before, after]) await eventuallyAnswer(gone, 'bad_api_key');
  });

  test('[KEY12] when a secret was last used is seen wherever it was, of the old one too', async () => {
    const [first, second] = nodes;
    const before = await run('create --name shop');
    expect(await lineOf(before)).toMatch(/; not used yet$/);
    await eventually(
      async () => 'ok' in (await httpDoor(first?.opsUrl ?? '', before).ask('rooms.list', {})),
      'the key',
    );
    await eventually(async () => /; last used \d{4}-\S+ \d\d:\d\d$/.test(await lineOf(before)), 'its last use');
    const after = await run(`rotate ${idOf(before)}`);
    expect(await lineOf(before)).toMatch(/; old secret good until [^;]+, last used [^;]+; not used yet$/);
    await eventually(
      async () => 'ok' in (await httpDoor(second?.opsUrl ?? '', after).ask('rooms.list', {})),
      'the new one',
    );
    await eventually(
      async () => /, last used [^;]+; last used [^;]+$/.test(await lineOf(before)),
      'the last use of both',
    );
  });

  test('[KEY12] of keys in a file the nodes of a cluster note it in Redis', async () => {
    const file = join(temporaryFolder(), 'keys.json');
    const settings = {REDIS_URL: redis.url, PARLEY_API_KEYS_FILE: file};
    const inFile = (command: string) =>
      keysCommand(command.split(' '), {shelf: () => openKeyShelf(settings), now: Date.now()});
    const key = (await inFile('create --name shop')).trim();
    await using node = await startNode({env: settings});
    expect(await httpDoor(node.opsUrl, key).ask('rooms.list', {})).toHaveProperty('ok');
    await eventually(async () => (await inFile('list')).includes('last used'), 'its last use');
  });

  test('[KEY13] keys that several commands make and change at the same time are all kept', async () => {
    const keys = await Promise.all(Array.from({length: 8}, (_, n) => run(`create --name k${n}`)));
    const [one = ''] = keys;
    await Promise.all([run(`rotate ${idOf(one)}`), ...keys.slice(1).map((key) => run(`revoke ${idOf(key)}`))]);
    for (const key of keys.slice(1)) expect(await lineOf(key)).toContain(': revoked;');
    expect(await lineOf(one)).toContain('old secret good until');
  });

  test('[KEY13] the keys of a file are taken over as they are, and once', async () => {
    const file = join(temporaryFolder(), 'keys.json');
    const inFile = (command: string) =>
      keysCommand(command.split(' '), {
        shelf: () => openKeyShelf({PARLEY_API_KEYS_FILE: file}),
        now: Date.now(),
      });
    const key = (await inFile('create --name shop')).trim();
    expect(await run(`import ${file}`)).toContain('1 of 1 keys');
    expect(await run(`import ${file}`)).toContain('0 of 1 keys');
    await eventuallyAnswer(key, 'ok');
    writeFileSync(file, 'no JSON');
    await expect(run(`import ${file}`)).rejects.toThrow(/is no file of keys/);
  });

  test('[KEY13] there is one place for keys: a file as well is refused, and so is Redis without its address', async () => {
    const both = {...env, PARLEY_API_KEYS_FILE: '/nowhere'};
    const sentence = /PARLEY_API_KEYS_FILE and PARLEY_API_KEYS_IN_REDIS exclude one another/;
    await expect(startNode({env: both})).rejects.toThrow(sentence);
    await expect(openKeyShelf(both)).rejects.toThrow(sentence);
    await expect(startNode({env: {PARLEY_API_KEYS_IN_REDIS: '1'}})).rejects.toThrow(/without REDIS_URL/);
  });

  test('[KEY13] the command of the program makes a key in Redis, prints it alone, and ends', async () => {
    const {code, output} = await runMain(env, ['keys', 'create', '--name', 'shop']);
    expect([code, output]).toEqual([0, expect.stringMatching(/^parley_[0-9a-f]{12}_[\w-]{43}\n$/)]);
    await eventuallyAnswer(output.trim(), 'ok');
  }, 60_000);
});

test('[KEY15] keys and revocations that Redis has lost are put back, and hold meanwhile', async () => {
  const [good, bad] = [await run('create --name good'), await run('create --name bad')];
  await eventuallyAnswer(good, 'ok');
  // A key that a node has not seen is refused like one that was revoked.
  await eventuallyAnswer(bad, 'ok');
  await run(`revoke ${idOf(bad)}`);
  await eventuallyAnswer(bad, 'bad_api_key');
  await redis.command('FLUSHALL');
  await eventually(async () => (await lineOf(good)).includes(': good;'), 'the key to be back');
  await eventually(async () => (await lineOf(bad)).includes(': revoked;'), 'the revocation to be back');
  expect(await answers(good)).toEqual(['ok', 'ok']);
  expect(await answers(bad)).toEqual(['bad_api_key', 'bad_api_key']);
});

test('[KEY14] while Redis is away keys are good, and revoked ones are not; then it goes on', async () => {
  const [good, bad] = [await run('create --name good'), await run('create --name bad')];
  await run(`revoke ${idOf(bad)}`);
  await eventuallyAnswer(good, 'ok');
  await eventuallyAnswer(bad, 'bad_api_key');
  await redis.kill();
  expect(await answers(good, 'info.get')).toEqual(['ok', 'ok']);
  expect(await answers(bad, 'info.get')).toEqual(['bad_api_key', 'bad_api_key']);
  await expect(run('list')).rejects.toThrow(/Redis at redis:\/\/127\.0\.0\.1:\d+\/0 cannot be used/);
  await redis.startEmpty();
  await eventually(async () => (await run('list').catch(() => '')).includes(idOf(good)), 'the keys to be put back');
  const made = await run('create --name later');
  await eventuallyAnswer(made, 'ok');
  await eventuallyAnswer(good, 'ok');
});
