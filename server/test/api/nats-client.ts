import {connect, headers, type NatsConnection} from '@nats-io/transport-node';
import {eventually} from '../eventually.js';
import {ops} from '../ops.js';
import {testApiKey, type TestNode} from '../start-node.js';
import type {Fields, Told} from './contract/door.js';

/** What came back: the answer or the problem, and the headers by name. */
export interface NatsAnswer {
  readonly body: Fields;
  readonly code: string | undefined;
  readonly requestId: string;
}

export interface NatsAsking {
  readonly key?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A backend that speaks NATS. */
export interface NatsBackend extends AsyncDisposable {
  readonly connection: NatsConnection;
  /** A body is sent as JSON unless it is a text. */
  ask(subject: string, body: unknown, asking?: NatsAsking): Promise<NatsAnswer>;
  /** Without wanting an answer; resolves when the server has it. */
  tell(subject: string, body: unknown, asking?: NatsAsking): Promise<void>;
}

export async function natsBackend(servers: string, usualKey = testApiKey): Promise<NatsBackend> {
  const connection = await connect({servers, reconnectTimeWait: 100, reconnectJitter: 10, maxReconnectAttempts: -1});
  const payload = (body: unknown): string => (typeof body === 'string' ? body : JSON.stringify(body));
  const told = ({key = usualKey, headers: more = {}}: NatsAsking) => {
    const made = headers();
    if (key !== '') made.set('Authorization', `Bearer ${key}`);
    for (const [name, value] of Object.entries(more)) made.set(name, value);
    return made;
  };
  return {
    connection,
    ask: async (subject, body, asking = {}) => {
      const answer = await connection.request(subject, payload(body), {timeout: 10_000, headers: told(asking)});
      const code = answer.headers?.get('Parley-Code') ?? '';
      return {
        body: answer.json<Fields>(),
        code: code === '' ? undefined : code,
        requestId: answer.headers?.get('X-Request-Id') ?? '',
      };
    },
    tell: async (subject, body, asking = {}) => {
      connection.publish(subject, payload(body), {headers: told(asking)});
      await connection.flush();
    },
    [Symbol.asyncDispose]: () => connection.close(),
  };
}

/** In the words of the contract suite. */
export function toldBy({body, code}: NatsAnswer): Told {
  if (code === undefined) return {ok: body};
  const {field, retryAfterMs} = body as {field?: string; retryAfterMs?: number};
  return {code, ...(field !== undefined && {field}), ...(retryAfterMs !== undefined && {retryAfterMs})};
}

/** What a node's readiness says of NATS. */
export async function natsOf(node: TestNode): Promise<Fields> {
  const {body} = await ops(node, 'GET', '/ready');
  return (body as {dependencies: Record<string, Fields>}).dependencies['nats'] ?? {};
}

/** Resolves when the node takes messages from NATS, or does not any more. */
export const whenNats = (usable: boolean, ...nodes: readonly TestNode[]): Promise<void> =>
  eventually(
    async () => {
      const states = await Promise.all(nodes.map(natsOf));
      return states.every((state) => state['usable'] === usable);
    },
    `NATS to be ${usable ? 'usable' : 'away'}`,
  );
