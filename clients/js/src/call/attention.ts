import {callNews} from '@parley/protocol';
import type {Unsubscribe} from '../emitter.js';
import type {CallEvents, ConnectionQuality} from './call.js';
import {Following} from './following.js';
import type {CallPort} from './port.js';
import {Qualities} from './qualities.js';
import {Speech} from './speech.js';

type Emit = <Name extends callNews.CallTopic>(name: Name, value: CallEvents[Name]) => void;

/** What the server tells of a call only while somebody here listens to it: who speaks, and how well all are connected. */
export class Attention {
  readonly #port: CallPort;
  readonly #following: Following;
  readonly #speech: Speech;
  readonly #qualities: Qualities;

  constructor(port: CallPort, emit: Emit) {
    this.#port = port;
    this.#following = new Following(port);
    this.#speech = new Speech(emit);
    this.#qualities = new Qualities(emit);
  }

  get speaker(): string | undefined {
    return this.#speech.speaker;
  }

  get quality(): ReadonlyMap<string, ConnectionQuality> {
    return this.#qualities.byPeer;
  }

  listen(): readonly Unsubscribe[] {
    return [...this.#speech.listen(this.#port), this.#qualities.listen(this.#port)];
  }

  /** Somebody listens to this event, if it is one of those, until what is returned is called. */
  pay(event: keyof CallEvents, unsubscribe: Unsubscribe): Unsubscribe {
    const topic = callNews.callTopic.options.find((one) => one === event);
    if (topic === undefined) return unsubscribe;
    const unfollow = this.#following.begin(topic);
    return () => {
      unsubscribe();
      unfollow();
    };
  }

  joined(): void {
    this.#following.joined();
  }

  /** As it stands, by the answer to `call.sync`. */
  replace({speaker, quality}: {speaker: string | null; quality: readonly ConnectionQuality[]}): void {
    this.#speech.become(speaker ?? undefined);
    this.#qualities.replace(quality);
  }

  /** The call is left or rebuilt. */
  forget(): void {
    this.#following.left();
    this.#speech.clear();
    this.#qualities.replace([]);
  }
}
