import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {credentials, status, type ServiceError} from '@grpc/grpc-js';
import {ParleyError} from '@parley/protocol';
import {service as health} from 'grpc-health-check';
import {expect, test} from 'vitest';
import {grpcVerbs} from '../../src/api/grpc/grpc-verbs.js';
import {ConfigError} from '../../src/config/config-error.js';
import {createLogger} from '../../src/observability/logger.js';
import {grpcMethods} from '../../src/observability/grpc-observer.js';
import {connectBare} from '../connect-bare.js';
import {makeCertificates} from '../make-certificates.js';
import {startNode} from '../start-node.js';
import {temporaryFolder} from '../temporary-folder.js';
import {grpcClient, withKey, type GrpcClient} from './contract/grpc-door.js';
import {openHouse} from './contract/open-house.js';
import {apiKey} from './open-ops.js';

interface Answered {
  readonly error: ServiceError | null;
  readonly answer: Record<string, unknown>;
  /** Of the first metadata. */
  readonly correlationId: unknown;
}

interface Asking {
  readonly key?: string;
  readonly deadline?: number;
  readonly correlationId?: string;
}

function ask(grpc: GrpcClient, service: string, method: string, message: object, asking: Asking = {}) {
  const {path, requestSerialize, responseDeserialize} = grpc.method(service, method);
  const {key = apiKey, deadline = Date.now() + 10_000, correlationId} = asking;
  const metadata = withKey(key);
  if (correlationId !== undefined) metadata.set('x-request-id', correlationId);
  return new Promise<Answered>((resolve) => {
    let answeredId: unknown;
    grpc.client
      .makeUnaryRequest(path, requestSerialize, responseDeserialize, message, metadata, {deadline}, (error, answer) => {
        resolve({error, answer: {...answer}, correlationId: answeredId});
      })
      .on('metadata', (first) => {
        [answeredId] = first.get('x-request-id');
      });
  });
}

const info = (grpc: GrpcClient, asking?: Asking) => ask(grpc, 'InfoService', 'GetInfo', {}, asking);

test('[OPS9] a node speaks gRPC on a port of its own if it is told to, and a push by it reaches its user', async () => {
  await using quiet = await startNode();
  expect(quiet.app.grpcAddress).toBeUndefined();
  await using node = await startNode({env: {PARLEY_GRPC_PORT: '0'}});
  await using ana = await connectBare(node, {user: 'ana'});
  await using grpc = grpcClient(node.app.grpcAddress ?? '');
  const push = {target: {user: 'ana'}, topic: 'order.shipped', dataJson: '{"order":7}'};
  const {answer} = await ask(grpc, 'PushService', 'Push', push, {key: node.apiKey});
  expect(answer).toMatchObject({addressed: 1, reached: 1, repeated: false});
  expect(await ana.next('push.event')).toMatchObject({topic: 'order.shipped', data: {order: 7}});
});

test('[OPS9] a refusal has the status of the catalogue, its code in the metadata, and no defect’s text', async () => {
  await using house = await openHouse();
  await using grpc = grpcClient(house.grpcAddress);
  house.backstage.failure = new ParleyError('unknown_room');
  const {error} = await ask(grpc, 'RoomService', 'GetRoom', {room: 'den'});
  expect(error).toMatchObject({code: status.NOT_FOUND, details: 'There is no room of this name.'});
  expect(error?.metadata.get('parley-code')).toEqual(['unknown_room']);
});

test('[OPS5] the caller’s correlation id is in the first metadata, else a new one is', async () => {
  await using house = await openHouse();
  await using grpc = grpcClient(house.grpcAddress);
  expect((await info(grpc, {correlationId: 'trace-1'})).correlationId).toBe('trace-1');
  expect((await info(grpc, {correlationId: 'no blanks'})).correlationId).toMatch(/^[A-Za-z0-9]{21}$/);
  const {error} = await info(grpc, {key: 'wrong', correlationId: 'trace-2'});
  expect(error?.metadata.get('x-request-id')).toEqual(['trace-2']);
});

test('[OPS10] a deadline is kept: the call ends, and what nobody waits for is not begun', async () => {
  await using house = await openHouse();
  await using grpc = grpcClient(house.grpcAddress);
  let release = (): void => undefined;
  const held = new Promise<never>((_resolve, reject) => {
    release = () => {
      reject(new ParleyError('timeout'));
    };
  });
  house.backstage.sessionsOf = () => held;
  const late = ask(grpc, 'SessionService', 'ListUserSessions', {user: 'ana'}, {deadline: Date.now() + 100});
  expect((await late).error).toMatchObject({code: status.DEADLINE_EXCEEDED});
  release();
  const over = await ask(grpc, 'RoomService', 'GetRoom', {room: 'den'}, {deadline: Date.now() - 1});
  expect(over.error).toMatchObject({code: status.DEADLINE_EXCEEDED});
  expect(house.backstage.asked).toEqual([]);
});

test('[OPS10] messages above the limit are refused, and the connection goes on', async () => {
  await using house = await openHouse({grpc: {messageBytes: 1_000}});
  await using grpc = grpcClient(house.grpcAddress);
  const push = {target: {user: 'ana'}, topic: 'big', dataJson: JSON.stringify('x'.repeat(2_000))};
  expect((await ask(grpc, 'PushService', 'Push', push)).error).toMatchObject({code: status.RESOURCE_EXHAUSTED});
  expect((await info(grpc)).error).toBeNull();
});

test('[OPS11] a stream of pushes: those to a target in order, each refusal with its place, and one report', async () => {
  await using house = await openHouse();
  await using grpc = grpcClient(house.grpcAddress);
  const {path, requestSerialize, responseDeserialize} = grpc.method('PushService', 'PushMany');
  const report = new Promise<object>((resolve, reject) => {
    const stream = grpc.client.makeClientStreamRequest(
      path,
      requestSerialize,
      responseDeserialize,
      withKey(apiKey),
      (error, answer) => {
        if (error === null) resolve(answer ?? {});
        else reject(error);
      },
    );
    for (let n = 0; n < 500; n += 1) {
      const topic = n % 100 === 99 ? 'no blanks' : 'order';
      stream.write({target: {user: `u${n % 3}`}, topic, dataJson: String(n)});
    }
    stream.end();
  });
  expect(await report).toMatchObject({
    done: 495,
    addressed: 495 * 3,
    reached: 495 * 2,
    refused: 5,
    refusals: [99, 199, 299, 399, 499].map((index) => ({index, code: 'invalid_payload', retryable: false})),
  });
  const pushes = house.backstage.asked.map(([, push]) => push as {target: {user: string}; data: number});
  for (const user of ['u0', 'u1', 'u2']) {
    const order = pushes.filter(({target}) => target.user === user).map(({data}) => data);
    expect(order).toEqual([...order].sort((a, b) => a - b));
  }
});

test('[OPS11] a stream above its caller’s rate is slowed down, not refused', async () => {
  await using house = await openHouse({requestsPerSecond: 50});
  await using grpc = grpcClient(house.grpcAddress);
  const {path, requestSerialize, responseDeserialize} = grpc.method('PushService', 'PushMany');
  const answer = await new Promise<object | undefined>((resolve, reject) => {
    const stream = grpc.client.makeClientStreamRequest(
      path,
      requestSerialize,
      responseDeserialize,
      withKey(apiKey),
      (error, report) => {
        if (error === null) resolve(report);
        else reject(error);
      },
    );
    for (let n = 0; n < 70; n += 1) stream.write({target: {user: 'ana'}, topic: 'order', dataJson: 'null'});
    stream.end();
  });
  expect(answer).toMatchObject({done: 70, refused: 0});
});

test('[OPS11] a stream that is given up is no defect: what was begun is finished, nothing more is read', async () => {
  const defects: unknown[] = [];
  const write = (line: string): void => {
    if (line.includes('"level":50')) defects.push(line);
  };
  const log = createLogger({level: 'debug', format: 'json', write});
  await using house = await openHouse({grpc: {log}});
  await using grpc = grpcClient(house.grpcAddress);
  const {path, requestSerialize, responseDeserialize} = grpc.method('PushService', 'PushMany');
  const failure = new Promise<ServiceError | null>((resolve) => {
    const stream = grpc.client.makeClientStreamRequest(
      path,
      requestSerialize,
      responseDeserialize,
      withKey(apiKey),
      resolve,
    );
    stream.write({target: {user: 'ana'}, topic: 'order', dataJson: '1'});
    void expect
      .poll(() => house.backstage.asked.length)
      .toBe(1)
      .then(() => {
        stream.cancel();
      });
  });
  expect(await failure).toMatchObject({code: status.CANCELLED});
  await expect
    .poll(() => house.metrics.text())
    .toMatch(/parley_grpc_requests_total\{method="PushService\/PushMany",code="(ok|timeout)"\} 1/);
  expect(defects).toEqual([]);
});

test('[OPS12] health needs no key and says NOT_SERVING from the moment that the node drains', async () => {
  const node = await startNode({env: {PARLEY_GRPC_PORT: '0'}});
  await using grpc = grpcClient(node.app.grpcAddress ?? '');
  const {Check: check, Watch: watch} = health;
  if (check === undefined || watch === undefined) throw new Error('There is no health service.');
  const said = await new Promise((resolve, reject) => {
    grpc.client.makeUnaryRequest(
      check.path,
      check.requestSerialize,
      check.responseDeserialize,
      {service: 'parley.v1.PushService'},
      (error, answer) => {
        if (error === null) resolve(answer);
        else reject(error);
      },
    );
  });
  expect(said).toMatchObject({status: 'SERVING'});
  const states: unknown[] = [];
  const watching = grpc.client.makeServerStreamRequest(watch.path, watch.requestSerialize, watch.responseDeserialize, {
    service: '',
  });
  watching.on('data', ({status: state}: {status: unknown}) => states.push(state));
  watching.on('error', () => undefined);
  await expect.poll(() => states).toEqual(['SERVING']);
  const closing = node.close();
  await expect.poll(() => states).toEqual(['SERVING', 'NOT_SERVING']);
  watching.cancel();
  await closing;
});

test('[OPS12] reflection lists the services', async () => {
  await using house = await openHouse();
  await using grpc = grpcClient(house.grpcAddress);
  // A request for the list of services, and its answer, byte by byte: field 7, a text.
  const listed = await new Promise<Buffer>((resolve, reject) => {
    const stream = grpc.client.makeBidiStreamRequest(
      '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo',
      (bytes: Buffer) => bytes,
      (bytes: Buffer) => bytes,
    );
    stream.on('data', resolve).on('error', reject);
    stream.write(Buffer.from([0x3a, 0x01, 0x2a]));
    stream.end();
  });
  for (const service of ['PushService', 'RoomService', 'InfoService']) {
    expect(listed.toString('latin1')).toContain(`parley.v1.${service}`);
  }
});

test('[OPS13] TLS, and mTLS: who has no certificate of the authority does not get in', async () => {
  const folder = temporaryFolder();
  makeCertificates(folder, {server: 'localhost', client: 'backend'});
  const file = (name: string): string => join(folder, name);
  const env = {
    PARLEY_GRPC_PORT: '0',
    PARLEY_GRPC_TLS_CERT: file('server.pem'),
    PARLEY_GRPC_TLS_KEY: file('server.key'),
    PARLEY_GRPC_TLS_CLIENT_CA: file('ca.pem'),
  };
  await using node = await startNode({env});
  const address = (node.app.grpcAddress ?? '').replace('127.0.0.1', 'localhost');
  const [ca, clientKey, clientCert] = ['ca.pem', 'client.key', 'client.pem'].map((name) => readFileSync(file(name)));
  await using known = grpcClient(address, credentials.createSsl(ca, clientKey, clientCert));
  expect((await info(known, {key: node.apiKey})).error).toBeNull();
  expect((await info(known, {key: 'wrong'})).error).toMatchObject({code: status.UNAUTHENTICATED});
  for (const stranger of [credentials.createSsl(ca), credentials.createInsecure()]) {
    await using grpc = grpcClient(address, stranger);
    expect((await info(grpc, {key: node.apiKey, deadline: Date.now() + 2_000})).error).not.toBeNull();
  }
});

test('[OPS13] a certificate that cannot be read, and a port that is taken, are told by the variable’s name', async () => {
  const unreadable = {PARLEY_GRPC_PORT: '0', PARLEY_GRPC_TLS_CERT: '/none.pem', PARLEY_GRPC_TLS_KEY: '/none.key'};
  await expect(startNode({env: unreadable})).rejects.toThrow(/PARLEY_GRPC_TLS_CERT names the file/);
  await using node = await startNode({env: {PARLEY_GRPC_PORT: '0'}});
  const port = /\d+$/.exec(node.app.grpcAddress ?? '')?.[0];
  await expect(startNode({env: {PARLEY_GRPC_PORT: port}})).rejects.toThrow(ConfigError);
});

test('[OPS4] calls are counted by method and code, from closed sets', async () => {
  await using house = await openHouse();
  await using grpc = grpcClient(house.grpcAddress);
  await info(grpc);
  await ask(grpc, 'RoomService', 'GetRoom', {room: 'no blanks'});
  // Each is counted when its answer has gone out, which its caller may know first.
  await expect.poll(() => house.metrics.text()).toContain('{method="RoomService/GetRoom",code="invalid_payload"} 1');
  expect(await house.metrics.text()).toContain('parley_grpc_requests_total{method="InfoService/GetInfo",code="ok"} 1');
  const methods = grpcVerbs.map(({service, method}) => `${service}/${method}`);
  expect([...methods, 'PushService/PushMany', 'WatchService/Watch'].sort()).toEqual([...grpcMethods].sort());
});
