import {once} from 'node:events';
import {createServer, type IncomingMessage, type Server, type ServerResponse} from 'node:http';
import {setTimeout as delay} from 'node:timers/promises';
import {lastingPort} from '../subjects/lasting-port.js';
import {Ledger} from './ledger.js';
import {isSigned, newWebhookSecret} from './signature.js';

export type Manner =
  | {readonly kind: 'good'}
  /** Nobody listens. */
  | {readonly kind: 'down'}
  | {readonly kind: 'slow'; readonly afterMs: number}
  /** 500 and a hang-up by turns. */
  | {readonly kind: 'wrong'};

interface PostedEvent {
  readonly id: string;
  readonly type: string;
  readonly time: string;
  readonly data: {readonly room?: string; readonly data?: unknown};
}

/** A receiver of webhooks that behaves as it is told. What it has not answered with 204 it does not have. */
export class WebhookReceiver {
  readonly name: string;
  readonly ledger = new Ledger();
  /** What is wrong whatever the receiver does: requests that are not signed, and rooms whose logs had lost what was to be told. */
  unverified = 0;
  gaps = 0;
  /** Requests that were answered with 500 or not at all. */
  refused = 0;
  readonly #secret = newWebhookSecret();
  readonly #port: number;
  #manner: Manner = {kind: 'good'};
  #server: Server | undefined;

  private constructor(name: string, port: number) {
    this.name = name;
    this.#port = port;
  }

  static async open(name: string): Promise<WebhookReceiver> {
    const receiver = new WebhookReceiver(name, await lastingPort());
    await receiver.#listen();
    return receiver;
  }

  /** Its entry in `PARLEY_WEBHOOKS`. */
  setting(more: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
    const url = `http://127.0.0.1:${String(this.#port)}/`;
    const events = ['push.stored'];
    return {name: this.name, url, secrets: [this.#secret], events, allowPrivate: true, ...more};
  }

  async behave(manner: Manner): Promise<void> {
    this.#manner = manner;
    if (manner.kind === 'down') await this.close();
    else await this.#listen();
  }

  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    server.closeAllConnections();
    await once(server.close(), 'close');
  }

  async #listen(): Promise<void> {
    if (this.#server !== undefined) return;
    this.#server = createServer((request, response) => {
      // A sender that is killed breaks off what it was sending.
      this.#receive(request, response).catch(() => response.destroy());
    });
    await once(this.#server.listen(this.#port, '127.0.0.1'), 'listening');
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = Buffer.concat(parts);
    const cameAt = performance.timeOrigin + performance.now();
    if (!isSigned(request.headers, body, this.#secret, cameAt)) {
      this.unverified += 1;
      response.writeHead(401).end();
      return;
    }
    const manner = this.#manner;
    if (manner.kind === 'wrong') {
      this.refused += 1;
      if (this.refused % 2 === 0) response.destroy();
      else response.writeHead(500).end();
      return;
    }
    if (manner.kind === 'slow') await delay(manner.afterMs);
    this.#note(JSON.parse(body.toString()) as PostedEvent);
    response.writeHead(204).end();
  }

  #note({id, type, time, data: {room, data: number}}: PostedEvent): void {
    if (type === 'parley.room.gap') this.gaps += 1;
    else if (room !== undefined && typeof number === 'number') {
      const cameAt = performance.timeOrigin + performance.now();
      this.ledger.take({room, number, id, happenedAt: Date.parse(time), cameAt});
    }
  }
}
