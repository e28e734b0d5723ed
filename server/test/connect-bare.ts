import {protocolVersion, type Answer} from '@parley/protocol';
import {io, type ManagerOptions, type Socket, type SocketOptions} from 'socket.io-client';
import {signToken, type TestNode} from './start-node.js';

/** An event as it arrived. */
export interface Seen {
  readonly name: string;
  readonly payload: unknown;
}

export interface BareOptions {
  readonly user?: string;
  readonly name?: string;
  /** Instead of a good one. */
  readonly token?: string;
  /** Added to, or replacing, what the handshake says. */
  readonly auth?: Readonly<Record<string, unknown>>;
  readonly transports?: ('polling' | 'websocket')[];
  readonly io?: Partial<ManagerOptions & SocketOptions>;
}

/** A refused handshake, as socket.io-client reports it. */
export interface Refused {
  readonly message: string;
  readonly data: {
    readonly code: string;
    readonly closeCode: number;
    readonly retryAfterMs?: number;
    readonly field?: string;
  };
}

/** A plain socket.io-client: what any Socket.IO client in any language sees of a node. */
export class BareClient implements AsyncDisposable {
  readonly socket: Socket;
  readonly events: Seen[] = [];
  readonly #waiting = new Set<() => void>();

  constructor(socket: Socket) {
    this.socket = socket;
    socket.onAny((name: string, payload: unknown) => {
      this.events.push({name, payload});
      this.#notify();
    });
    socket.on('disconnect', () => {
      this.#notify();
    });
  }

  /** The payloads of all events of a name, so far. */
  all<P = Record<string, unknown>>(name: string): P[] {
    return this.events.filter((event) => event.name === name).map((event) => event.payload as P);
  }

  /** Sends a request and resolves with its data, or rejects with an error that has the answer's `code`. */
  async request<R = Record<string, unknown>>(name: string, params: unknown = {}): Promise<R> {
    const answer = await this.ask<R>(name, params);
    if (answer.ok) return answer.data;
    throw Object.assign(new Error(`${name}: ${answer.error.message}`), answer.error);
  }

  /** Sends a request and resolves with its answer, whatever it is. */
  ask<R = Record<string, unknown>>(name: string, ...args: readonly unknown[]): Promise<Answer<R>> {
    return this.socket.timeout(10_000).emitWithAck(name, ...args) as Promise<Answer<R>>;
  }

  /** Resolves once `condition` holds; it is looked at after every event and at the end of the connection. */
  async until(condition: () => boolean, what = 'a condition', withinMs = 10_000): Promise<void> {
    if (condition()) return;
    await new Promise<void>((resolve, reject) => {
      const look = (): void => {
        if (!condition()) return;
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve();
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(look);
        const seen = countNames(this.events);
        reject(new Error(`Waited ${withinMs} ms in vain for ${what}; seen: ${seen}`));
      }, withinMs);
      this.#waiting.add(look);
    });
  }

  /** The first event of this name that fits, be it here already or still to come. */
  async next<P = Record<string, unknown>>(name: string, fits: (payload: P) => boolean = () => true): Promise<P> {
    const find = (): P | undefined => this.all<P>(name).find(fits);
    await this.until(() => find() !== undefined, name);
    return find() as P;
  }

  /** Resolves once the connection is over. */
  closed(): Promise<void> {
    return this.until(() => !this.socket.connected, 'the end of the connection');
  }

  close(): void {
    this.socket.disconnect();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.close();
    return Promise.resolve();
  }

  #notify(): void {
    for (const look of [...this.#waiting]) look();
  }
}

/** Each name once, with how often it was seen: a replay has thousands of events. */
function countNames(events: readonly Seen[]): string {
  const counts = new Map<string, number>();
  for (const {name} of events) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].map(([name, count]) => (count === 1 ? name : `${count} × ${name}`)).join(', ');
}

/** Connects and waits for `session.ready`; rejects with socket.io-client's error if the handshake is refused. */
export async function connectBare(node: Pick<TestNode, 'url'>, options: BareOptions = {}): Promise<BareClient> {
  const {user = 'ann', name = user, transports = ['websocket'], auth = {}} = options;
  const token = options.token ?? (await signToken(user, name));
  const socket = io(node.url, {
    transports,
    forceNew: true,
    reconnection: false,
    auth: {token, v: protocolVersion, ...auth},
    ...options.io,
  });
  const client = new BareClient(socket);
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('connect_error', reject);
    });
    await client.next('session.ready');
    return client;
  } catch (refusal) {
    socket.disconnect();
    throw refusal;
  }
}

/** The refusal of a handshake that must not succeed. */
export async function refusedBare(node: Pick<TestNode, 'url'>, options: BareOptions = {}): Promise<Refused> {
  try {
    await using _client = await connectBare(node, options);
  } catch (refusal) {
    return refusal as Refused;
  }
  throw new Error('The handshake was let in.');
}
