import type {Clock} from '@parley/signaling';
import {RequestFilteringHttpAgent, RequestFilteringHttpsAgent} from 'request-filtering-agent';
import webPush from 'web-push';
import {post, type PostAnswer} from '../webhooks/post.js';
import type {QueuedNote} from './queued-note.js';
import type {VapidKeys} from './vapid.js';

/** Of one request. */
const timeoutMs = 10_000;

export type PushServiceAnswer =
  | {readonly kind: 'reached'}
  /** There is no such subscription any more. */
  | {readonly kind: 'gone'}
  | {readonly kind: 'refused'; readonly reason: string}
  | {readonly kind: 'later'; readonly reason: string; readonly retryAfterMs?: number};

export interface PushServiceOptions {
  readonly clock: Clock;
  readonly vapid: VapidKeys & {readonly contact: string};
  readonly allowPrivate: boolean;
}

/** Posts notes to push services, encrypted for their browsers (RFC 8291) and signed with the server's key (RFC 8292). */
export class PushService {
  readonly #options: PushServiceOptions;
  readonly #https: RequestFilteringHttpsAgent;
  readonly #http: RequestFilteringHttpAgent;

  constructor(options: PushServiceOptions) {
    const {allowPrivate} = options;
    const allowed = {allowPrivateIPAddress: allowPrivate, allowMetaIPAddress: allowPrivate, keepAlive: true};
    this.#options = options;
    this.#https = new RequestFilteringHttpsAgent(allowed);
    this.#http = new RequestFilteringHttpAgent(allowed);
  }

  /** Never rejects. */
  async send(note: QueuedNote, signal: AbortSignal): Promise<PushServiceAnswer> {
    const {clock} = this.#options;
    const url = note.subscription.endpoint;
    const agent = url.startsWith('https:') ? this.#https : this.#http;
    try {
      const {headers, body} = this.#request(note);
      return understood(await post({url, agent, headers, body, timeoutMs, clock, signal}));
    } catch (thrown) {
      return {kind: 'later', reason: thrown instanceof Error ? thrown.message : String(thrown)};
    }
  }

  close(): void {
    this.#https.destroy();
    this.#http.destroy();
  }

  #request({subscription, text, expiresAt, topic, urgency}: QueuedNote) {
    const {clock, vapid} = this.#options;
    const {contact: subject, publicKey, privateKey} = vapid;
    const {headers, body} = webPush.generateRequestDetails(subscription, text, {
      vapidDetails: {subject, publicKey, privateKey},
      TTL: Math.max(0, Math.floor((expiresAt - clock.now()) / 1_000)),
      contentEncoding: 'aes128gcm',
      topic,
      urgency,
    });
    return {headers: {...headers, 'User-Agent': 'Parley-WebPush/1'}, body};
  }
}

function understood({status, retryAfterMs}: PostAnswer): PushServiceAnswer {
  if (status >= 200 && status < 300) return {kind: 'reached'};
  if (status === 404 || status === 410) return {kind: 'gone'};
  const reason = `status ${status}`;
  if (status !== 429 && status < 500) return {kind: 'refused', reason};
  return {kind: 'later', reason, ...(retryAfterMs !== undefined && {retryAfterMs})};
}
