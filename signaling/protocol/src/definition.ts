import type {z} from 'zod';
import type {ErrorCode, WireError} from './errors.js';

/** A request: a Socket.IO event with one argument and an acknowledgement that carries an {@link Answer}. */
export interface RequestDefinition<
  Name extends string = string,
  Params extends z.ZodType = z.ZodType,
  Result extends z.ZodType = z.ZodType,
> {
  readonly kind: 'request';
  readonly name: Name;
  readonly doc: string;
  readonly params: Params;
  readonly result: Result;
  /** Codes particular to this request; every request may besides answer those of {@link commonErrors}. */
  readonly errors: readonly ErrorCode[];
}

/**
 * How much an event may be relied upon.
 * - `stored`: part of a room's feed, has `room`, `epoch`, `offset`, `at`; never silently lost.
 * - `state`: carries the latest value of something; a later one supersedes it.
 * - `ephemeral`: may be dropped.
 * - `direct`: to one session, in order, while it is connected.
 */
export type Delivery = 'stored' | 'state' | 'ephemeral' | 'direct';

/** An event from server to client: a Socket.IO event with one argument. */
export interface EventDefinition<Name extends string = string, Payload extends z.ZodType = z.ZodType> {
  readonly kind: 'event';
  readonly name: Name;
  readonly doc: string;
  readonly delivery: Delivery;
  readonly payload: Payload;
}

/** What an acknowledgement carries. */
export type Answer<Result> =
  {readonly ok: true; readonly data: Result} | {readonly ok: false; readonly error: WireError};

/** Codes that any request may be refused with. */
export const commonErrors = [
  'invalid_payload',
  'unknown_request',
  'too_large',
  'rate_limited',
  'unavailable',
  'timeout',
  'draining',
  'internal',
] as const satisfies readonly ErrorCode[];

export function request<Name extends string, Params extends z.ZodType, Result extends z.ZodType>(
  name: Name,
  definition: {doc: string; params: Params; result: Result; errors?: readonly ErrorCode[]},
): RequestDefinition<Name, Params, Result> {
  return {kind: 'request', name, errors: [], ...definition};
}

export function event<Name extends string, Payload extends z.ZodType>(
  name: Name,
  definition: {doc: string; delivery: Delivery; payload: Payload},
): EventDefinition<Name, Payload> {
  return {kind: 'event', name, ...definition};
}

export type ParamsOf<D extends RequestDefinition> = z.infer<D['params']>;
export type ResultOf<D extends RequestDefinition> = z.infer<D['result']>;
export type PayloadOf<D extends EventDefinition> = z.infer<D['payload']>;
