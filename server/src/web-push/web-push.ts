import type {webPush as wire} from '@parley/protocol';
import type {Clock, Store, WebPushNote, WebPushSender} from '@parley/signaling';
import type {WebPushConfig} from '../config/config.js';
import {LeasedRuns} from '../webhooks/leased-runs.js';
import {endpointRefusal} from './allowed-endpoint.js';
import {PushService} from './push-service.js';
import type {QueuedNote} from './queued-note.js';
import {SendingRun} from './sending-run.js';
import type {WebPushObserver} from './web-push-observer.js';

/** No receiver of webhooks has this name: theirs have no dot. */
const queue = 'web.push';
/** Notes that may wait in the store. */
const mostQueued = 100_000;
/** Texts that are put into the store at once. */
const putAtOnce = 100;

export interface WebPushOptions {
  readonly config: WebPushConfig;
  readonly store: Pick<Store, 'outbox' | 'pushes' | 'webPush' | 'leases' | 'available'>;
  readonly clock: Clock;
  readonly observer: WebPushObserver;
  readonly onRefused: (origin: string, reason: string) => void;
  readonly onDefect: (error: unknown, context: Readonly<Record<string, string>>) => void;
}

/** Brings notes to push services: queued by any node, sent by the one that has the lease. */
export class WebPush implements WebPushSender {
  readonly publicKey: string;
  readonly #options: WebPushOptions;
  readonly #service: PushService;
  readonly #runs: LeasedRuns<SendingRun>;

  constructor(options: WebPushOptions) {
    this.#options = options;
    const {config, store, clock, observer, onRefused, onDefect} = options;
    const {vapid, allowPrivate} = config;
    this.publicKey = vapid.publicKey;
    const service = new PushService({clock, vapid, allowPrivate});
    this.#service = service;
    const random = (): number => Math.random();
    this.#runs = new LeasedRuns({
      lease: 'web-push',
      store,
      clock,
      begin: (signal) => new SendingRun({queue, store, clock, service, observer, random, onRefused, onDefect, signal}),
    });
  }

  refusalOf({endpoint}: wire.Subscription): {field: string; message: string} | undefined {
    const message = endpointRefusal(endpoint, this.#options.config);
    return message === undefined ? undefined : {field: 'endpoint', message};
  }

  async queue(notes: readonly WebPushNote[]): Promise<number> {
    const {store, clock, observer} = this.#options;
    let taken = 0;
    for (let from = 0; from < notes.length; from += putAtOnce) {
      const some = notes.slice(from, from + putAtOnce);
      const texts = some.map((note) => JSON.stringify({...note, at: clock.now()} satisfies QueuedNote));
      const fitted = await store.outbox.put(queue, texts, mostQueued);
      taken += fitted;
      if (fitted < some.length) break;
    }
    if (taken < notes.length) observer.ended('dropped', notes.length - taken);
    this.#runs.run?.fill();
    return taken;
  }

  /** What waits is left to the other nodes. Idempotent. */
  async close(): Promise<void> {
    await this.#runs.close();
    this.#service.close();
  }
}
