import {ParleyError} from '@parley/protocol';
import type {Clock, MediaEvent, NodeBus, Timer} from '../ports.js';
import type {Part, PartMedia} from './part.js';
import {methods, readMissed, type Deed, type News} from './words.js';

const checkMs = 1_000;
/** Of as many checks in a row none was answered: the node is gone, or stands still for longer than a call can bear. */
const mostMissed = 3;

export interface FarPartOptions {
  readonly bus: NodeBus;
  readonly clock: Clock;
  readonly node: string;
  readonly id: string;
  readonly isLeaving: () => boolean;
  readonly listener: (event: MediaEvent) => void;
  /** Its node is leaving; told once. It goes on for a while, so that its peers can turn away. */
  readonly onLeaving: () => void;
  readonly onEnded: () => void;
}

/**
 * A part of a call on another node, driven from the one that runs the call.
 *
 * What the part says is numbered, and what got lost on the way is fetched by the next check, so it is heard once and in
 * order. A node that does not answer, or that has left, is given up: the part says `lost`, and what is asked of it rejects with
 * `unknown_media`, what is underway too. There the part ends by itself when it is not checked any more.
 */
export class FarPart implements Part, PartMedia {
  readonly node: string;
  readonly #options: FarPartOptions;
  readonly #checking: Timer;
  readonly #waiting = new Set<(reason: ParleyError) => void>();
  #heard = 0;
  #missed = 0;
  #asking = false;
  #leaving = false;
  #ended = false;

  constructor(options: FarPartOptions) {
    this.node = options.node;
    this.#options = options;
    this.#checking = options.clock.every(checkMs, () => {
      this.#check();
    });
  }

  get media(): PartMedia {
    return this;
  }

  readonly createTransport: PartMedia['createTransport'] = (options) => this.#ask('createTransport', options);
  readonly connectTransport: PartMedia['connectTransport'] = (...args) => this.#ask('connectTransport', ...args);
  readonly restartIce: PartMedia['restartIce'] = (...args) => this.#ask('restartIce', ...args);
  readonly produce: PartMedia['produce'] = (...args) => this.#ask('produce', ...args);
  readonly pauseProducer: PartMedia['pauseProducer'] = (...args) => this.#ask('pauseProducer', ...args);
  readonly resumeProducer: PartMedia['resumeProducer'] = (...args) => this.#ask('resumeProducer', ...args);
  readonly consume: PartMedia['consume'] = (...args) => this.#ask('consume', ...args);
  readonly pauseConsumer: PartMedia['pauseConsumer'] = (...args) => this.#ask('pauseConsumer', ...args);
  readonly resumeConsumer: PartMedia['resumeConsumer'] = (...args) => this.#ask('resumeConsumer', ...args);
  readonly setConsumer: PartMedia['setConsumer'] = (...args) => this.#ask('setConsumer', ...args);
  readonly produceData: PartMedia['produceData'] = (...args) => this.#ask('produceData', ...args);
  readonly consumeData: PartMedia['consumeData'] = (...args) => this.#ask('consumeData', ...args);
  readonly resumeDataConsumer: PartMedia['resumeDataConsumer'] = (...args) => this.#ask('resumeDataConsumer', ...args);
  readonly openPipe: PartMedia['openPipe'] = () => this.#ask('openPipe');
  readonly connectPipe: PartMedia['connectPipe'] = (...args) => this.#ask('connectPipe', ...args);
  readonly send: PartMedia['send'] = (...args) => this.#ask('send', ...args);
  readonly take: PartMedia['take'] = (...args) => this.#ask('take', ...args);
  readonly sendData: PartMedia['sendData'] = (...args) => this.#ask('sendData', ...args);
  readonly takeData: PartMedia['takeData'] = (...args) => this.#ask('takeData', ...args);

  limitIncoming(transport: string, bitsPerSecond: number): void {
    this.#tell('limitIncoming', transport, bitsPerSecond);
  }

  limitOutgoing(transport: string, bitsPerSecond: number): void {
    this.#tell('limitOutgoing', transport, bitsPerSecond);
  }

  closeTransport(transport: string): void {
    this.#tell('closeTransport', transport);
  }

  closeProducer(producer: string): void {
    this.#tell('closeProducer', producer);
  }

  closeConsumer(consumer: string): void {
    this.#tell('closeConsumer', consumer);
  }

  closeDataProducer(dataProducer: string): void {
    this.#tell('closeDataProducer', dataProducer);
  }

  closeDataConsumer(dataConsumer: string): void {
    this.#tell('closeDataConsumer', dataConsumer);
  }

  followLevels(on: boolean): void {
    this.#tell('followLevels', on);
  }

  closePipe(pipe: string): void {
    this.#tell('closePipe', pipe);
  }

  stopSending(pipe: string, producer: string): void {
    this.#tell('stopSending', pipe, producer);
  }

  /** It said something. */
  hear({number, event}: News): void {
    // What is missing before it comes with the next check, and this again.
    if (this.#ended || number !== this.#heard + 1) return;
    this.#heard = number;
    if (event.kind === 'lost') this.lose();
    else this.#options.listener(event);
  }

  /** Gives it up, and says so. Idempotent. */
  lose(): void {
    if (this.#ended) return;
    this.close();
    this.#options.listener({kind: 'lost'});
  }

  /** Idempotent. */
  close(): void {
    if (this.#ended) return;
    this.#tell('close');
    this.#ended = true;
    this.#checking.cancel();
    for (const reject of this.#waiting) reject(new ParleyError('unknown_media'));
    this.#waiting.clear();
    this.#options.onEnded();
  }

  #check(): void {
    const {bus, node, id, isLeaving} = this.#options;
    if (this.#asking) this.#missed += 1;
    if (this.#missed >= mostMissed) {
      this.lose();
      return;
    }
    if (isLeaving() && !this.#leaving) {
      this.#leaving = true;
      this.#options.onLeaving();
    }
    if (this.#asking || this.#ended) return;
    this.#asking = true;
    bus.request(node, methods.check, {part: id, heard: this.#heard}).then(
      (answer) => {
        this.#asking = false;
        this.#missed = 0;
        const missed = readMissed(answer);
        if (missed === undefined) this.lose();
        else for (const news of missed) this.hear(news);
      },
      () => {
        this.#asking = false;
        this.#missed += 1;
      },
    );
  }

  #ask<V extends keyof PartMedia & Deed['verb']>(
    verb: V,
    ...args: Parameters<PartMedia[V]>
  ): Promise<Awaited<ReturnType<PartMedia[V]>>> {
    return new Promise((resolve, reject) => {
      if (this.#ended) {
        reject(new ParleyError('unknown_media'));
        return;
      }
      this.#waiting.add(reject);
      const {bus, node, id: part} = this.#options;
      bus
        .request(node, methods.ask, {part, verb, args})
        .then(
          (answer) => {
            resolve(answer as Awaited<ReturnType<PartMedia[V]>>);
          },
          (thrown: unknown) => {
            reject(thrown instanceof Error ? thrown : new ParleyError('internal'));
          },
        )
        .finally(() => this.#waiting.delete(reject));
    });
  }

  /** What need not be waited for. If the node never hears of it, it is about to be given up. */
  #tell(verb: Deed['verb'], ...args: readonly unknown[]): void {
    if (this.#ended) return;
    const {bus, node, id: part} = this.#options;
    bus.request(node, methods.ask, {part, verb, args}).catch(() => undefined);
  }
}
