import {
  ParleyError,
  type ParamsOf,
  type RequestDefinition,
  type ResultOf,
  type RoomId,
  type SessionId,
  type Standing,
  type UserId,
} from '@parley/protocol';
import type {TokenGrant} from '../rights/token-grants.js';
import {parseParams} from './parse-params.js';

/** What a handler may know of the session that asks. */
export interface RequestSession {
  readonly id: SessionId;
  readonly user: UserId;
  readonly name: string;
  /** Whether this session has joined the room: a look into memory, valid for this turn. */
  inRoom(room: RoomId): boolean;
  /** What it may do in a room that it has joined; a look into memory likewise. */
  standing(room: RoomId): Standing | undefined;
  /** The grants of its token that name the room; undefined if the token leaves everything to the rooms. */
  granted(room: RoomId): {readonly live: readonly TokenGrant[]; readonly expired: boolean} | undefined;
}

/** What a handler has at hand for one request. What else it needs, its feature was created with. */
export interface RequestContext<S extends RequestSession = RequestSession> {
  readonly session: S;
  /**
   * Runs `action` right after the answer was handed over, in the same turn: what it sends follows the answer, and
   * nothing comes between. Several run in the order given; none runs if the request is refused.
   */
  readonly afterReply: (action: () => void) => void;
}

/** One request of the wire, bound to its meaning. */
export interface Handler<S extends RequestSession = RequestSession> {
  readonly name: string;
  /**
   * Parses, asks whether it is allowed, and begins; what does not wait is done when this returns. Throws or rejects with
   * what becomes the wire error.
   */
  begin(params: unknown, context: RequestContext<S>, allow: Allow): unknown;
}

/** Throws or rejects with the reason why the session may not make this request; undefined if it may. */
export type Allow = (
  session: RequestSession,
  definition: RequestDefinition,
  params: Readonly<Record<string, unknown>>,
) => Promise<never> | undefined;

/** Binds a request to its meaning: parameters are parsed before, and an answer that lacks a field does not compile. */
export function on<D extends RequestDefinition, S extends RequestSession = RequestSession>(
  definition: D,
  handle: (params: ParamsOf<D>, context: RequestContext<S>) => ResultOf<D> | Promise<ResultOf<D>>,
): Handler<S> {
  return {
    name: definition.name,
    begin: (params, context, allow) => {
      const parsed = parseParams(definition, params);
      // Nobody who may waits: what is begun at once goes to the store before the next request's.
      return allow(context.session, definition, parsed as Record<string, unknown>) ?? handle(parsed, context);
    },
  };
}

/** Refuses with `not_joined` a session that is not in the room. */
export function requireJoined(session: RequestSession, room: RoomId): void {
  if (!session.inRoom(room)) throw new ParleyError('not_joined');
}
