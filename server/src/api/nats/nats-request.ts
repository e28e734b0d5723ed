import {Match, type Msg} from '@nats-io/transport-node';
import {ParleyError} from '@parley/protocol';
import {batch} from '../batch/batch.js';
import {withIdempotencyKey} from '../idempotency-key.js';
import {sendPush} from '../verbs/push.js';
import type {Verb} from '../verbs/verb.js';

/** What may be asked for, by the last part of the subject. `publish` is a push to a room and to nobody else: who may publish to which subject can be told NATS. */
export const natsVerbs = {push: sendPush, publish: sendPush, batch} as const satisfies Readonly<Record<string, Verb>>;
export type NatsVerb = keyof typeof natsVerbs;
export const natsNames = Object.keys(natsVerbs) as readonly NatsVerb[];

/** A message, read as far as can be without knowing whose it is. */
export interface NatsRequest {
  readonly name: NatsVerb;
  readonly header: (name: string) => string | undefined;
  /** What has the same is done in the order of arrival; the rest side by side. */
  readonly lane: string | undefined;
  /** What the verb is asked with. Throws a ParleyError if it is too large, or no JSON. */
  input(): unknown;
}

type Body = {readonly is: unknown} | {readonly refusal: ParleyError};

export function readNatsMessage(
  name: NatsVerb,
  message: Pick<Msg, 'data' | 'headers'>,
  mostBytes: number,
): NatsRequest {
  const header = (wanted: string): string | undefined => message.headers?.get(wanted, Match.IgnoreCase) || undefined;
  const body = bodyOf(message.data, mostBytes);
  return {
    name,
    header,
    lane: name !== 'batch' && 'is' in body ? targetOf(body.is) : undefined,
    input: () => {
      if ('refusal' in body) throw body.refusal;
      if (name === 'batch') return body.is;
      if (name === 'publish') requireRoom(body.is);
      return withIdempotencyKey({'idempotency-key': header('idempotency-key')}, body.is);
    },
  };
}

function bodyOf(bytes: Uint8Array, mostBytes: number): Body {
  if (bytes.length > mostBytes) return {refusal: new ParleyError('too_large')};
  try {
    return {is: JSON.parse(new TextDecoder('utf-8', {fatal: true}).decode(bytes)) as unknown};
  } catch {
    return {refusal: new ParleyError('invalid_payload', {message: 'The message must be JSON.'})};
  }
}

/** Whom a push is for, in one word; undefined of one that is malformed, which is refused anyway. */
function targetOf(body: unknown): string | undefined {
  const target: unknown = isObject(body) ? body['target'] : undefined;
  const [kind, id] = isObject(target) ? (Object.entries(target)[0] ?? []) : [];
  return kind === undefined || (typeof id !== 'string' && id !== true) ? undefined : `${kind} ${String(id)}`;
}

const others: ReadonlySet<string> = new Set(['user', 'group', 'session', 'all']);

/** Throws `invalid_payload` if it is for somebody else; what is malformed is left to the verb. */
function requireRoom(body: unknown): void {
  const [kind = ''] = targetOf(body)?.split(' ') ?? [];
  if (!others.has(kind)) return;
  throw new ParleyError('invalid_payload', {
    field: `target.${kind}`,
    message: 'A push that is published is for a room.',
  });
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
