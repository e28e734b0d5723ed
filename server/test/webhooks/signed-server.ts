import {createServer, type IncomingMessage, type ServerResponse} from 'node:http';
import type {AddressInfo} from 'node:net';
import {Webhook} from 'standardwebhooks';

export const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

export interface SignedEvent {
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  readonly time: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** An application's backend as one is written with the library of Standard Webhooks: what it cannot verify it answers with 401. */
export abstract class SignedServer implements AsyncDisposable {
  /** Everything verified that came, in its order. */
  readonly asked: SignedEvent[] = [];
  unverified = 0;
  readonly #path: string;
  readonly #webhook: Webhook;
  readonly #server = createServer((request, response) => void this.#receive(request, response));
  #port = 0;

  protected constructor(path: string, verifyWith: string) {
    this.#path = path;
    this.#webhook = new Webhook(verifyWith);
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}${this.#path}`;
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

  [Symbol.asyncDispose](): Promise<void> {
    return this.shut();
  }

  /** Before anything of it was read. */
  protected arrives(_response: ServerResponse): void {
    // For those who count.
  }

  protected abstract answer(event: SignedEvent, response: ServerResponse): void | Promise<void>;

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.arrives(response);
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
    const event = JSON.parse(body) as SignedEvent;
    this.asked.push(event);
    await this.answer(event, response);
  }
}
