import {ParleyError} from '@parley/protocol';
import type {FastifySchema} from 'fastify';
import {z} from 'zod';
import {httpVerbs, type HttpVerb} from './http-verbs.js';
import {idempotencyHeader, withIdempotencyKey} from './idempotency-key.js';
import type {Api} from './instance.js';
import {refusals} from './openapi.js';
import {perform} from './perform.js';
import type {House} from './verbs/house.js';
import {nothingElse} from './verbs/verb.js';
import type {Visitor} from './visitor.js';

export interface VerbsOptions extends Pick<Visitor, 'gate' | 'observer'> {
  readonly house: House;
  /** Largest body of a batch. */
  readonly batchBytes: number;
}

/** Every verb at its method and path, described as its schemas say. */
export function serveVerbs(api: Api, options: VerbsOptions): void {
  // Schemas are here for the description alone: what a verb takes, the verb itself looks at, whatever the door.
  api.setValidatorCompiler(() => () => true);
  for (const door of httpVerbs) serve(api, door, options);
}

function serve(api: Api, door: HttpVerb, {house, gate, observer, batchBytes}: VerbsOptions): void {
  const {verb, method, path: url} = door;
  const hasQuery = method === 'GET' || method === 'DELETE';
  const empty = verb.output instanceof z.ZodNull;
  api.route({
    method,
    url,
    schema: schemaOf(door),
    ...(verb.isBatch && {bodyLimit: batchBytes}),
    handler: async (request, reply) => {
      const given: unknown = hasQuery ? request.query : (request.body ?? undefined);
      const input = door.idempotencyKey ? withIdempotencyKey(request.headers, given) : given;
      const {caller, params: names, log} = request;
      if (caller === undefined) throw new ParleyError('bad_api_key');
      const output = await perform({caller, gate, observer, verb, names, input, log}, house);
      return reply.code(empty ? 204 : 200).send(output);
    },
  });
}

function schemaOf({verb, method, operationId, idempotencyKey}: HttpVerb): FastifySchema {
  const hasQuery = method === 'GET' || method === 'DELETE';
  const {summary, description, area, names, input, output} = verb;
  return {
    operationId,
    summary,
    ...(description !== undefined && {description}),
    tags: [area],
    ...(Object.keys(names.shape).length > 0 && {params: names}),
    ...(input !== nothingElse && {[hasQuery ? 'querystring' : 'body']: input}),
    ...(idempotencyKey && {headers: idempotencyHeader}),
    response: {[output instanceof z.ZodNull ? 204 : 200]: output, ...refusals},
  };
}
