import {callNews} from '@parley/protocol';
import type {Unsubscribe} from '../emitter.js';
import type {CallPort} from './port.js';

/** What the application listens to of what the server tells only who asks. */
export class Following {
  readonly #port: Pick<CallPort, 'room' | 'ask'>;
  readonly #listeners = new Map<callNews.CallTopic, number>();
  /** In the call, so that the server can be told. */
  #inCall = false;
  #told = '';
  #telling = false;

  constructor(port: Pick<CallPort, 'room' | 'ask'>) {
    this.#port = port;
  }

  /** One more listens to the topic, until the returned function is called. */
  begin(topic: callNews.CallTopic): Unsubscribe {
    this.#count(topic, 1);
    let ended = false;
    return () => {
      if (!ended) this.#count(topic, -1);
      ended = true;
    };
  }

  /** Joined anew: the server knows of nothing. */
  joined(): void {
    this.#inCall = true;
    this.#told = '';
    void this.#tell();
  }

  left(): void {
    this.#inCall = false;
  }

  #count(topic: callNews.CallTopic, delta: number): void {
    this.#listeners.set(topic, (this.#listeners.get(topic) ?? 0) + delta);
    void this.#tell();
  }

  get #topics(): callNews.CallTopic[] {
    return callNews.callTopic.options.filter((topic) => (this.#listeners.get(topic) ?? 0) > 0);
  }

  /** One request at a time, always of the newest; several changes of one turn are one. */
  async #tell(): Promise<void> {
    if (this.#telling) return;
    this.#telling = true;
    await Promise.resolve();
    const {room, ask} = this.#port;
    for (let topics = this.#topics; this.#inCall && topics.join() !== this.#told; topics = this.#topics) {
      this.#told = topics.join();
      // If the call was lost it is told again with the next join; else the application misses what it listens to.
      await ask(callNews.follow, {room, topics}, {repeatable: true}).catch(() => undefined);
    }
    this.#telling = false;
  }
}
