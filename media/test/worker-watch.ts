import {observer} from 'mediasoup';
import type {Consumer, Producer, Router, WebRtcServer, Worker} from 'mediasoup/types';

/** What the running workers hold, as they say themselves. */
export interface Held {
  readonly routers: number;
  readonly handlers: number;
  readonly webRtcTransports: number;
}

/** Ids of what the routers of the running workers hold, as they say themselves; each list sorted. */
export interface HeldIds {
  readonly transports: readonly string[];
  readonly producers: readonly string[];
  readonly consumers: readonly string[];
}

/** Looks at the media workers of this process past the engine that runs them: the oracle for leaks. */
export class WorkerWatch implements Disposable {
  /** Every worker that was started since, in order. */
  readonly workers: Worker[] = [];
  readonly #servers = new Map<Worker, WebRtcServer>();
  readonly #routers = new Set<Router>();
  readonly #consumers = new Map<string, Consumer>();
  readonly #producers = new Map<string, Producer>();
  readonly #onWorker = (worker: Worker): void => {
    this.workers.push(worker);
    worker.observer.on('newwebrtcserver', (server) => this.#servers.set(worker, server));
    worker.observer.on('newrouter', (router) => {
      this.#follow(router);
    });
  };

  constructor() {
    observer.on('newworker', this.#onWorker);
  }

  [Symbol.dispose](): void {
    observer.off('newworker', this.#onWorker);
  }

  /** Lets go of workers that have ended, for who looks at what is left of them. */
  forgetEnded(): void {
    for (const worker of this.workers.filter(({closed}) => closed)) {
      this.workers.splice(this.workers.indexOf(worker), 1);
      this.#servers.delete(worker);
    }
  }

  async dump(): Promise<Held> {
    const held = {routers: 0, handlers: 0, webRtcTransports: 0};
    for (const [worker, server] of this.#servers) {
      if (worker.closed) continue;
      const dump = await worker.dump();
      held.routers += dump.routerIds.length;
      held.handlers += dump.channelMessageHandlers.channelRequestHandlers.length;
      held.webRtcTransports += (await server.dump()).webRtcTransportIds.length;
    }
    return held;
  }

  async ids(): Promise<HeldIds> {
    const dumps = await Promise.all([...this.#routers].map((router) => router.dump()));
    return {
      transports: dumps.flatMap(({transportIds}) => transportIds).sort(),
      producers: dumps.flatMap((dump) => dump.mapProducerIdConsumerIds.map(({key}) => key)).sort(),
      consumers: dumps.flatMap((dump) => dump.mapConsumerIdProducerId.map(({key}) => key)).sort(),
    };
  }

  /** Whether the worker holds the consumer back by its own decision, its producer's aside. */
  async isPaused(consumer: string): Promise<boolean> {
    const found = this.#consumers.get(consumer);
    if (found === undefined) throw new Error(`there is no consumer ${consumer}`);
    return (await found.dump()).paused;
  }

  async isProducerPaused(producer: string): Promise<boolean> {
    const found = this.#producers.get(producer);
    if (found === undefined) throw new Error(`there is no producer ${producer}`);
    return (await found.dump()).paused;
  }

  /**
   * So many receivers of the first video there is, which ask for a key frame one by one within about a second: key frames
   * come meanwhile, so that none of them is the answer to all. Gives how long that took, in milliseconds, and ends them.
   */
  async storm(receivers: number): Promise<number> {
    const producer = [...this.#producers.values()].find(({kind}) => kind === 'video');
    const [router] = this.#routers;
    if (producer === undefined || router === undefined) throw new Error('there is no video');
    const transport = await router.createPlainTransport({listenInfo: {protocol: 'udp', ip: '127.0.0.1'}});
    // Nobody need be there: what is sent gets lost.
    await transport.connect({ip: '127.0.0.1', port: 9});
    const {rtpCapabilities} = router;
    const consumers = await Promise.all(
      Array.from({length: receivers}, () => transport.consume({producerId: producer.id, rtpCapabilities})),
    );
    const from = performance.now();
    for (const consumer of consumers) {
      await consumer.requestKeyFrame();
      await new Promise((resolve) => setTimeout(resolve, 1_000 / receivers));
    }
    const tookMs = performance.now() - from;
    transport.close();
    return tookMs;
  }

  #follow(router: Router): void {
    this.#routers.add(router);
    router.observer.once('close', () => this.#routers.delete(router));
    router.observer.on('newtransport', (transport) => {
      transport.observer.on('newconsumer', (consumer) => {
        this.#consumers.set(consumer.id, consumer);
        consumer.observer.once('close', () => this.#consumers.delete(consumer.id));
      });
      transport.observer.on('newproducer', (producer) => {
        this.#producers.set(producer.id, producer);
        producer.observer.once('close', () => this.#producers.delete(producer.id));
      });
    });
  }
}
