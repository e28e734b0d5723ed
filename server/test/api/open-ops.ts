import {createOpsServer, type OpsServerOptions} from '../../src/api/ops-server.js';
import {openGate} from './open-gate.js';
import {createLogger} from '../../src/observability/logger.js';
import {createMetrics, type Metrics} from '../../src/observability/metrics.js';
import {createMemoryWorld} from '@parley/signaling/memory';
import {storeOptions} from '@parley/signaling/testing';
import {createClock} from '../../src/clock.js';
import {createIds} from '../../src/ids.js';
import {Webhooks} from '../../src/webhooks/webhooks.js';
import {FakeBackstage} from './fake-backstage.js';

export const apiKey = 'a-key-that-only-tests-know';

/** An operations port on a free port of this machine, with a backstage that does nothing but remember. */
export interface OpenOps extends AsyncDisposable {
  readonly url: string;
  readonly backstage: FakeBackstage;
  readonly metrics: Metrics;
  /** Log lines, parsed. */
  readonly lines: Record<string, unknown>[];
  /** The log as it was written. */
  readonly written: () => string;
  /** A request with the API key. A body is sent as JSON unless it is a text. */
  call(method: 'GET' | 'POST', path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>;
}

/** Of a node that tells nobody. */
function noWebhooks(): Webhooks {
  const clock = createClock();
  const store = createMemoryWorld({clock}).node(storeOptions('a-1'));
  const observer = {attempted: () => undefined, parked: () => undefined, dropped: () => undefined};
  return new Webhooks({receivers: [], store, clock, ids: createIds(), observer, onDefect: () => undefined});
}

export interface OpsOverrides extends Partial<OpsServerOptions> {
  readonly apiKeys?: readonly string[];
  readonly requestsPerSecond?: number;
}

export async function openOps(overrides: OpsOverrides = {}): Promise<OpenOps> {
  const {apiKeys = [apiKey], requestsPerSecond = 1_000, ...options} = overrides;
  const backstage = new FakeBackstage();
  const metrics = createMetrics({version: '1.2.3'});
  const media = {available: false, unavailableReason: 'There is no media worker.'};
  const text: string[] = [];
  const lines: Record<string, unknown>[] = [];
  const ops = await createOpsServer({
    host: '127.0.0.1',
    port: 0,
    bodyBytes: 16_384,
    batchBytes: 65_536,
    batch: {items: 20, itemBytes: 16_384},
    gate: openGate({apiKeys, requestsPerSecond}),
    backstage,
    webhooks: noWebhooks(),
    facts: {node: 'a-1', version: '1.2.3', connections: () => 3, nodes: () => [], media},
    health: {media, draining: () => false},
    metrics,
    ids: createIds(),
    clock: createClock(),
    log: createLogger({
      level: 'debug',
      format: 'json',
      write: (line) => {
        text.push(line);
        lines.push(JSON.parse(line) as Record<string, unknown>);
      },
    }),
    ...options,
  });
  return {
    url: ops.url,
    backstage,
    metrics,
    lines,
    written: () => text.join(''),
    call: (method, path, body, headers = {}) =>
      fetch(`${ops.url}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${apiKey}`,
          ...(body !== undefined && {'content-type': 'application/json'}),
          ...headers,
        },
        ...(body !== undefined && {body: typeof body === 'string' ? body : JSON.stringify(body)}),
      }),
    [Symbol.asyncDispose]: () => ops.close(),
  };
}
