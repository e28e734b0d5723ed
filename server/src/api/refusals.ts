import {errorCodes, type FastifyReply, type FastifyRequest} from 'fastify';
import {LimitReached, ParleyError} from '@parley/protocol';
import type {ApiObserver} from '../observability/api-observer.js';
import {logThrown} from '../observability/logger.js';
import {correlationHeader} from './correlation.js';
import type {Api} from './instance.js';
import {problemType, retryAfterSeconds, toProblem} from './problem.js';

/**
 * Every refusal leaves as problem details, is logged at its code's level, and shows nothing of what is not ours. Limits
 * that were reached are counted.
 */
export function refuseWithProblems(api: Api, observer: Pick<ApiObserver, 'limitReached'>): void {
  api.setErrorHandler((thrown, request, reply) => {
    if (thrown instanceof LimitReached) observer.limitReached(thrown.limit);
    refuse(thrown, request, reply);
  });
  api.setNotFoundHandler((request, reply) => {
    refuse(
      new ParleyError('unknown_request', {message: `There is no ${request.method} on this path.`}),
      request,
      reply,
    );
  });
}

/** Also for what goes wrong before there is a route, such as a malformed path. */
export function refuse(
  thrown: unknown,
  request: Pick<FastifyRequest, 'id' | 'method' | 'log'>,
  reply: Pick<FastifyReply, 'header' | 'code' | 'type' | 'send'>,
): void {
  const error = asParleyError(thrown);
  const problem = toProblem(error, request.id);
  logThrown(request.log, error, 'a request to the operations port was not served', {
    method: request.method,
    status: problem.status,
  });
  reply.header(correlationHeader, request.id);
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer');
  if (problem.retryAfterMs !== undefined) reply.header('retry-after', retryAfterSeconds(problem.retryAfterMs));
  reply.code(problem.status).type(problemType).send(JSON.stringify(problem));
}

/** The framework's own refusals in the words of the catalogue. What is not known to be the caller's fault is ours. */
function asParleyError(thrown: unknown): unknown {
  if (thrown instanceof ParleyError || !(thrown instanceof Error)) return thrown;
  if (thrown instanceof errorCodes.FST_ERR_CTP_BODY_TOO_LARGE) return new ParleyError('too_large');
  if (thrown instanceof errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE) {
    return new ParleyError('invalid_payload', {
      message: 'The body must be JSON, with Content-Type: application/json.',
      field: 'Content-Type',
    });
  }
  const status = 'statusCode' in thrown ? thrown.statusCode : undefined;
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return new ParleyError('invalid_payload', {message: thrown.message});
  }
  return thrown;
}
