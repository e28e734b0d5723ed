import {request as requestHttp, type IncomingMessage} from 'node:http';
import {request as requestHttps} from 'node:https';
import type {Clock} from '@parley/signaling';
import {useAgent} from 'request-filtering-agent';
import {mediaType} from './cloud-event.js';
import type {Receiver} from './receiver.js';
import {signatureHeaders} from './signature.js';

export type Outcome =
  | {readonly delivered: true}
  | {
      readonly delivered: false;
      /** A sentence for whoever looks at what was parked. */
      readonly reason: string;
      /** The receiver says that it wants no more of it. */
      readonly forGood: boolean;
      readonly retryAfterMs?: number;
    };

/** Of an answer so much is read, and nothing of it is kept. */
const maxAnswerBytes = 64 * 1_024;

/**
 * Posts events to one receiver. Any 2xx is a receipt; redirects are not followed, since they could lead where the
 * receiver's address would not be allowed to.
 */
export class Sender {
  readonly #receiver: Receiver;
  readonly #clock: Clock;
  readonly #agent: ReturnType<typeof useAgent>;

  constructor(receiver: Receiver, clock: Clock) {
    this.#receiver = receiver;
    this.#clock = clock;
    const {url, allowPrivate, concurrency} = receiver;
    const allowed = {allowPrivateIPAddress: allowPrivate, allowMetaIPAddress: allowPrivate};
    this.#agent = useAgent(url, {...allowed, keepAlive: true, maxSockets: concurrency});
  }

  /** Never rejects; if `signal` aborts, the attempt failed. */
  async send({id, body}: {readonly id: string; readonly body: string}, signal: AbortSignal): Promise<Outcome> {
    const late = new AbortController();
    const timer = this.#clock.after(this.#receiver.timeoutMs, () => {
      late.abort();
    });
    try {
      const answer = await this.#post(id, body, AbortSignal.any([signal, late.signal]));
      return outcomeOf(answer, this.#clock.now());
    } catch (thrown) {
      const reason = late.signal.aborted
        ? `no answer within ${this.#receiver.timeoutMs} ms`
        : thrown instanceof Error
          ? thrown.message
          : String(thrown);
      return {delivered: false, reason, forGood: false};
    } finally {
      timer.cancel();
    }
  }

  close(): void {
    this.#agent.destroy();
  }

  #post(id: string, body: string, signal: AbortSignal): Promise<IncomingMessage> {
    const {url, secrets} = this.#receiver;
    return new Promise((resolve, reject) => {
      // An address that is not allowed is thrown from here.
      const request = (url.startsWith('https:') ? requestHttps : requestHttp)(url, {
        method: 'POST',
        agent: this.#agent,
        signal,
        headers: {
          'content-type': mediaType,
          'content-length': Buffer.byteLength(body),
          'user-agent': 'Parley-Webhooks/1',
          ...signatureHeaders({id, body, atMs: this.#clock.now()}, secrets),
        },
      });
      request.on('error', reject);
      request.on('response', (answer) => {
        let bytes = 0;
        answer.on('error', reject);
        answer.on('data', (part: Buffer) => {
          bytes += part.length;
          if (bytes > maxAnswerBytes) answer.destroy(new Error(`an answer of more than ${maxAnswerBytes} bytes`));
        });
        answer.on('end', () => {
          resolve(answer);
        });
      });
      request.end(body);
    });
  }
}

function outcomeOf({statusCode: status = 0, headers}: IncomingMessage, nowMs: number): Outcome {
  if (status >= 200 && status < 300) return {delivered: true};
  const retryAfterMs = retryAfter(headers['retry-after'], nowMs);
  return {
    delivered: false,
    reason: `status ${status}`,
    forGood: status === 410,
    ...(retryAfterMs !== undefined && {retryAfterMs}),
  };
}

/** Seconds, or a date (RFC 9110, 10.2.3). */
function retryAfter(value: string | undefined, nowMs: number): number | undefined {
  if (value === undefined) return undefined;
  const ms = /^\d{1,6}$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - nowMs;
  return Number.isFinite(ms) && ms > 0 ? ms : undefined;
}
