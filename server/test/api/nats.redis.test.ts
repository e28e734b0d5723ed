import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {beforeAll, afterAll, describe, expect, test} from 'vitest';
import {createMemoryWorld} from '@parley/signaling/memory';
import {createClock} from '../../src/clock.js';
import {ConfigError} from '../../src/config/config-error.js';
import {connectBare} from '../connect-bare.js';
import {eventually} from '../eventually.js';
import {makeCertificates} from '../make-certificates.js';
import {startNats, withoutNats, type NatsServer} from '../nats-server.js';
import {ops} from '../ops.js';
import {startNode, type TestNode} from '../start-node.js';
import {temporaryFolder} from '../temporary-folder.js';
import {natsBackend, natsOf, whenNats} from './nats-client.js';

const title = withoutNats === undefined ? 'NATS' : `NATS (left out: ${withoutNats})`;

const toAna = (data: unknown, more: object = {}): object => ({target: {user: 'ana'}, topic: 'n', data, ...more});

async function metric(node: TestNode, name: string): Promise<number> {
  const text = await (await fetch(`${node.opsUrl}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line.startsWith(name));
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

test('[OPS18] without a setting nothing is taken from NATS; a file that cannot be read is said at the start', async () => {
  await using node = await startNode();
  expect(await natsOf(node)).toEqual({});
  const env = {PARLEY_NATS_URL: 'nats://127.0.0.1:1', PARLEY_NATS_CREDS: '/nowhere/parley.creds'};
  await expect(startNode({env})).rejects.toThrow(ConfigError);
  await expect(startNode({env})).rejects.toThrow(/PARLEY_NATS_CREDS/);
});

test('[OPS20] a node starts, is ready and stops although there is no NATS, and says so', async () => {
  await using node = await startNode({env: {PARLEY_NATS_URL: 'nats://127.0.0.1:1'}});
  await eventually(async () => /refused/.test(String((await natsOf(node))['detail'])), 'the reason');
  const {status, body} = await ops(node, 'GET', '/ready');
  expect(status).toBe(200);
  expect(body).toMatchObject({status: 'ready', dependencies: {nats: {usable: false, required: false}}});
  expect(await metric(node, 'parley_nats_up')).toBe(0);
});

describe.skipIf(withoutNats !== undefined)(title, () => {
  let nats: NatsServer;
  beforeAll(async () => {
    nats = await startNats();
  });
  afterAll(() => nats[Symbol.asyncDispose]());

  test('[OPS18] a push by request and reply reaches its user, with the correlation id, and with the key once', async () => {
    await using node = await startNode({env: {PARLEY_NATS_URL: nats.url}});
    await whenNats(true, node);
    expect(await metric(node, 'parley_nats_up')).toBe(1);
    await using ana = await connectBare(node, {user: 'ana'});
    await using backend = await natsBackend(nats.address);
    const asking = {headers: {'X-Request-Id': 'trace-7', 'Idempotency-Key': 'k1'}};
    const first = await backend.ask('parley.v1.push', toAna({order: 7}), asking);
    expect(first).toMatchObject({code: undefined, requestId: 'trace-7', body: {reached: 1, repeated: false}});
    expect(await ana.next('push.event')).toMatchObject({topic: 'n', data: {order: 7}});
    const {body} = await ops(node, 'POST', '/v1/push', toAna({order: 7}, {key: 'k1'}));
    expect(body).toEqual({...first.body, repeated: true});
    const items = [{push: toAna(1)}, {push: toAna(2, {topic: ''})}];
    const batch = await backend.ask('parley.v1.batch', {items});
    expect(batch.body).toMatchObject({
      done: 1,
      refused: 1,
      answers: [{push: {reached: 1}}, {problem: {field: 'topic'}}],
    });
    expect(await metric(node, 'parley_nats_messages_total{verb="push",code="ok",reply="yes"}')).toBe(1);
  });

  test('[OPS18] subjects begin as they are told to', async () => {
    await using node = await startNode({env: {PARLEY_NATS_URL: nats.url, PARLEY_NATS_SUBJECT: 'shop.push-it'}});
    await whenNats(true, node);
    await using backend = await natsBackend(nats.address);
    expect(await backend.ask('shop.push-it.push', toAna(1))).toMatchObject({code: undefined});
    await expect(backend.ask('parley.v1.push', toAna(1))).rejects.toThrow(/responders/);
  });

  test('[OPS19] what wants no answer is done, or refused, counted and told to the log', async () => {
    await using node = await startNode({env: {PARLEY_NATS_URL: nats.url}});
    await whenNats(true, node);
    await using ana = await connectBare(node, {user: 'ana'});
    await using backend = await natsBackend(nats.address);
    await backend.tell('parley.v1.push', toAna(1, {topic: ''}));
    await backend.tell('parley.v1.push', toAna(1), {key: 'somebody-s-key'});
    await backend.tell('parley.v1.push', toAna(2));
    expect(await ana.next('push.event')).toMatchObject({data: 2});
    for (const code of ['invalid_payload', 'bad_api_key', 'ok']) {
      const name = `parley_nats_messages_total{verb="push",code="${code}",reply="no"}`;
      await eventually(async () => (await metric(node, name)) === 1, name);
    }
  });

  test('[OPS19] messages to one target are done in the order in which they came', async () => {
    await using node = await startNode({env: {PARLEY_NATS_URL: nats.url}});
    await whenNats(true, node);
    await using ana = await connectBare(node, {user: 'ana'});
    await using backend = await natsBackend(nats.address);
    const numbers = Array.from({length: 300}, (_, n) => n);
    await Promise.all(numbers.map((n) => backend.tell('parley.v1.push', toAna(n))));
    await ana.until(() => ana.all('push.event').length >= numbers.length);
    expect(ana.all<{data: number}>('push.event').map(({data}) => data)).toEqual(numbers);
  });

  test('[OPS19] more messages at a time than are taken are refused, and counted', async () => {
    await using node = await startNode({env: {PARLEY_NATS_URL: nats.url, PARLEY_NATS_MESSAGES: '1'}});
    await whenNats(true, node);
    await using backend = await natsBackend(nats.address);
    const told = await Promise.all(Array.from({length: 50}, () => backend.ask('parley.v1.push', toAna(1))));
    const refused = told.filter(({code}) => code === 'overloaded');
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.length).toBeLessThan(50);
    expect(refused[0]?.body).toMatchObject({status: 503, retryable: true, retryAfterMs: 1_000});
    expect(await metric(node, 'parley_limits_reached_total{limit="messages_in_flight"}')).toBe(refused.length);
  });

  test('[OPS20] a server that is killed is waited for, and messages come again when it is back', async () => {
    await using own = await startNats();
    await using node = await startNode({env: {PARLEY_NATS_URL: own.url}});
    await whenNats(true, node);
    await using ana = await connectBare(node, {user: 'ana'});
    await own.kill();
    await whenNats(false, node);
    expect((await ops(node, 'GET', '/ready')).status).toBe(200);
    await own.start();
    await whenNats(true, node);
    await using backend = await natsBackend(own.address);
    expect(await backend.ask('parley.v1.push', toAna('back'))).toMatchObject({body: {reached: 1}});
    expect(await ana.next('push.event')).toMatchObject({data: 'back'});
  });

  test('[OPS20] a server that comes after the node is found', async () => {
    await using own = await startNats();
    await own.kill();
    await using node = await startNode({env: {PARLEY_NATS_URL: own.url}});
    await own.start();
    await whenNats(true, node);
  });

  test('[OPS18] of two nodes one takes each message, and both take some', async () => {
    const world = createMemoryWorld({clock: createClock()});
    const env = {PARLEY_NATS_URL: nats.url};
    await using here = await startNode({env, world});
    await using there = await startNode({env, world});
    await whenNats(true, here, there);
    await using ana = await connectBare(there, {user: 'ana'});
    await using backend = await natsBackend(nats.address);
    const numbers = Array.from({length: 200}, (_, n) => n);
    await Promise.all(numbers.map((n) => backend.ask('parley.v1.push', toAna(n))));
    await eventually(() => ana.all('push.event').length >= numbers.length);
    const heard = ana.all<{data: number}>('push.event').map(({data}) => data);
    expect(heard.sort((a, b) => a - b)).toEqual(numbers);
    const done = 'parley_nats_messages_total{verb="push",code="ok"';
    const [mine, yours] = await Promise.all([metric(here, done), metric(there, done)]);
    expect([mine + yours, mine > 0, yours > 0]).toEqual([200, true, true]);
  });

  test('[OPS20] a node that stops answers what it has taken, and the other takes the rest: nothing is lost', async () => {
    const world = createMemoryWorld({clock: createClock()});
    const env = {PARLEY_NATS_URL: nats.url};
    await using here = await startNode({env, world});
    await using there = await startNode({env, world});
    await whenNats(true, here, there);
    await using backend = await natsBackend(nats.address);
    let stopping: Promise<void> | undefined;
    const answers: unknown[] = [];
    for (let n = 0; n < 200; n += 1) {
      if (n === 100) stopping = here.close();
      answers.push(backend.ask('parley.v1.push', toAna(n)).then(({code}) => code ?? 'ok'));
      if (n % 10 === 0) await backend.connection.flush();
    }
    expect(new Set(await Promise.all(answers))).toEqual(new Set(['ok']));
    await stopping;
  });

  test('[OPS18] by TLS, with a user or a token; who is not let in keeps trying and says why', async () => {
    const folder = temporaryFolder();
    makeCertificates(folder, {server: 'localhost'});
    const file = (name: string): string => join(folder, name);
    const config = file('nats.conf');
    const tls = `tls {cert_file: "${file('server.pem')}", key_file: "${file('server.key')}"}`;
    writeFileSync(config, `${tls}\nauthorization {user: shop, password: "p w"}\n`);
    await using own = await startNats('-c', config);
    const port = own.address.split(':')[1] ?? '';
    const ca = {PARLEY_NATS_TLS_CA: file('ca.pem')};
    await using node = await startNode({env: {...ca, PARLEY_NATS_URL: `tls://shop:p%20w@localhost:${port}`}});
    await whenNats(true, node);
    await using stranger = await startNode({env: {...ca, PARLEY_NATS_URL: `tls://shop:wrong@localhost:${port}`}});
    await using doubting = await startNode({env: {PARLEY_NATS_URL: `tls://shop:p%20w@localhost:${port}`}});
    await eventually(async () => /authorization/i.test(String((await natsOf(stranger))['detail'])));
    await eventually(async () => /certificate|self.signed/i.test(String((await natsOf(doubting))['detail'])));
    await using open = await startNats('--auth', 'a-token');
    await using tokened = await startNode({env: {PARLEY_NATS_URL: `nats://a-token@${open.address}`}});
    await whenNats(true, tokened);
  });

  test('[OPS25] NATS that wants certificates of its clients gets one, and lets nobody in by another', async () => {
    const [folder, elsewhere] = [temporaryFolder(), temporaryFolder()];
    makeCertificates(folder, {server: 'localhost', node: 'node.example'});
    makeCertificates(elsewhere, {node: 'node.example'});
    const file = (name: string): string => join(folder, name);
    const files = `cert_file: "${file('server.pem')}", key_file: "${file('server.key')}", ca_file: "${file('ca.pem')}"`;
    writeFileSync(file('nats.conf'), `tls {${files}, verify: true}\n`);
    await using own = await startNats('-c', file('nats.conf'));
    const env = {
      PARLEY_NATS_URL: `tls://localhost:${own.address.split(':')[1] ?? ''}`,
      PARLEY_NATS_TLS_CA: file('ca.pem'),
    };
    const shown = (from: string) => ({
      PARLEY_NATS_TLS_CERT: join(from, 'node.pem'),
      PARLEY_NATS_TLS_KEY: join(from, 'node.key'),
    });
    await using stranger = await startNode({env: {...env, ...shown(elsewhere)}});
    await using nobody = await startNode({env});
    await using node = await startNode({env: {...env, ...shown(folder)}});
    await whenNats(true, node);
    for (const refused of [stranger, nobody]) {
      await eventually(async () => typeof (await natsOf(refused))['detail'] === 'string', 'why it is refused');
      expect(await natsOf(refused)).toMatchObject({usable: false});
    }
    const missing = startNode({env: {...env, ...shown('/nowhere')}});
    await expect(missing).rejects.toThrow(/PARLEY_NATS_TLS_CERT names the file \/nowhere\/node\.pem/);
  });

  test('[OPS20] one that may not listen says so, and listens when it may', async () => {
    const folder = temporaryFolder();
    const config = join(folder, 'nats.conf');
    const permit = (subject: string): void => {
      const users = `{user: shop, password: pw, permissions: {subscribe: ["${subject}"], publish: [">"]}}`;
      writeFileSync(config, `authorization {users: [${users}]}\n`);
    };
    permit('elsewhere.>');
    await using own = await startNats('-c', config);
    await using node = await startNode({env: {PARLEY_NATS_URL: `nats://shop:pw@${own.address}`}});
    await eventually(async () => /permissions/i.test(String((await natsOf(node))['detail'])));
    permit('parley.v1.*');
    await own.kill();
    await own.start();
    await whenNats(true, node);
  });
});
