import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {createHub, type Clock, type Store, type StoreOptions} from '@parley/signaling';
import {openDoors} from './api/doors.js';
import {keySource} from './auth/key-source.js';
import {TokenSigner} from './auth/token-signer.js';
import {createTokenVerifier} from './auth/token-verifier.js';
import {createClock} from './clock.js';
import type {Config} from './config/config.js';
import {openKeys} from './connect-keys.js';
import {connectEmitters, connectStore, storeOptions} from './connect-store.js';
import {Edge, type Routes} from './edge/edge.js';
import {openHooks} from './hooks/open-hooks.js';
import {readBackends} from './hooks/read-backends.js';
import {createIds} from './ids.js';
import {ResourceStack} from './lifecycle/resource-stack.js';
import {iceAccess} from './media/ice-servers.js';
import {startMedia} from './media/media-engine.js';
import {s3Recordings} from './media/s3-recordings.js';
import {createLogger, logThrown, type Logger} from './observability/logger.js';
import {loggedHub} from './observability/logged-hub.js';
import {createMetrics, type Metrics} from './observability/metrics.js';
import {devTokenRoute} from './web/dev-token-route.js';
import {securityHeaders} from './web/security-headers.js';
import {readReceivers} from './webhooks/read-receivers.js';
import {Webhooks} from './webhooks/webhooks.js';
import {WebPush, type WebPushOptions} from './web-push/web-push.js';
import {siteRoutes} from './web/site-routes.js';
import {loadSite} from './web/site.js';

/** What tests, and whoever embeds a node, may put in place of the usual. */
export interface AppParts {
  readonly log?: Logger;
  readonly clock?: Clock;
  /** Instead of Redis or this process's memory: several nodes of one process share a memory world this way. */
  readonly store?: (options: StoreOptions) => Store;
}

/** A running node. */
export interface App extends AsyncDisposable {
  /** Where clients connect and the page is; undefined if it takes no clients. */
  readonly url: string | undefined;
  /** Where backends and operators connect. */
  readonly opsUrl: string;
  /** `host:port` for backends that speak gRPC; undefined if there is no such port. */
  readonly grpcAddress: string | undefined;
  /** Unique in the cluster. */
  readonly node: string;
  /** Makes tokens that the node accepts; undefined if it can only check them. */
  readonly tokens: TokenSigner | undefined;
  /** Hands the clients over to other nodes and ends everything, in order. Idempotent. */
  close(): Promise<void>;
}

const siteFolder = fileURLToPath(new URL('../../clients/web/dist', import.meta.url));
/** After how long a client of a node that stops should come back elsewhere, at least; at most twice that. */
const comeBackMs = 250;
/** Of the time for stopping, what handing the clients over may take; the rest is for requests, calls and the store. */
const handoverShare = 0.5;
/** How old what the metrics say of media may be. */
const sampleMs = 2_000;

/**
 * Starts a node: everything is opened in the order in which the parts need each other, and closed backwards, also if
 * the start fails halfway.
 *
 * Rejects with a ConfigError whose sentences are for whoever starts it (a port is taken, Redis does not answer), or an
 * UnsupportedPlatform.
 */
export async function createApp(config: Config, parts: AppParts = {}): Promise<App> {
  const stack = new ResourceStack();
  try {
    return await start(config, parts, stack);
  } catch (failure) {
    await stack.close();
    throw failure;
  }
}

async function start(config: Config, parts: AppParts, stack: ResourceStack): Promise<App> {
  const ids = createIds();
  const node = `${config.nodeName}-${ids.id().slice(0, 8)}`;
  const log = (parts.log ?? createLogger({level: config.logLevel, format: 'json'})).child({node});
  const onDefect = (error: unknown, context: Readonly<Record<string, string>>): void => {
    logThrown(log, error, 'defect', context);
  };
  const timers = new AbortController();
  stack.defer(() => {
    timers.abort();
  });
  const clock = parts.clock ?? createClock(timers.signal);
  const version = ownVersion();
  const receivers = readReceivers(config.webhooks);
  const backends = readBackends(config.hooks);
  const metrics = createMetrics({
    version,
    receivers: receivers.map(({name}) => name),
    backends: backends.map(({name}) => name),
  });

  const source = keySource(config.auth.key);
  const verifier = createTokenVerifier(config.auth, source, clock);
  const tokens = source.signingSecret && new TokenSigner(source.signingSecret, config.auth, clock);
  const site = await loadSite(siteFolder);

  const media = await startMedia(
    {clock, logger: log, observer: metrics.media, ...(await mediaOptions(config, metrics))},
    iceAccess(config.media.ice, clock),
  );
  stack.defer(() => media.close());
  metrics.sampleMedia(media);
  const sampling = clock.every(sampleMs, () => {
    metrics.sampleMedia(media);
  });
  stack.defer(() => {
    sampling.cancel();
  });

  const surroundings = {node, media: media.available, clock, ids, log, observer: metrics.store};
  const sharedStore = await (parts.store?.(storeOptions(config, surroundings)) ?? connectStore(config, surroundings));
  stack.defer(() => sharedStore.close());
  const keys = stack.use(await openKeys(config, surroundings));
  if (receivers.length > 0 && config.store.redis === undefined) {
    log.warn('webhooks wait in this process’s memory: without REDIS_URL they are lost when it ends');
  }
  const webhooks = new Webhooks({receivers, store: sharedStore, clock, ids, observer: metrics.webhooks, onDefect});
  stack.defer(() => webhooks.close());
  const {store} = webhooks;
  const webPush = openWebPush(config, {store, clock, metrics, log, onDefect});
  stack.defer(() => webPush?.close());

  // The place of the operations port, which is opened later: it is closed after the clients are handed over, and says
  // `draining` to whoever asks until then.
  const afterClients = stack.use(new ResourceStack());

  const {network, limits, auth} = config;
  const edge = await Edge.create({
    network,
    payloadBytes: limits.payloadBytes,
    verifier,
    clock,
    observer: metrics.edge,
    onDefect,
  });
  stack.defer(() => edge.close());

  const hub = createHub({
    clock,
    ids,
    store,
    broadcaster: edge.broadcaster,
    media,
    tokens: {
      verify: (token) => verifier.verify(token),
      warningMs: auth.expiryWarningMs,
      toleranceMs: auth.clockToleranceMs,
      longestLifeMs: auth.longestTokenLifeMs,
    },
    limits,
    webPush,
    spread: config.media.spread,
    presence: config.presence,
    keepalive: network.keepalive,
    hooks: openHooks(backends, {clock, stack}),
    observer: {
      ...loggedHub(metrics.hub, log),
      happened: (news) => {
        webhooks.happened(news);
      },
    },
    onDefect,
  });
  const {acceptsPerSecond} = config.network;
  const handover = {retryAfterMs: comeBackMs, acceptsPerSecond, withinMs: config.drainMs * handoverShare};
  stack.defer(() => hub.close(handover));

  const emitters = await connectEmitters(config, {...surroundings, bridge: edge.emitterBridge(log)});
  stack.defer(() => emitters?.close());

  let draining = false;
  stack.defer(() => {
    draining = true;
    edge.stopListening();
  });

  const connections = (): number => hub.connections;
  const nodes = () => store.bus.nodes().map((info) => ({...info, leaving: hub.isLeaving(info.node)}));
  metrics.show({
    connections,
    draining: () => draining,
    watches: () => hub.watches,
    mediaWorkers: () => media.workers.filter(({pid}) => pid !== undefined).length,
    mediaLoad: () => media.workers.reduce((sum, {objects}) => sum + objects, 0),
    calls: () => media.rooms.length,
    ...(config.store.redis !== undefined && {redisUp: () => store.available}),
  });
  const doors = await openDoors({
    operations: config.operations,
    keys,
    bodyBytes: limits.payloadBytes,
    house: {
      batch: {items: config.operations.batch.items, itemBytes: limits.payloadBytes},
      backstage: hub.backstage,
      webhooks,
      facts: {node, version, connections, nodes, media},
    },
    health: {media, draining: () => draining, ...(config.store.redis !== undefined && {redis: store})},
    metrics,
    log,
    ids,
    clock,
  });
  afterClients.use(doors);
  stack.defer(() => {
    doors.drain();
  });

  const {devTokens} = auth;
  const routes: Routes = (app, origins) => {
    if (devTokens !== 'off' && tokens !== undefined) {
      devTokenRoute(app, {signer: tokens, origins, loopbackOnly: devTokens === 'loopback', onDefect});
    }
    siteRoutes(app, site, securityHeaders(network));
  };
  const url = config.takesClients ? (await edge.open(hub, routes)).url : undefined;

  return {
    url,
    opsUrl: doors.opsUrl,
    grpcAddress: doors.grpcAddress,
    node,
    tokens,
    close: () => stack.close(),
    [Symbol.asyncDispose]: () => stack.close(),
  };
}

interface WebPushSurroundings extends Pick<WebPushOptions, 'store' | 'clock' | 'onDefect'> {
  readonly metrics: Metrics;
  readonly log: Logger;
}

function openWebPush(
  {webPush, store: {redis}}: Config,
  {metrics, log, ...rest}: WebPushSurroundings,
): WebPush | undefined {
  if (webPush === undefined) return undefined;
  if (redis === undefined)
    log.warn('browsers of users are in this process’s memory: without REDIS_URL they are forgotten when it ends');
  const onRefused = (service: string, reason: string): void => {
    log.warn({service, reason}, 'a push service refused a note');
  };
  return new WebPush({...rest, config: webPush, observer: metrics.webPush, onRefused});
}

async function mediaOptions({media}: Config, metrics: Metrics) {
  const {workerBin, workers, fullAt, togetherBelow, listenIp, announcedAddress, port, pipes, recording} = media;
  const store = recording?.s3 && (await s3Recordings(recording.s3));
  return {
    listenIp,
    firstPort: port,
    fullAt,
    togetherBelow,
    pipes,
    ...(workerBin !== undefined && {workerBin}),
    ...(workers !== undefined && {workers}),
    ...(announcedAddress !== undefined && {announcedAddress}),
    ...(recording !== undefined && {
      recording: {...recording, observer: metrics.recording, ...(store !== undefined && {store})},
    }),
  };
}

function ownVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  const version = typeof manifest === 'object' && manifest !== null && 'version' in manifest ? manifest.version : '';
  return String(version);
}
