import {readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {HandClock} from '@parley/signaling/testing';
import {expect, test} from 'vitest';
import {FileKeys} from '../../src/api/access/file-keys.js';
import {fileShelf} from '../../src/commands/file-shelf.js';
import {keysCommand} from '../../src/commands/keys.js';
import {ConfigError} from '../../src/config/config-error.js';
import {runMain} from '../spawn-node.js';
import {startNode, type TestNode} from '../start-node.js';
import {temporaryFolder} from '../temporary-folder.js';
import type {TestDoor, Told} from './contract/door.js';
import {grpcDoor} from './contract/grpc-door.js';
import {httpDoor} from './contract/http-door.js';
import {openOps} from './open-ops.js';

/** `parley keys …` on a file of this test, at a moment. */
class Keys {
  readonly file = join(temporaryFolder(), 'keys.json');

  async run(command: string, now = Date.now()): Promise<string> {
    const shelf = () => Promise.resolve(fileShelf(this.file));
    return (await keysCommand(command.split(' '), {shelf, now})).trim();
  }

  start(): Promise<TestNode> {
    return startNode({env: {PARLEY_API_KEYS_FILE: this.file, PARLEY_GRPC_PORT: '0'}});
  }
}

const idOf = (key: string): string => key.split('_')[1] ?? '';
const doorsOf = (node: TestNode): readonly TestDoor[] => [
  httpDoor(node.opsUrl, node.apiKey),
  grpcDoor(node.app.grpcAddress ?? '', node.apiKey),
];
const ok: Told = {ok: expect.anything() as unknown};

test('[KEY1] what changes something leaves one audit line, also if it is refused; what reads leaves none', async () => {
  await using ops = await openOps();
  await ops.call('POST', '/v1/users/ana/kick', {message: 'bye'}, {'x-request-id': 'trace-7'});
  await ops.call('POST', '/v1/groups', {group: 'staff'});
  await ops.call('GET', '/v1/groups');
  await ops.call('GET', '/v1/users/ana/sessions');
  const lines = ops.lines.filter(({msg}) => msg === 'audit');
  const caller = expect.stringMatching(/^[0-9a-f]{8}$/) as unknown;
  expect(lines).toMatchObject([
    {verb: 'users.kick', target: {user: 'ana'}, outcome: 'done', caller, correlationId: 'trace-7'},
    {verb: 'groups.create', target: {group: 'staff'}, outcome: 'too_many_groups', caller},
  ]);
  expect(JSON.stringify(lines)).not.toContain('bye');
});

test('[KEY2] a key is shown once, kept as a hash for its owner’s eyes only, and listed without its secret', async () => {
  const keys = new Keys();
  const key = await keys.run('create --name shop');
  expect(key).toMatch(/^parley_[0-9a-f]{12}_[\w-]{43}$/);
  const written = readFileSync(keys.file, 'utf8');
  const secret = key.slice(-43);
  expect(written).not.toContain(secret);
  expect(statSync(keys.file).mode & 0o077).toBe(0);
  expect(await keys.run('list')).toMatch(new RegExp(`^${idOf(key)} +shop: good; verbs \\*; rooms \\*; made \\d{4}-`));
  expect(await keys.run('list')).not.toContain(secret);
  await using node = await keys.start();
  for (const door of doorsOf(node)) {
    expect(await door.ask('rooms.list', {}, key), door.name).toEqual(ok);
    for (const wrong of [`${key}x`, key.slice(0, -1), `parley_${idOf(key)}_`, `parley_000000000000_${secret}`]) {
      expect(await door.ask('rooms.list', {}, wrong), door.name).toEqual({code: 'bad_api_key'});
    }
    expect(await door.ask('rooms.list', {}), door.name).toEqual(ok);
    await door[Symbol.asyncDispose]();
  }
});

test('[KEY3] a key is for its verbs and rooms only, at every door, and nothing is done beyond', async () => {
  const keys = new Keys();
  const key = await keys.run(
    'create --name orders --verbs push.*,rooms.get,rooms.create,rooms.list --rooms order-*,hall',
  );
  await using node = await keys.start();
  for (const door of doorsOf(node)) {
    const order = `order-${door.name}`;
    const push = (target: object) => door.ask('push.send', {target, topic: 'order.shipped', data: 1}, key);
    expect(await door.ask('rooms.create', {room: order}, key)).toEqual(ok);
    expect(await door.ask('rooms.get', {room: order}, key)).toEqual(ok);
    expect(await push({room: order})).toEqual(ok);
    expect(await door.ask('rooms.get', {room: 'hall'}, key)).toEqual({code: 'unknown_room'});
    for (const [verb, fields] of [
      ['rooms.get', {room: 'hallway'}],
      ['rooms.create', {room: 'other'}],
      ['push.send', {target: {room: 'other'}, topic: 't', data: 1}],
    ] as const) {
      expect(await door.ask(verb, fields, key), `${door.name} ${verb}`).toEqual({code: 'forbidden', field: 'room'});
    }
    expect(await push({user: 'ana'})).toEqual({code: 'forbidden'});
    expect(await door.ask('rooms.list', {}, key)).toEqual({code: 'forbidden'});
    expect(await door.ask('rooms.update', {room: order, title: 'x'}, key)).toEqual({code: 'forbidden'});
    expect(await door.ask('rooms.get', {room: 'other'})).toEqual({code: 'unknown_room'});
    await door[Symbol.asyncDispose]();
  }
});

test('[KEY4] a key that has expired or was revoked is refused within a second, without a restart', async () => {
  const keys = new Keys();
  const old = await keys.run('create --name old --expires 1h', Date.now() - 3_600_000);
  const key = await keys.run('create --name shop --expires 1h');
  await using node = await keys.start();
  const [door] = doorsOf(node);
  if (door === undefined) throw new Error('There is no door.');
  expect(await door.ask('rooms.list', {}, old)).toEqual({code: 'bad_api_key'});
  expect(await door.ask('rooms.list', {}, key)).toEqual(ok);
  expect(await keys.run(`revoke ${idOf(key)}`)).toContain('refused');
  expect(await keys.run('list')).toMatch(/old: expired.*\n.*shop: revoked/);
  await expect.poll(() => door.ask('rooms.list', {}, key), {timeout: 5_000}).toEqual({code: 'bad_api_key'});
});

test('[OPS36] a watch ends with its key, at every door; one for some rooms watches these and no others', async () => {
  const keys = new Keys();
  const key = await keys.run('create --name floor --verbs watch --rooms order-*,hall');
  const blind = await keys.run('create --name blind --verbs push.*');
  await using node = await keys.start();
  const open = [];
  for (const door of doorsOf(node)) {
    for (const rooms of [['order-*', 'den'], ['*'], ['or*'], ['halls']]) {
      expect(await door.watch({rooms}, key).over, `${door.name} ${rooms.join()}`).toEqual({
        code: 'forbidden',
        field: 'rooms',
      });
    }
    expect(await door.watch({}, blind).over).toEqual({code: 'forbidden'});
    for (const fields of [{}, {rooms: ['order-7', 'order-1*', 'hall']}]) open.push(door.watch(fields, key));
  }
  for (const {told} of open) await expect.poll(() => told.map(({event}) => event)).toEqual(['snapshot', 'ready']);
  await keys.run(`revoke ${idOf(key)}`);
  for (const {over} of open) expect(await over).toEqual({code: 'bad_api_key'});
});

test('[KEY5] while a key is rotated its old secret and its new one are good, then the new one alone', async () => {
  const keys = new Keys();
  const before = await keys.run('create --name shop --verbs rooms.*');
  const id = idOf(before);
  const after = await keys.run(`rotate ${id} --keep 1h`);
  expect(idOf(after)).toBe(id);
  await using node = await keys.start();
  const [door] = doorsOf(node);
  if (door === undefined) throw new Error('There is no door.');
  for (const key of [before, after]) expect(await door.ask('rooms.list', {}, key)).toEqual(ok);
  const latest = await keys.run(`rotate ${id} --keep 0ms`);
  await expect.poll(() => door.ask('rooms.list', {}, latest), {timeout: 5_000}).toEqual(ok);
  for (const key of [before, after]) expect(await door.ask('rooms.list', {}, key)).toEqual({code: 'bad_api_key'});
  expect(await door.ask('groups.list', {}, latest)).toEqual({code: 'forbidden'});
});

test('[KEY12] a node without Redis notes beside the file when each secret was last used', async () => {
  const keys = new Keys();
  const before = await keys.run('create --name shop');
  const idle = await keys.run('create --name idle');
  await using node = await keys.start();
  const [door] = doorsOf(node);
  if (door === undefined) throw new Error('There is no door.');
  expect(await door.ask('rooms.list', {}, before)).toEqual(ok);
  expect(await door.ask('rooms.list', {}, `${idle}x`)).toEqual({code: 'bad_api_key'});
  await expect.poll(() => keys.run('list')).toMatch(/shop: good; .*; last used \d{4}-\S+ \d\d:\d\d\n/);
  expect(await keys.run('list')).toMatch(/idle: good; .*; not used yet$/);
  expect(statSync(`${keys.file}.uses`).mode & 0o077).toBe(0);
  await keys.run(`rotate ${idOf(before)} --keep 1h`);
  expect(await keys.run('list')).toMatch(/old secret good until [^;]+, last used [^;]+; not used yet\n/);
});

test('[KEY6] a key has its own rate, and nobody else waits for it', async () => {
  const keys = new Keys();
  const slow = await keys.run('create --name slow --rate 2');
  const fast = await keys.run('create --name fast');
  await using node = await keys.start();
  const [door] = doorsOf(node);
  if (door === undefined) throw new Error('There is no door.');
  const answers = await Promise.all(Array.from({length: 10}, () => door.ask('info.get', {}, slow)));
  const refused = answers.filter((told) => 'code' in told && told.code === 'rate_limited');
  expect(refused.length).toBeGreaterThanOrEqual(4);
  expect(await door.ask('info.get', {}, fast)).toEqual(ok);
});

test('[KEY7] a file that is no file of keys is refused at start, with a sentence that names the variable', async () => {
  const keys = new Keys();
  await expect(keys.start()).rejects.toThrow(/PARLEY_API_KEYS_FILE: the file .* cannot be read; "parley keys create"/);
  writeFileSync(keys.file, '{"version": 1, "keys": [{"id": 7}]}');
  await expect(keys.start()).rejects.toThrow(/is no file of keys: keys\.0\.id/);
});

test('[KEY7] while a file cannot be read anew, the keys that it had hold, and the log says so once', async () => {
  const keys = new Keys();
  const key = await keys.run('create --name shop');
  const clock = new HandClock();
  const complaints: unknown[] = [];
  const log = {info: () => undefined, error: (context: unknown) => complaints.push(context)};
  const ring = new FileKeys({file: keys.file, requestsPerSecond: 10, uses: {note: () => undefined}, clock, log});
  const look = (): string | undefined => {
    clock.advance(1_000);
    return ring.identify(key)?.name;
  };
  expect(look()).toBe(idOf(key));
  writeFileSync(keys.file, 'no JSON');
  expect([look(), look()]).toEqual([idOf(key), idOf(key)]);
  expect(complaints).toHaveLength(1);
  rmSync(keys.file);
  expect(look()).toBe(idOf(key));
  await keys.run('create --name other');
  expect(look()).toBeUndefined();
});

test('[KEY2] the command of the program prints the key and nothing else', async () => {
  const {file} = new Keys();
  const {code, output} = await runMain({PARLEY_API_KEYS_FILE: file}, ['keys', 'create', '--name', 'shop']);
  expect([code, output]).toEqual([0, expect.stringMatching(/^parley_[0-9a-f]{12}_[\w-]{43}\n$/)]);
  expect(await runMain({}, ['keys', 'list'])).toMatchObject({
    code: 1,
    output: expect.stringContaining('PARLEY_API_KEYS_FILE') as unknown,
  });
}, 60_000);

test.each([
  ['create', /--name/],
  ['create --name shop --verbs push.sing', /push\.sing is no verb/],
  ['create --name shop --rooms no/room', /--rooms/],
  ['create --name shop --rate 0', /--rate/],
  ['create --name shop --expires soon', /--expires/],
  ['create --name shop --colour red', /--colour/],
  ['revoke nobody', /There is no key nobody/],
  ['rotate', /There is no key/],
  ['dance', /dance is no command/],
])('[KEY2] parley keys %s is refused, and nothing is written', async (command, sentence) => {
  const keys = new Keys();
  await expect(keys.run(command)).rejects.toThrow(ConfigError);
  await expect(keys.run(command)).rejects.toThrow(sentence);
  expect(await keys.run('list')).toBe('There are no keys.');
});
