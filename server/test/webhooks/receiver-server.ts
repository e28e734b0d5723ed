import {createServer, type IncomingMessage, type ServerResponse} from 'node:http';
import type {AddressInfo} from 'node:net';
import {Webhook} from 'standardwebhooks';
import {eventually} from '../eventually.js';

export const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
export const otherSecret = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;

export interface ToldEvent {
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  readonly time: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What it answers with: a status, or nothing at all. */
export type Manner = (event: ToldEvent) => number | 'silence' | {status: number; headers: Record<string, string>};

/** A receiver of webhooks as one is written with the library of Standard Webhooks: what it cannot verify it answers with 401. */
export class ReceiverServer implements AsyncDisposable {
  /** Receipts given, in their order. */
  readonly taken: ToldEvent[] = [];
  /** Everything that came, taken or not. */
  readonly asked: ToldEvent[] = [];
  unverified = 0;
  manner: Manner = () => 204;
  readonly #server = createServer((request, response) => void this.#receive(request, response));
  readonly #webhook: Webhook;
  #port = 0;

  constructor(verifyWith = secret) {
    this.#webhook = new Webhook(verifyWith);
  }

  static async start(verifyWith?: string): Promise<ReceiverServer> {
    const receiver = new ReceiverServer(verifyWith);
    await receiver.open();
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/hook`;
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

  until(condition: () => boolean, what: string, withinMs?: number): Promise<void> {
    return eventually(condition, `${what}; taken: ${this.taken.map(({type}) => type).join(', ')}`, withinMs);
  }

  of(type: string): ToldEvent[] {
    return this.taken.filter((event) => event.type === `parley.${type}`);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.shut();
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
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
    const event = JSON.parse(body) as ToldEvent;
    this.asked.push(event);
    const answer = this.manner(event);
    if (answer === 'silence') return;
    const {status, headers} = typeof answer === 'number' ? {status: answer, headers: {}} : answer;
    if (status < 300) this.taken.push(event);
    response.writeHead(status, headers).end();
  }
}

/** The setting for some receivers. */
export const webhooksFor = (
  ...receivers: readonly ({name: string; server: Pick<ReceiverServer, 'url'>} & Record<string, unknown>)[]
): string =>
  JSON.stringify(
    receivers.map(({name, server, ...more}) => ({
      name,
      url: server.url,
      secrets: [secret],
      events: ['*'],
      allowPrivate: true,
      ...more,
    })),
  );
