import {ParleyError, type webhook} from '@parley/protocol';
import type {Clock, Ids, Store} from '@parley/signaling';
import {cloudEvent, subjectOf, type CloudEvent} from './cloud-event.js';
import {markedStore} from './marked-store.js';
import {NewsDesk} from './news-desk.js';
import {ParkedEvents, type ParkedPage} from './parked-events.js';
import {listensTo, type Receiver} from './receiver.js';
import {Runner} from './runner.js';
import type {WebhookObserver} from './webhook-observer.js';

/** Items that one receiver's queue may hold: a room whose log has grown is one, whatever is in it. */
const maxQueued = 100_000;

/** A receiver as an operator sees it: without its secrets. */
export interface ReceiverState {
  readonly receiver: string;
  readonly url: string;
  readonly events: readonly string[];
  readonly queued: number;
  readonly parked: number;
}

/** What backends and operators may do about webhooks. Everything rejects with `unknown_receiver` if there is none of that name. */
export interface WebhookAdministration {
  list(): Promise<readonly ReceiverState[]>;
  /** The oldest first. */
  parked(receiver: string, page: {cursor?: string; limit: number}): Promise<ParkedPage>;
  /** Of all parked events, or those of these ids; resolves with how many were queued again. */
  replay(receiver: string, ids?: readonly string[]): Promise<number>;
  /** Resolves with how many are gone. */
  discard(receiver: string, ids?: readonly string[]): Promise<number>;
  /** Sends `webhook.ping`; resolves with the id of its event. */
  ping(receiver: string): Promise<string>;
}

export interface WebhooksOptions {
  readonly receivers: readonly Receiver[];
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: Pick<Ids, 'id'>;
  readonly observer: WebhookObserver;
  readonly onDefect: (error: unknown, context: Readonly<Record<string, string>>) => void;
}

interface Post {
  readonly receiver: Receiver;
  readonly desk: NewsDesk;
  readonly runner: Runner;
  readonly parked: ParkedEvents;
}

/** Tells receivers outside what happens: each by its own queue, so that a slow one costs only itself. */
export class Webhooks implements WebhookAdministration {
  /** What everything on this node is to use: it tells which rooms' logs grow. */
  readonly store: Store;
  readonly #options: WebhooksOptions;
  readonly #posts = new Map<string, Post>();

  constructor(options: WebhooksOptions) {
    this.#options = options;
    const {receivers, store, clock, observer, onDefect} = options;
    for (const receiver of receivers) {
      const random = (): number => Math.random();
      const runner = new Runner({receiver, store, clock, observer, random, onDefect});
      const onQueued = (): void => {
        runner.wake();
      };
      const {outbox} = store;
      const desk = new NewsDesk({receiver, most: maxQueued, outbox, clock, observer, onQueued, onDefect});
      this.#posts.set(receiver.name, {receiver, desk, runner, parked: new ParkedEvents(outbox, receiver.name)});
    }
    this.store = receivers.length === 0 ? store : markedStore(store, this.#marks());
  }

  /** To be told by whatever happens outside the rooms' logs. */
  happened(news: webhook.HubNews): void {
    const listening = [...this.#posts.values()].filter(({receiver}) => listensTo(receiver, news.name));
    if (listening.length === 0) return;
    const event = this.#eventOf(news);
    for (const {desk} of listening) desk.tell(event);
  }

  async list(): Promise<readonly ReceiverState[]> {
    const {outbox} = this.#options.store;
    return Promise.all(
      [...this.#posts.values()].map(async ({receiver: {name, url, events}, parked}) => {
        const [queued, given] = await Promise.all([outbox.size(name), parked.size()]);
        return {receiver: name, url: withoutCredentials(url), events, queued, parked: given};
      }),
    );
  }

  async parked(receiver: string, page: {cursor?: string; limit: number}): Promise<ParkedPage> {
    return this.#of(receiver).parked.list(page);
  }

  async replay(receiver: string, ids?: readonly string[]): Promise<number> {
    const {parked, runner} = this.#of(receiver);
    const count = await parked.replay(ids && new Set(ids), maxQueued);
    runner.wake();
    return count;
  }

  async discard(receiver: string, ids?: readonly string[]): Promise<number> {
    return this.#of(receiver).parked.discard(ids && new Set(ids));
  }

  async ping(receiver: string): Promise<string> {
    const {desk} = this.#of(receiver);
    const event = this.#eventOf({name: 'webhook.ping', data: {}});
    desk.tell(event);
    await desk.flush();
    return event.id;
  }

  /** Queues what is still to be queued, and leaves the queues to the other nodes. Idempotent. */
  async close(): Promise<void> {
    const posts = [...this.#posts.values()];
    await Promise.all(posts.map(({desk}) => desk.flush()));
    await Promise.all(posts.map(({runner}) => runner.close()));
  }

  #marks(): Parameters<typeof markedStore>[1] {
    return {
      grown: (room) => {
        for (const {desk} of this.#posts.values()) desk.grown(room);
      },
      created: ({room, title, access, joinAs}) => {
        this.happened({name: 'room.created', data: {room, title, access, joinAs}});
      },
    };
  }

  #eventOf(news: webhook.HubNews): CloudEvent {
    const {ids, clock} = this.#options;
    const {name, data} = news;
    return cloudEvent({id: `w_${ids.id()}`, name, subject: subjectOf(news), at: clock.now(), data});
  }

  #of(receiver: string): Post {
    const post = this.#posts.get(receiver);
    if (post === undefined) throw new ParleyError('unknown_receiver');
    return post;
  }
}

/** A user and a password in the address are nobody else's business. */
function withoutCredentials(address: string): string {
  const url = new URL(address);
  url.username = '';
  url.password = '';
  return url.href;
}
