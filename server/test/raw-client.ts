import {once} from 'node:events';
import {session, type PayloadOf} from '@parley/protocol';
import {WebSocket, type ClientOptions} from 'ws';
import {signToken, type TestNode} from './start-node.js';

/**
 * A client that speaks Engine.IO and Socket.IO by hand over a `ws` socket, and keeps every frame: for what must and
 * must not be on the wire. It answers pings unless told not to.
 */
export class RawClient implements AsyncDisposable {
  readonly socket: WebSocket;
  /** Text frames as they came; binary ones as `<binary n>`. */
  readonly frames: string[] = [];
  closed: {readonly code: number; readonly reason: string} | undefined;
  answersPings = true;
  readonly #waiting = new Set<() => void>();

  constructor(url: string, options: ClientOptions = {}) {
    this.socket = new WebSocket(`${url.replace(/^http/, 'ws')}/socket.io/?EIO=4&transport=websocket`, options);
    this.socket.on('message', (data: Buffer, isBinary) => {
      const frame = isBinary ? `<binary ${data.length}>` : data.toString();
      this.frames.push(frame);
      if (frame === '2' && this.answersPings) this.socket.send('3');
      this.#look();
    });
    this.socket.on('error', () => {
      // What matters is the close that follows.
    });
    this.socket.on('close', (code, reason) => {
      this.closed = {code, reason: reason.toString()};
      this.#look();
    });
  }

  /** Opens, signs in and waits for `session.ready`. */
  static async connect(node: Pick<TestNode, 'url'>, user: string, options: ClientOptions = {}): Promise<RawClient> {
    const client = new RawClient(node.url, options);
    await once(client.socket, 'open');
    client.socket.send(`40${JSON.stringify({token: await signToken(user), v: 1})}`);
    await client.until(() => client.events('session.ready').length > 0);
    return client;
  }

  /** Payloads of the events of a name, so far. */
  events<P = Record<string, unknown>>(name: string): P[] {
    return this.frames
      .filter((frame) => frame.startsWith(`42["${name}"`))
      .map((frame) => (JSON.parse(frame.slice(2)) as [string, P])[1]);
  }

  get closing(): PayloadOf<typeof session.closing> | undefined {
    return this.events<PayloadOf<typeof session.closing>>(session.closing.name)[0];
  }

  request(id: number, name: string, params: unknown): void {
    this.socket.send(`42${id}${JSON.stringify([name, params])}`);
  }

  async answer(id: number): Promise<unknown> {
    const prefix = `43${id}`;
    await this.until(() => this.frames.some((frame) => frame.startsWith(`${prefix}[`)));
    const frame = this.frames.find((candidate) => candidate.startsWith(`${prefix}[`))!;
    return (JSON.parse(frame.slice(prefix.length)) as unknown[])[0];
  }

  async until(condition: () => boolean, withinMs = 10_000): Promise<void> {
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
        reject(new Error(`Waited in vain; frames: ${this.frames.slice(-20).join(' ').slice(0, 2_000)}`));
      }, withinMs);
      this.#waiting.add(look);
    });
  }

  async end(): Promise<{readonly code: number; readonly reason: string}> {
    await this.until(() => this.closed !== undefined);
    return this.closed!;
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.socket.terminate();
    return Promise.resolve();
  }

  #look(): void {
    for (const look of [...this.#waiting]) look();
  }
}
