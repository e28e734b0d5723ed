import type {Caller} from './access/caller.js';
import type {Gate} from './access/gate.js';
import type {Api} from './instance.js';

/** Lets callers with a good key in; looked at before the body is read. */
export function authenticate(api: Api, gate: Gate): void {
  api.decorateRequest('caller', undefined);
  api.addHook('onRequest', async (request) => {
    const caller = await gate.admit(request.headers.authorization, request.ip);
    request.caller = caller;
    request.log = request.log.child({caller: caller.name});
  });
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Who presented an API key; undefined outside `/v1`. */
    caller: Caller | undefined;
  }
}
