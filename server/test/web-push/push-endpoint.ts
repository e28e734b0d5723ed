import {createDecipheriv, createECDH, hkdfSync, randomBytes, type ECDH} from 'node:crypto';
import {createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse} from 'node:http';
import type {AddressInfo} from 'node:net';
import type {webPush} from '@parley/protocol';
import {importJWK, jwtVerify} from 'jose';
import {eventually} from '../eventually.js';

/** A note as a browser would be woken with it. */
export interface ReceivedNote {
  readonly browser: string;
  readonly headers: IncomingHttpHeaders;
  readonly message: Readonly<Record<string, unknown>>;
}

type Answer = number | 'silence' | {status: number; headers: Record<string, string>};

/** A push service with its browsers: it checks the server's signature and decrypts as a browser does, with node:crypto alone. */
export class PushEndpoint implements AsyncDisposable {
  /** Notes that were answered with 201, in their order. */
  readonly taken: ReceivedNote[] = [];
  /** All, however they were answered. */
  readonly asked: ReceivedNote[] = [];
  /** Why requests were no good. */
  readonly faults: string[] = [];
  manner: (note: ReceivedNote) => Answer = () => 201;
  readonly #publicKey: string;
  readonly #browsers = new Map<string, {readonly ecdh: ECDH; readonly auth: Buffer}>();
  readonly #server = createServer((request, response) => void this.#receive(request, response));

  private constructor(publicKey: string) {
    this.#publicKey = publicKey;
  }

  /** The public key is that of the server which is to send. */
  static async start(publicKey: string): Promise<PushEndpoint> {
    const endpoint = new PushEndpoint(publicKey);
    await new Promise<void>((resolve) => endpoint.#server.listen(0, '127.0.0.1', resolve));
    return endpoint;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** What a browser would get from its push service. */
  subscription(browser: string): webPush.Subscription {
    const ecdh = createECDH('prime256v1');
    const p256dh = ecdh.generateKeys('base64url');
    const auth = randomBytes(16);
    this.#browsers.set(browser, {ecdh, auth});
    return {endpoint: `${this.origin}/${browser}`, keys: {p256dh, auth: auth.toString('base64url')}};
  }

  until(condition: () => boolean, what: string, withinMs?: number): Promise<void> {
    return eventually(condition, `${what}; asked ${this.asked.length}, faults: ${this.faults.join(', ')}`, withinMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = Buffer.concat(parts);
    const browser = (request.url ?? '').slice(1);
    try {
      if (body.length > 4_096) throw new Error(`${body.length} bytes`);
      await this.#verify(request.headers);
      const message = JSON.parse(this.#decrypt(browser, body).toString()) as ReceivedNote['message'];
      const note = {browser, headers: request.headers, message};
      this.asked.push(note);
      const answer = this.manner(note);
      if (answer === 'silence') return;
      const {status, headers} = typeof answer === 'number' ? {status: answer, headers: {}} : answer;
      if (status < 300) this.taken.push(note);
      response.writeHead(status, headers).end();
    } catch (fault) {
      this.faults.push(String(fault));
      response.writeHead(400).end();
    }
  }

  /** RFC 8292: signed by the key that the subscription was made for, for this origin, for a day at most. */
  async #verify({authorization = ''}: IncomingHttpHeaders): Promise<void> {
    const [, token = '', key] = /^vapid t=([^,]+), ?k=(.+)$/.exec(authorization) ?? [];
    if (key !== this.#publicKey) throw new Error('another key');
    const point = Buffer.from(key, 'base64url');
    const [x = '', y = ''] = [point.subarray(1, 33), point.subarray(33)].map((half) => half.toString('base64url'));
    const publicKey = await importJWK({kty: 'EC', crv: 'P-256', x, y}, 'ES256');
    const {payload} = await jwtVerify(token, publicKey, {audience: this.origin});
    if ((payload.exp ?? Infinity) > Date.now() / 1_000 + 86_400) throw new Error('good for too long');
    if (payload.sub !== 'mailto:ops@example.org') throw new Error('no contact');
  }

  /** RFC 8188 and RFC 8291: one record. */
  #decrypt(browser: string, body: Buffer): Buffer {
    const known = this.#browsers.get(browser);
    if (known === undefined) throw new Error(`no browser ${browser}`);
    const {ecdh, auth} = known;
    const salt = body.subarray(0, 16);
    const keyLength = body.readUInt8(20);
    const sender = body.subarray(21, 21 + keyLength);
    const info = Buffer.concat([Buffer.from('WebPush: info\0'), ecdh.getPublicKey(), sender]);
    const secret = Buffer.from(hkdfSync('sha256', ecdh.computeSecret(sender), auth, info, 32));
    const derived = (what: string, length: number): Buffer =>
      Buffer.from(hkdfSync('sha256', secret, salt, `Content-Encoding: ${what}\0`, length));
    const record = body.subarray(21 + keyLength);
    const decipher = createDecipheriv('aes-128-gcm', derived('aes128gcm', 16), derived('nonce', 12));
    decipher.setAuthTag(record.subarray(-16));
    const padded = Buffer.concat([decipher.update(record.subarray(0, -16)), decipher.final()]);
    const end = padded.lastIndexOf(2);
    if (end < 0) throw new Error('not the last record');
    return padded.subarray(0, end);
  }
}
