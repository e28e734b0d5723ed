import type {Clock} from '@parley/signaling';
import {useAgent} from 'request-filtering-agent';
import {mediaType} from './cloud-event.js';
import {post, type PostAnswer} from './post.js';
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

/** Posts events to one receiver. Any 2xx is a receipt. */
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
    const {url, secrets, timeoutMs} = this.#receiver;
    const clock = this.#clock;
    const headers = {
      'content-type': mediaType,
      'user-agent': 'Parley-Webhooks/1',
      ...signatureHeaders({id, body, atMs: clock.now()}, secrets),
    };
    try {
      return outcomeOf(await post({url, agent: this.#agent, headers, body, timeoutMs, clock, signal}));
    } catch (thrown) {
      const reason = thrown instanceof Error ? thrown.message : String(thrown);
      return {delivered: false, reason, forGood: false};
    }
  }

  close(): void {
    this.#agent.destroy();
  }
}

function outcomeOf({status, retryAfterMs}: PostAnswer): Outcome {
  if (status >= 200 && status < 300) return {delivered: true};
  return {
    delivered: false,
    reason: `status ${status}`,
    forGood: status === 410,
    ...(retryAfterMs !== undefined && {retryAfterMs}),
  };
}
