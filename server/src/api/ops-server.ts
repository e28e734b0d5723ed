import {fastify, LogController} from 'fastify';
import {serializerCompiler, type ZodTypeProvider} from 'fastify-type-provider-zod';
import type {Clock, Ids} from '@parley/signaling';
import type {Logger} from '../observability/logger.js';
import type {Metrics} from '../observability/metrics.js';
import type {Gate} from './access/gate.js';
import {keepAccessLog} from './access-log.js';
import {authenticate} from './authentication.js';
import {correlationHeader, correlationId} from './correlation.js';
import type {Api} from './instance.js';
import {describeApi} from './openapi.js';
import {listen} from './listen.js';
import {refuse, refuseWithProblems} from './refusals.js';
import {refuseUnreadable} from './unreadable.js';
import {serveVerbs} from './serve-verbs.js';
import {healthRoutes, type HealthSources} from './routes/health.js';
import {metricsRoute} from './routes/metrics.js';
import {WatchDesk} from './watch/watch-desk.js';
import {serveWatch} from './watch/watch-route.js';
import type {House} from './verbs/house.js';

export interface OpsServerOptions extends House {
  readonly host: string;
  /** 0: any free one; `url` tells. */
  readonly port: number;
  readonly gate: Gate;
  /** Largest body; as large as what clients may receive. */
  readonly bodyBytes: number;
  /** Largest body of a batch. */
  readonly batchBytes: number;
  readonly health: HealthSources;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly ids: Ids;
  readonly clock: Clock;
}

/** The door for backends, operators and orchestrators. */
export interface OpsServer extends AsyncDisposable {
  /** `http://host:port` */
  readonly url: string;
  /** Watches end from now on; everything else is still served. */
  drain(): void;
  /** Stops listening, finishes what was begun (for 5 s at most: a slow reader does not hold up the stop). Idempotent. */
  close(): Promise<void>;
}

const requestTimeoutMs = 10_000;
const closeGraceMs = 5_000;
/** Ids of users have up to 128 characters, three times that if each is percent-encoded. */
const maxParamCharacters = 3 * 128;

/**
 * Opens the operations port: `/v1` for backends with an API key, `/live`, `/ready` and `/metrics` for machines,
 * `/docs` for people.
 *
 * It should be closed last, so that readiness can say `draining` as long as there is something to drain.
 *
 * @throws {ConfigError} if the port cannot be had
 */
export async function createOpsServer(options: OpsServerOptions): Promise<OpsServer> {
  const {log, ids, facts, metrics, backstage, gate, clock} = options;
  const watches = new WatchDesk({backstage, gate, clock});
  const api: Api = fastify({
    loggerInstance: log,
    logController: new LogController({disableRequestLogging: true, requestIdLogLabel: 'correlationId'}),
    genReqId: (request) => correlationId(request.headers[correlationHeader], ids),
    requestIdHeader: false,
    bodyLimit: options.bodyBytes,
    requestTimeout: requestTimeoutMs,
    routerOptions: {maxParamLength: maxParamCharacters},
    // What comes over an open connection while closing is still answered: readiness above all.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    clientErrorHandler: refuseUnreadable(log, ids),
    frameworkErrors: (thrown, request, reply) => {
      refuse(thrown, request, reply);
    },
  }).withTypeProvider<ZodTypeProvider>();

  api.setSerializerCompiler(serializerCompiler);
  refuseWithProblems(api, metrics.api);
  keepAccessLog(api, metrics.api);

  await describeApi(api, facts.version);
  healthRoutes(api, options.health);
  metricsRoute(api, metrics);
  await api.register(
    (v1: Api, _options, done) => {
      authenticate(v1, options.gate);
      serveVerbs(v1, {house: options, gate: options.gate, observer: metrics.verbs, batchBytes: options.batchBytes});
      serveWatch(v1, {desk: watches, observer: metrics.api, clock});
      done();
    },
    {prefix: '/v1'},
  );

  const url = await listen(api, options);
  let closing: Promise<void> | undefined;
  const drain = (): void => {
    watches.drain();
  };
  const close = (): Promise<void> => {
    drain();
    return (closing ??= closeWithin(closeGraceMs, api, clock));
  };
  return {url, drain, close, [Symbol.asyncDispose]: close};
}

async function closeWithin(graceMs: number, api: Api, clock: Clock): Promise<void> {
  const patience = clock.after(graceMs, () => {
    api.server.closeAllConnections();
  });
  try {
    await api.close();
  } finally {
    patience.cancel();
  }
}
