import {createServer, type IncomingMessage, type ServerResponse} from 'node:http';
import type {AddressInfo} from 'node:net';
import {Webhook} from 'standardwebhooks';
import {secret} from '../webhooks/receiver-server.js';

export interface AskedEvent {
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  readonly time: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What it answers: some JSON, a status and a text, or nothing at all. */
export type Verdict = object | {readonly status: number; readonly text: string} | 'silence';

/** An application's backend as one is written with the library of Standard Webhooks. */
export class HookServer implements AsyncDisposable {
  /** What it was asked, verified, in the order of its coming. */
  readonly asked: AskedEvent[] = [];
  unverified = 0;
  /** How many requests were at it at once. */
  most = 0;
  decide: (event: AskedEvent) => Verdict | Promise<Verdict> = () => ({allow: true});
  readonly #webhook = new Webhook(secret);
  readonly #server = createServer((request, response) => void this.#answer(request, response));
  #underway = 0;
  #port = 0;

  static async start(): Promise<HookServer> {
    const server = new HookServer();
    await server.open();
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/decide`;
  }

  /** On the port that it had before, if it had one. */
  async open(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async shut(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  of(hook: string): AskedEvent[] {
    return this.asked.filter(({type}) => type === `parley.hook.${hook}`);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.shut();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#underway += 1;
    this.most = Math.max(this.most, this.#underway);
    response.on('close', () => (this.#underway -= 1));
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = Buffer.concat(parts).toString();
    try {
      this.#webhook.verify(body, request.headers as Record<string, string>);
    } catch {
      this.unverified += 1;
      response.writeHead(401).end();
      return;
    }
    const event = JSON.parse(body) as AskedEvent;
    this.asked.push(event);
    const verdict = await this.decide(event);
    if (verdict === 'silence') return;
    if ('status' in verdict) response.writeHead(verdict.status).end('text' in verdict ? verdict.text : '');
    else response.writeHead(200, {'content-type': 'application/json'}).end(JSON.stringify(verdict));
  }
}

/** The setting for one backend that decides what is said here. */
export const hooksFor = (
  server: Pick<HookServer, 'url'>,
  hooks: Readonly<Record<string, 'open' | 'closed'>>,
  more: Readonly<Record<string, unknown>> = {},
): string => JSON.stringify([{name: 'gate', url: server.url, secrets: [secret], allowPrivate: true, hooks, ...more}]);
