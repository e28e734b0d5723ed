import type {ApiObserver} from '../observability/api-observer.js';
import {correlationHeader} from './correlation.js';
import type {Api} from './instance.js';

const unmatched = 'other';

/** Gives each answer its correlation id, counts it, and writes a line for it. */
export function keepAccessLog(api: Api, observer: ApiObserver): void {
  api.addHook('onRequest', (request, reply, done) => {
    reply.header(correlationHeader, request.id).header('x-content-type-options', 'nosniff');
    done();
  });
  api.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? unmatched;
    const durationMs = Math.round(reply.elapsedTime * 10) / 10;
    observer.answered(route, reply.statusCode, durationMs);
    // Refusals and kicks have their own lines above this level; a busy backend's pushes must not drown them.
    request.log.debug({method: request.method, route, status: reply.statusCode, durationMs}, 'answered');
    done();
  });
}
