import {Readable} from 'node:stream';
import {LimitReached, ParleyError, toWireError} from '@parley/protocol';
import type {Clock, Watch, WatchNews} from '@parley/signaling';
import type {FastifyReply, FastifyRequest, FastifySchema} from 'fastify';
import type {ApiObserver} from '../../observability/api-observer.js';
import {logThrown} from '../../observability/logger.js';
import type {Api} from '../instance.js';
import {refusals} from '../openapi.js';
import {toProblem} from '../problem.js';
import {watch} from './watch.js';
import type {WatchDesk} from './watch-desk.js';

export interface WatchRouteOptions {
  readonly desk: WatchDesk;
  readonly observer: Pick<ApiObserver, 'limitReached'>;
  readonly clock: Clock;
}

const lists: ReadonlySet<string> = new Set(['kinds', 'rooms', 'users']);
/** For how long whoever does not read is given the chance to read why it is over. */
const farewellMs = 5_000;

/**
 * A watch as server-sent events: `event` and `data` of each are its news, `id` its position, which a browser's or a library's
 * reader sends back as `Last-Event-ID`. One that the server ends says why by a last event, `end`, with problem details.
 */
export function serveWatch(api: Api, {desk, observer, clock}: WatchRouteOptions): void {
  api.get('/watch', {schema: schemaOf()}, async (request, reply) => {
    const {caller, headers} = request;
    if (caller === undefined) throw new ParleyError('bad_api_key');
    const {authorization} = headers;
    const opened = await desk.open({caller, authorization, input: inputOf(request)});
    // Also if it is never read from.
    const leave = (): void => {
      opened.end();
    };
    reply.raw.once('close', leave);
    if (reply.raw.destroyed) leave();
    return reply
      .header('cache-control', 'no-store')
      .header('x-accel-buffering', 'no')
      .type('text/event-stream; charset=utf-8')
      .send(Readable.from(frames(opened, request, reply), {highWaterMark: 1}));
  });

  async function* frames(opened: Watch, request: FastifyRequest, reply: FastifyReply): AsyncGenerator<string, void> {
    try {
      for await (const news of opened) yield frameOf(news);
    } catch (thrown) {
      if (thrown instanceof LimitReached) observer.limitReached(thrown.limit);
      logThrown(request.log, thrown, 'a watch was ended', {code: toWireError(thrown).code});
      const patience = clock.after(farewellMs, () => {
        reply.raw.destroy();
      });
      reply.raw.once('close', () => {
        patience.cancel();
      });
      yield `event: end\ndata: ${JSON.stringify(toProblem(thrown, request.id))}\n\n`;
    }
  }
}

function schemaOf(): FastifySchema {
  const {name, summary, description, area, input, output} = watch;
  return {
    operationId: name,
    summary,
    description: `${description} As server-sent events; \`Last-Event-ID\` is a \`position\`, too.`,
    tags: [area],
    querystring: input,
    response: {
      200: {description: 'News, one by one.', content: {'text/event-stream': {schema: output}}},
      ...refusals,
    },
  };
}

const frameOf = ({position, ...news}: WatchNews): string =>
  `${position === undefined ? '' : `id: ${position}\n`}event: ${news.event}\ndata: ${JSON.stringify({...news, position})}\n\n`;

/** A list of one is not told from a text in a query. */
function inputOf({query, headers}: FastifyRequest): unknown {
  const lastEvent = headers['last-event-id'];
  const given = Object.entries(query ?? {}).map(([name, value]: [string, unknown]) => [
    name,
    lists.has(name) && typeof value === 'string' ? [value] : value,
  ]);
  return {...(lastEvent !== undefined && {position: lastEvent}), ...Object.fromEntries(given)} as unknown;
}
