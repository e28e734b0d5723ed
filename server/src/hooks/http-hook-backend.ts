import {NoAnswer, type Clock, type HookBackend, type HookQuestion} from '@parley/signaling';
import {useAgent} from 'request-filtering-agent';
import {cloudEvent, mediaType} from '../webhooks/cloud-event.js';
import {post, type PostAnswer} from '../webhooks/post.js';
import {signatureHeaders} from '../webhooks/signature.js';
import type {BackendSetting} from './read-backends.js';

/** By these a backend, or a proxy before it, says that it cannot answer now. */
const awayStatuses: readonly number[] = [429, 502, 503, 504];

/** Asks the application's backend by `POST` of a CloudEvent, signed like a webhook. An answer is 200 with JSON. */
export class HttpHookBackend implements HookBackend {
  readonly #setting: Omit<BackendSetting, 'name' | 'hooks'>;
  readonly #clock: Clock;
  readonly #agent: ReturnType<typeof useAgent>;

  constructor(setting: Omit<BackendSetting, 'name' | 'hooks'>, clock: Clock) {
    this.#setting = setting;
    this.#clock = clock;
    const {url, allowPrivate, concurrency} = setting;
    const allowed = {allowPrivateIPAddress: allowPrivate, allowMetaIPAddress: allowPrivate};
    this.#agent = useAgent(url, {...allowed, keepAlive: true, maxSockets: concurrency});
  }

  async ask({hook, id, at, data}: HookQuestion, signal: AbortSignal): Promise<unknown> {
    const subject = 'room' in data ? `room/${data.room}` : `user/${data.user}`;
    const body = JSON.stringify(cloudEvent({id, name: `hook.${hook}`, subject, at, data}));
    const {status, text} = await this.#post(id, body, signal);
    if (status !== 200) throw new NoAnswer(awayStatuses.includes(status) ? 'away' : 'wrong', `status ${status}`);
    try {
      return JSON.parse(text);
    } catch {
      throw new NoAnswer('wrong', 'the answer is not JSON');
    }
  }

  /** What is underway is broken off. */
  close(): void {
    this.#agent.destroy();
  }

  async #post(id: string, body: string, signal: AbortSignal): Promise<PostAnswer> {
    const {url, secrets, timeoutMs} = this.#setting;
    const clock = this.#clock;
    const headers = {
      'content-type': mediaType,
      'user-agent': 'Parley-Hooks/1',
      ...signatureHeaders({id, body, atMs: clock.now()}, secrets),
    };
    try {
      return await post({url, agent: this.#agent, headers, body, timeoutMs, clock, signal});
    } catch (thrown) {
      throw new NoAnswer('away', thrown instanceof Error ? thrown.message : String(thrown));
    }
  }
}
