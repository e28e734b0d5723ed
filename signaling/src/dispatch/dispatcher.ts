import {LimitReached, ParleyError, toWireError, type Answer} from '@parley/protocol';
import type {HubObserver, HubOptions} from '../hub.js';
import type {Clock} from '../ports.js';
import type {Allow, Handler, RequestContext, RequestSession} from './handler.js';

export type Reply = (answer: Answer<unknown>) => void;

export interface DispatcherOptions {
  /** Asked for every request, once its parameters are known to be what they should be. */
  readonly allow: Allow;
  readonly clock: Clock;
  readonly observer: Pick<HubObserver, 'requestDone' | 'limitReached'>;
  readonly onDefect: HubOptions['onDefect'];
}

/** Metric labels come from closed sets: a name that a client made up is none. */
const unknownName = 'unknown';

/**
 * Finds the handler of a request, runs it, and answers exactly once whatever becomes of it.
 *
 * Requests are begun in the order of the calls, each within its call: a handler that sends to the store before its
 * first await has its command queued before that of the next request.
 */
export class Dispatcher<S extends RequestSession> {
  readonly #handlers: ReadonlyMap<string, Handler<S>>;
  readonly #options: DispatcherOptions;
  #running = 0;
  readonly #idle: (() => void)[] = [];

  constructor(handlers: readonly Handler<S>[], options: DispatcherOptions) {
    this.#handlers = new Map(handlers.map((handler) => [handler.name, handler]));
    if (this.#handlers.size !== handlers.length) throw new Error('two handlers for one request');
    this.#options = options;
  }

  /** Never throws, nor does what it leaves behind. */
  dispatch(session: S, name: string, params: unknown, reply: Reply): void {
    const handler = this.#handlers.get(name);
    if (handler) void this.#run(handler, session, params, reply);
    else this.refuse(name, new ParleyError('unknown_request'), reply);
  }

  /** Resolves when no request runs, whether or not there is still somebody to answer. */
  settled(): Promise<void> {
    return this.#running === 0 ? Promise.resolve() : new Promise((resolve) => this.#idle.push(resolve));
  }

  /** Answers a request that is not begun at all. */
  refuse(name: string, error: ParleyError, reply: Reply): void {
    const known = this.#handlers.has(name) ? name : unknownName;
    this.#hand(reply, {ok: false, error: error.toWire()}, known);
    this.#noteLimit(error);
    this.#options.observer.requestDone(known, error.code, 0);
  }

  async #run(handler: Handler<S>, session: S, params: unknown, reply: Reply): Promise<void> {
    const {clock, observer, onDefect, allow} = this.#options;
    this.#running += 1;
    const begunAt = clock.now();
    const afterReply: (() => void)[] = [];
    const context: RequestContext<S> = {session, afterReply: (action) => afterReply.push(action)};
    let data: unknown;
    try {
      data = await handler.begin(params, context, allow);
    } catch (thrown) {
      const error = toWireError(thrown);
      if (error.code === 'internal') {
        onDefect(thrown, {request: handler.name, session: session.id, user: session.user});
      }
      this.#hand(reply, {ok: false, error}, handler.name);
      this.#noteLimit(thrown);
      observer.requestDone(handler.name, error.code, clock.now() - begunAt);
      this.#end();
      return;
    }
    this.#hand(reply, {ok: true, data}, handler.name);
    for (const action of afterReply) this.#guard(action, handler.name);
    observer.requestDone(handler.name, 'ok', clock.now() - begunAt);
    this.#end();
  }

  #end(): void {
    this.#running -= 1;
    if (this.#running === 0) for (const idle of this.#idle.splice(0)) idle();
  }

  #noteLimit(thrown: unknown): void {
    if (thrown instanceof LimitReached) this.#options.observer.limitReached(thrown.limit);
  }

  #hand(reply: Reply, answer: Answer<unknown>, name: string): void {
    this.#guard(() => {
      reply(answer);
    }, name);
  }

  #guard(action: () => void, name: string): void {
    try {
      action();
    } catch (thrown) {
      this.#options.onDefect(thrown, {request: name});
    }
  }
}
