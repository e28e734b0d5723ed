import {createBackend as createHttpBackend, RequestError, type Backend} from '@parley/backend';
import {createBackend as createGrpcBackend} from '@parley/backend/grpc';
import {afterAll, beforeAll, beforeEach, expect, test} from 'vitest';
import {apiKey} from '../open-ops.js';
import {cases} from './cases.js';
import type {Fields, Told} from './door.js';
import {openHouse, type OpenHouse} from './open-house.js';

let house: OpenHouse;
let backends: Readonly<Record<'HTTP' | 'gRPC', Backend>>;
beforeAll(async () => {
  house = await openHouse();
  const once = {key: apiKey, retries: 0};
  backends = {
    HTTP: createHttpBackend({url: house.url, ...once}),
    gRPC: createGrpcBackend({url: `grpc://${house.grpcAddress}`, ...once}),
  };
});
afterAll(async () => {
  for (const backend of Object.values(backends)) backend.close();
  await house[Symbol.asyncDispose]();
});
beforeEach(() => {
  house.backstage.asked.length = 0;
});

/** `rooms.groups.set` is a method of what `rooms.groups` is. */
async function call(backend: Backend, verb: string, fields: Fields): Promise<Told> {
  let at: unknown = backend;
  for (const part of verb.split('.')) at = (at as Record<string, unknown>)[part];
  try {
    return {ok: (await (at as (request: Fields) => Promise<unknown>)(fields)) ?? {}};
  } catch (thrown) {
    if (!(thrown instanceof RequestError)) throw thrown;
    return {code: thrown.code, ...(thrown.field !== undefined && {field: thrown.field})};
  }
}

test.each(cases)('[OPS40] $verb by the SDK, over HTTP and gRPC, is what it is without it', async ({verb, fields}) => {
  const [plain] = house.doors;
  if (plain === undefined) throw new Error('no door');
  const told = await plain.ask(verb, fields);
  const asked = house.backstage.asked.splice(0);
  for (const [name, backend] of Object.entries(backends)) {
    expect(await call(backend, verb, fields), name).toEqual(told);
    expect(keyless(house.backstage.asked.splice(0)), name).toEqual(keyless(asked));
  }
});

test.each(cases.flatMap(({verb, fields, wrong}) => wrong.map(([change, field]) => ({verb, fields, change, field}))))(
  '[OPS40] $verb with $change is refused for $field by the SDK as without it',
  async ({verb, fields, change, field}) => {
    for (const [name, backend] of Object.entries(backends)) {
      expect(await call(backend, verb, {...fields, ...change}), name).toMatchObject({code: 'invalid_payload', field});
      expect(house.backstage.asked, name).toEqual([]);
    }
  },
);

test('[OPS42] a watch by the SDK, over HTTP and gRPC, tells what it tells without it', async () => {
  const [plain] = house.doors;
  if (plain === undefined) throw new Error('no door');
  const request = {kinds: ['calls', 'presence'], rooms: ['den'], users: ['ana'], position: 'w-1-7', heartbeatMs: 2_000};
  const watch = plain.watch(request);
  await watch.over;
  const asked = house.backstage.asked.splice(0);
  for (const [name, backend] of Object.entries(backends)) {
    const told: unknown[] = [];
    for await (const news of backend.watch({...request, kinds: ['calls', 'presence']})) {
      told.push(news);
      if (told.length === watch.told.length) break;
    }
    expect(told, name).toEqual(watch.told);
    expect(house.backstage.asked.splice(0), name).toEqual(asked);
  }
});

test('[OPS42] a watch that may not be is refused by the SDK as without it', async () => {
  for (const [name, backend] of Object.entries(backends)) {
    const watch = backend.watch({rooms: ['no blanks']})[Symbol.asyncIterator]();
    await expect(watch.next(), name).rejects.toMatchObject({code: 'invalid_payload', field: 'rooms.0', verb: 'watch'});
  }
});

/** The SDK makes keys for who gave none. */
const keyless = (asked: readonly unknown[]): unknown =>
  JSON.parse(JSON.stringify(asked, (name, value: unknown) => (name === 'key' ? undefined : value))) as unknown;
