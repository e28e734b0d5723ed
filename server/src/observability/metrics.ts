import {
  closeCodes,
  errorCatalogue,
  limitCatalogue,
  requests,
  type CloseReason,
  type ErrorCode,
  type LimitName,
} from '@parley/protocol';
import type {MediaObserver, RecordingObserver} from '@parley/media';
import type {HubObserver} from '@parley/signaling';
import {Counter, Gauge, Registry} from 'prom-client';
import type {VerbObserver} from '../api/visitor.js';
import type {StoreObserver} from '../cluster/store-observer.js';
import type {WebhookObserver} from '../webhooks/webhook-observer.js';
import type {WebPushObserver} from '../web-push/web-push-observer.js';
import {apiRoutes, type ApiObserver} from './api-observer.js';
import {callMetrics} from './call-metrics.js';
import {ClosedCounter, ClosedDurations} from './closed-labels.js';
import type {EdgeObserver} from './edge-observer.js';
import {showGauges, type GaugeSources} from './gauges.js';
import {grpcMetrics, type GrpcObserver} from './grpc-observer.js';
import {hookMetrics} from './hook-metrics.js';
import {mediaGauges, type MediaSource} from './media-gauges.js';
import {natsMetrics, type NatsObserver} from './nats-observer.js';
import {processMetrics} from './process-metrics.js';
import {pushMetrics} from './push-metrics.js';
import {recordingMetrics} from './recording-metrics.js';
import {sessionMetrics} from './session-metrics.js';
import {emitterMetrics, storeMetrics} from './store-metrics.js';
import {verbMetrics} from './verb-metrics.js';
import {webhookMetrics} from './webhook-metrics.js';
import {webPushMetrics} from './web-push-metrics.js';

export interface Metrics {
  readonly hub: Omit<HubObserver, 'happened'>;
  readonly edge: EdgeObserver;
  readonly api: ApiObserver;
  readonly grpc: GrpcObserver;
  readonly nats: NatsObserver;
  /** What is asked for at any door. */
  readonly verbs: VerbObserver;
  readonly store: StoreObserver;
  readonly media: MediaObserver;
  readonly recording: RecordingObserver;
  readonly webhooks: WebhookObserver;
  readonly webPush: WebPushObserver;
  /** Shows the media as it is at this moment until it is called again. Takes time in proportion to what there is. */
  sampleMedia(media: MediaSource): void;
  /** Binds gauges to what they show, as soon as that exists. Each once. */
  show(sources: Partial<GaugeSources>): void;
  /** Prometheus text. */
  text(): Promise<string>;
  readonly contentType: string;
}

export interface MetricsOptions {
  readonly version: string;
  /** Names of the webhook receivers. */
  readonly receivers?: readonly string[];
  /** Names of the backends that are asked. */
  readonly backends?: readonly string[];
}

const errorCodes = Object.keys(errorCatalogue) as ErrorCode[];
const closeReasons = Object.keys(closeCodes) as CloseReason[];
const requestNames = [...requests.keys(), 'unknown'];
/** What a handshake can be refused with. */
const handshakeCodes = [
  'invalid_payload',
  'denied',
  'bad_token',
  'token_expired',
  'token_revoked',
  'too_many_sessions',
  'version_unsupported',
  'origin_forbidden',
  'too_large',
  'rate_limited',
  'overloaded',
  'draining',
  'unavailable',
  'timeout',
  'internal',
] as const satisfies readonly ErrorCode[];
const bucketsMs = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000];

/**
 * Every metric of a node, in one place. Names begin with `parley_`, times are in seconds, and labels come from closed
 * sets: ids belong in logs. Several nodes in one process have one such object each.
 */
export function createMetrics({version, receivers = [], backends = []}: MetricsOptions): Metrics {
  const registry = new Registry();

  new Gauge({
    name: 'parley_build_info',
    help: 'Always 1; the labels say what runs.',
    labelNames: ['version', 'node_version'],
    registers: [registry],
  }).set({version, node_version: process.version}, 1);

  const sessions = sessionMetrics(registry);
  const feedResets = new Counter({
    name: 'parley_feed_resets_total',
    help: 'Feeds whose continuity was lost: the log was gone, or trimmed further than this node had got.',
    registers: [registry],
  });
  const presenceEvents = new ClosedCounter(registry, {
    name: 'parley_presence_events_total',
    help: 'Events of presence, by kind: states of rooms (members, counts), and changes.',
    labels: {kind: ['members', 'counts', 'changed']},
  });
  const presenceDeliveries = new Counter({
    name: 'parley_presence_deliveries_total',
    help: 'Events of presence that were handed to connections: one event counts once for each.',
    registers: [registry],
  });
  const requestsDone = new ClosedCounter(registry, {
    name: 'parley_requests_total',
    help: 'Requests of clients by name and outcome.',
    labels: {request: requestNames, code: ['ok', ...errorCodes]},
  });
  const requestDurations = new ClosedDurations(registry, {
    name: 'parley_request_duration_seconds',
    help: 'From the request to its answer.',
    labels: {request: requestNames},
    bucketsMs,
  });
  const limits = new ClosedCounter(registry, {
    name: 'parley_limits_reached_total',
    help: 'How often somebody was refused or sent away by a limit.',
    labels: {limit: Object.keys(limitCatalogue) as LimitName[]},
  });
  const limitReached = (limit: LimitName): void => {
    limits.add({limit});
  };
  const calls = callMetrics(registry);
  const sampleMedia = mediaGauges(registry);

  const connectionsOpened = new ClosedCounter(registry, {
    name: 'parley_connections_opened_total',
    help: 'Connections that were let in, by the transport that they began with.',
    labels: {transport: ['websocket', 'polling']},
  });
  const connectionsClosed = new ClosedCounter(registry, {
    name: 'parley_connections_closed_total',
    help: 'Connections that ended: `client` by themselves, otherwise by us for the reason given (`slow_consumer`, …).',
    labels: {reason: ['client', ...closeReasons]},
  });
  const handshakesRefused = new ClosedCounter(registry, {
    name: 'parley_handshakes_refused_total',
    help: 'Handshakes that were refused, by error code.',
    labels: {code: handshakeCodes},
  });
  const handshakesDeferred = new Counter({
    name: 'parley_handshakes_deferred_total',
    help: 'Handshakes that were told when to come back, because more came than `PARLEY_ACCEPTS_PER_SECOND`.',
    registers: [registry],
  });
  const publications = {room: 0, all: 0, direct: 0};
  const published = new ClosedCounter(registry, {
    name: 'parley_publications_total',
    help: 'Events that were encoded: for a room, for everyone, or for one connection.',
    labels: {kind: ['room', 'all', 'direct']},
  });
  let deliveries = 0;
  const delivered = new Counter({
    name: 'parley_deliveries_total',
    help: 'Events that were handed to connections: one publication counts once for each.',
    registers: [registry],
  });
  const droppedDeliveries = new Counter({
    name: 'parley_dropped_deliveries_total',
    help: 'Droppable events that were left out for connections that were behind.',
    registers: [registry],
  });

  const apiRequests = new ClosedCounter(registry, {
    name: 'parley_api_requests_total',
    help: 'Requests to the operations port by route and class of status.',
    labels: {route: apiRoutes, status: ['2xx', '3xx', '4xx', '5xx']},
  });
  const apiDurations = new ClosedDurations(registry, {
    name: 'parley_api_request_duration_seconds',
    help: 'From the request to the operations port to its answer.',
    labels: {route: apiRoutes},
    bucketsMs,
  });

  const grpc = grpcMetrics(registry);
  const nats = natsMetrics(registry);
  const verbs = verbMetrics(registry, limitReached);
  const store = storeMetrics(registry);
  const foreignEvent = emitterMetrics(registry);
  const recording = recordingMetrics(registry);
  const webhooks = webhookMetrics(registry, receivers);
  const hooks = hookMetrics(registry, backends);
  const pushes = pushMetrics(registry);
  const webPush = webPushMetrics(registry);

  // What is declared later is not exported.
  const all = Registry.merge([registry, processMetrics()]);

  /** What is counted on the hot path is counted in plain numbers, and given over at the scrape. */
  const handOver = (): void => {
    delivered.inc(deliveries);
    deliveries = 0;
    for (const kind of ['room', 'all', 'direct'] as const) {
      published.add({kind}, publications[kind]);
      publications[kind] = 0;
    }
  };

  return {
    hub: {
      ...sessions,
      requestDone: (request, code, durationMs) => {
        requestsDone.add({request, code});
        requestDurations.observe({request}, durationMs);
      },
      feedReset: () => {
        feedResets.inc();
      },
      limitReached,
      presenceTold: (kind, count) => {
        presenceEvents.add({kind});
        presenceDeliveries.inc(count);
      },
      ...calls.hub,
      ...pushes,
      ...hooks,
    },
    edge: {
      limitReached,
      connectionOpened: (transport) => {
        connectionsOpened.add({transport});
      },
      connectionClosed: (reason) => {
        connectionsClosed.add({reason});
      },
      handshakeRefused: (code) => {
        handshakesRefused.add({code});
      },
      handshakeDeferred: () => {
        handshakesDeferred.inc();
      },
      published: (kind, count) => {
        publications[kind] += 1;
        deliveries += count;
      },
      dropped: (connections) => {
        droppedDeliveries.inc(connections);
      },
      foreignEvent,
    },
    store,
    media: calls.media,
    recording,
    webhooks,
    webPush,
    sampleMedia,
    api: {
      limitReached,
      answered: (route, status, durationMs) => {
        apiRequests.add({route, status: statusClass(status)});
        apiDurations.observe({route}, durationMs);
      },
    },
    grpc,
    nats,
    verbs,
    show: (sources) => {
      showGauges(all, sources);
    },
    text: () => {
      handOver();
      return all.metrics();
    },
    contentType: all.contentType,
  };
}

function statusClass(status: number): '2xx' | '3xx' | '4xx' | '5xx' {
  if (status < 300) return '2xx';
  if (status < 400) return '3xx';
  return status < 500 ? '4xx' : '5xx';
}
