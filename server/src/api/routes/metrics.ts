import type {Metrics} from '../../observability/metrics.js';
import type {Api} from '../instance.js';

/** For Prometheus; without a key, like health: the operations port is no public port. */
export function metricsRoute(api: Api, metrics: Pick<Metrics, 'text' | 'contentType'>): void {
  api.get('/metrics', {schema: {hide: true}}, async (_request, reply) =>
    reply.type(metrics.contentType).send(await metrics.text()),
  );
}
