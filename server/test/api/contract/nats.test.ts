import {ParleyError} from '@parley/protocol';
import {afterAll, beforeAll, beforeEach, describe, expect, test} from 'vitest';
import {NatsDoor} from '../../../src/api/nats/nats-door.js';
import {createClock} from '../../../src/clock.js';
import {createIds} from '../../../src/ids.js';
import {createLogger} from '../../../src/observability/logger.js';
import {eventually} from '../../eventually.js';
import {startNats, withoutNats, type NatsServer} from '../../nats-server.js';
import {natsBackend, toldBy, type NatsBackend} from '../nats-client.js';
import {openGate} from '../open-gate.js';
import {apiKey} from '../open-ops.js';
import type {Fields, Told} from './door.js';
import {openHouse, testCallers, type OpenHouse} from './open-house.js';

const title = withoutNats === undefined ? 'NATS' : `NATS (left out: ${withoutNats})`;
const subjects: Readonly<Record<string, string>> = {'push.send': 'parley.v1.push', batch: 'parley.v1.batch'};

describe.skipIf(withoutNats !== undefined)(title, () => {
  let server: NatsServer;
  let house: OpenHouse;
  let door: NatsDoor;
  let backend: NatsBackend;
  const lines: Record<string, unknown>[] = [];
  beforeAll(async () => {
    server = await startNats();
    house = await openHouse();
    door = new NatsDoor({
      config: {servers: [server.address], credentials: undefined, tls: undefined, prefix: 'parley.v1', messages: 100},
      gate: openGate({apiKeys: [apiKey], requestsPerSecond: 1_000_000, callers: testCallers}),
      house: house.house,
      observer: house.metrics.nats,
      verbs: house.metrics.verbs,
      log: createLogger({
        level: 'debug',
        format: 'json',
        write: (line) => {
          lines.push(JSON.parse(line) as Record<string, unknown>);
        },
      }),
      ids: createIds(),
      clock: createClock(),
      bodyBytes: 16_384,
      batchBytes: 65_536,
    });
    door.open();
    await eventually(() => door.available, 'NATS');
    backend = await natsBackend(server.address, apiKey);
  });
  afterAll(async () => {
    await backend[Symbol.asyncDispose]();
    await door.close();
    await house[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });
  beforeEach(() => {
    house.backstage.failure = undefined;
    house.backstage.asked.length = 0;
    lines.length = 0;
  });

  const byNats = async (verb: string, fields: unknown, key?: string): Promise<Told> =>
    toldBy(await backend.ask(subjects[verb] ?? '', fields, key === undefined ? {} : {key}));

  /** What both doors are told, and what each asked the house for. */
  async function askBoth(verb: string, fields: Fields, key?: string): Promise<Told> {
    const [http] = house.doors;
    const told = await http?.ask(verb, fields, key);
    const asked = [...house.backstage.asked];
    house.backstage.asked.length = 0;
    expect(await byNats(verb, fields, key)).toEqual(told);
    expect(house.backstage.asked).toEqual(asked);
    return told ?? {code: ''};
  }

  test('[OPS18] what is published is for a room and for nobody else', async () => {
    const push = {topic: 'a', data: 1};
    for (const target of [{user: 'ana'}, {group: 'staff'}, {session: 'session-1'}, {all: true}]) {
      const [kind = ''] = Object.keys(target);
      const told = toldBy(await backend.ask('parley.v1.publish', {...push, target}));
      expect(told).toEqual({code: 'invalid_payload', field: `target.${kind}`});
    }
    expect(house.backstage.asked).toEqual([]);
    expect(await backend.ask('parley.v1.publish', {...push, target: {room: 'den'}})).toMatchObject({code: undefined});
    expect(house.backstage.asked).toHaveLength(1);
  });

  test('[OPS18] without a key there is nothing to be had, and a defect of ours tells nothing', async () => {
    const push = {target: {room: 'den'}, topic: 'a', data: 1};
    expect(await byNats('push.send', push, '')).toEqual({code: 'bad_api_key'});
    house.backstage.failure = new TypeError('the cause of it all');
    const answer = await backend.ask('parley.v1.push', push);
    expect(answer).toMatchObject({code: 'internal', body: {status: 500}});
    expect(JSON.stringify(answer)).not.toContain('cause');
  });

  test('[OPS18] what is no JSON, no object, too deep or too large is refused as over HTTP', async () => {
    for (const text of ['', '{', '7', '[]', 'null', `{"a":${'['.repeat(5_000)}`]) {
      expect(toldBy(await backend.ask('parley.v1.push', text)), text.slice(0, 9)).toMatchObject({
        code: 'invalid_payload',
      });
    }
    const push = {target: {user: 'ana'}, topic: 'deep'};
    const deep = JSON.parse('['.repeat(70) + ']'.repeat(70)) as unknown;
    expect(await askBoth('push.send', {...push, data: deep})).toMatchObject({code: 'invalid_payload'});
    expect(await askBoth('push.send', {...push, data: 'x'.repeat(17_000)})).toEqual({code: 'too_large'});
    expect(await askBoth('batch', {items: Array.from({length: 21}, () => ({push}))})).toMatchObject({
      code: 'too_large',
    });
    expect(house.backstage.asked).toEqual([]);
  });

  test('[OPS18] the header of the key and the body’s must agree, as over HTTP', async () => {
    const body = {target: {user: 'ana'}, topic: 'a', data: 1, key: 'k1'};
    const asking = {headers: {'idempotency-key': 'k2'}};
    expect(toldBy(await backend.ask('parley.v1.push', body, asking))).toEqual({code: 'invalid_payload', field: 'key'});
    const quoted = {headers: {'Idempotency-Key': '"k1"'}};
    expect(await backend.ask('parley.v1.push', body, quoted)).toMatchObject({code: undefined});
  });

  test('[OPS18] an audit line is written with the caller and the correlation id, also of what is refused', async () => {
    const body = {target: {user: 'ana'}, topic: 'a', data: 1};
    await backend.ask('parley.v1.push', body, {headers: {'x-request-id': 'trace-9'}});
    house.backstage.failure = new ParleyError('unavailable');
    await backend.ask('parley.v1.push', body, {headers: {'X-Request-Id': 'trace-10'}});
    const audit = lines.filter(({msg}) => msg === 'audit');
    expect(audit).toMatchObject([
      {verb: 'push.send', target: {user: 'ana'}, outcome: 'done', correlationId: 'trace-9', door: 'nats'},
      {verb: 'push.send', target: {user: 'ana'}, outcome: 'unavailable', correlationId: 'trace-10'},
    ]);
    expect(audit.every(({caller}) => typeof caller === 'string')).toBe(true);
  });

  test('[OPS19] a refusal that nobody is told of is a warning', async () => {
    await backend.tell('parley.v1.push', {}, {headers: {'X-Request-Id': 'trace-11'}});
    await eventually(() => lines.some(({level, code}) => level === 40 && code === 'invalid_payload'), 'the warning');
  });
});
