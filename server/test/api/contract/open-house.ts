import {ServerCredentials} from '@grpc/grpc-js';
import {createGrpcServer, type GrpcServerOptions} from '../../../src/api/grpc/grpc-server.js';
import {NatsDoor} from '../../../src/api/nats/nats-door.js';
import {createClock} from '../../../src/clock.js';
import {createIds} from '../../../src/ids.js';
import {createMetrics, type Metrics} from '../../../src/observability/metrics.js';
import {quietLog} from '../../quiet-log.js';
import {eventually} from '../../eventually.js';
import {startNats} from '../../nats-server.js';
import {openGate} from '../open-gate.js';
import {apiKey, openOps} from '../open-ops.js';
import type {Gate} from '../../../src/api/access/gate.js';
import type {House} from '../../../src/api/verbs/house.js';
import type {AskingDoor, TestDoor} from './door.js';
import {grpcDoor} from './grpc-door.js';
import {httpDoor} from './http-door.js';
import {natsDoors} from './nats-door.js';
import {SampleBackstage} from './sample-backstage.js';
import {sampleWebhooks} from './sample-webhooks.js';

/** For no verb that there is. */
export const narrowKey = 'a-key-for-nothing-that-there-is';
/** For one request a second. */
export const slowKey = 'a-key-for-one-request-a-second';

/** Besides the one who may do everything. */
export const testCallers = {
  [narrowKey]: {name: 'narrow', verbs: ['nothing'], rooms: ['*'], requestsPerSecond: 1_000_000},
  [slowKey]: {name: 'slow', verbs: ['*'], rooms: ['*'], requestsPerSecond: 1},
};

/** One house with every door, so that they can be compared. */
export interface OpenHouse extends AsyncDisposable {
  readonly backstage: SampleBackstage;
  readonly metrics: Metrics;
  /** Of the operations port. */
  readonly url: string;
  readonly grpcAddress: string;
  readonly doors: readonly TestDoor[];
  /** These, and what else can be asked for the verb. */
  doorsOf(verb: string): readonly AskingDoor[];
  /** For a door of a test's own. */
  readonly house: House;
}

interface HouseOptions {
  readonly requestsPerSecond?: number;
  readonly grpc?: Partial<GrpcServerOptions>;
  /** With a nats-server, and a door there. */
  readonly nats?: boolean;
}

export async function openHouse({
  requestsPerSecond = 1_000_000,
  grpc: more,
  nats: wanted,
}: HouseOptions = {}): Promise<OpenHouse> {
  const backstage = new SampleBackstage();
  const metrics = createMetrics({version: '1.2.3'});
  const media = {available: false, unavailableReason: 'There is no media worker.'};
  const nodes = () => [{node: 'a-1', media: false, clients: true, leaving: true, startedAt: 1_800_000_000_000}];
  const facts = {node: 'a-1', version: '1.2.3', connections: () => 3, nodes, media};
  const gate = openGate({apiKeys: [apiKey], requestsPerSecond, callers: testCallers});
  const webhooks = sampleWebhooks(backstage);
  const batch = {items: 20, itemBytes: 16_384};
  const house = {batch, backstage, webhooks, facts};
  const ops = await openOps({backstage, webhooks, facts, gate, metrics, batch});
  const grpc = await createGrpcServer({
    host: '127.0.0.1',
    port: 0,
    credentials: ServerCredentials.createInsecure(),
    messageBytes: 16_384,
    gate,
    batchBytes: 65_536,
    house,
    observer: metrics.grpc,
    verbs: metrics.verbs,
    log: quietLog(),
    ids: createIds(),
    clock: createClock(),
    ...more,
  });
  const doors = [httpDoor(ops.url, apiKey), grpcDoor(grpc.address, apiKey)];
  const nats = wanted === true ? await openNats({gate, house, metrics}) : undefined;
  return {
    backstage,
    metrics,
    url: ops.url,
    grpcAddress: grpc.address,
    doors,
    doorsOf: (verb) => [...doors, ...(nats?.doors ?? []).filter(({verbs}) => verbs.has(verb))],
    house,
    [Symbol.asyncDispose]: async () => {
      for (const door of doors) await door[Symbol.asyncDispose]();
      await nats?.[Symbol.asyncDispose]();
      await grpc.close();
      await ops[Symbol.asyncDispose]();
    },
  };
}

interface NatsParts {
  readonly gate: Gate;
  readonly house: House;
  readonly metrics: Metrics;
}

/** A nats-server, the house's door there, and who asks by it. */
async function openNats({gate, house, metrics}: NatsParts) {
  const server = await startNats();
  const prefix = 'parley.v1';
  const door = new NatsDoor({
    config: {servers: [server.address], credentials: undefined, tls: undefined, prefix, messages: 100},
    gate,
    house,
    observer: metrics.nats,
    verbs: metrics.verbs,
    log: quietLog(),
    ids: createIds(),
    clock: createClock(),
    bodyBytes: 16_384,
    batchBytes: 65_536,
  });
  door.open();
  await eventually(() => door.available, 'NATS');
  const doors = await natsDoors(server.address, prefix, apiKey);
  return {
    doors,
    [Symbol.asyncDispose]: async () => {
      for (const one of doors) await one[Symbol.asyncDispose]();
      await door.close();
      await server[Symbol.asyncDispose]();
    },
  };
}
