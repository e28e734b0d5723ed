import {ParleyError} from '@parley/protocol';
import type {CallsOptions} from '../calls-part.js';
import type {MediaEvent, EngineRoom, Timer} from '../ports.js';
import {methods, newsTopic, readCheck, readDeed, readOpening, type Deed, type News} from './words.js';

const lookMs = 1_000;
/** A part that was not checked in so many looks belongs to nobody any more: its peers were told so. */
const mostUnchecked = 8;
/** News that its owner has not acknowledged: with more of them it has not listened for long. */
const mostNews = 2_000;
const mostParts = 1_000;
/** When this node leaves: their owners find out within a second, and let their peers have 8 s to turn away. */
const desertedMs = 10_000;
const retryAfterMs = 5_000;

interface Hosted {
  readonly owner: string;
  readonly room: EngineRoom;
  readonly news: News[];
  said: number;
  unchecked: number;
}

export interface PartHostOptions extends Pick<CallsOptions, 'clock' | 'store' | 'media' | 'isLeaving'> {
  /** Whether this node carries parts of calls that others run. */
  readonly takes: boolean;
}

/** The parts that this node carries of calls that other nodes run. They live while their owners look after them. */
export class PartHost {
  readonly #options: PartHostOptions;
  readonly #parts = new Map<string, Hosted>();
  readonly #looking: Timer;
  readonly #onDeserted: (() => void)[] = [];

  constructor(options: PartHostOptions) {
    this.#options = options;
    const {bus} = options.store;
    bus.handle(methods.open, async (word, owner) => {
      const {part, call} = readOpening(word);
      await this.#open(part, call, owner);
      return {};
    });
    bus.handle(methods.ask, (word, from) => this.#carryOut(readDeed(word), from));
    bus.handle(methods.check, (word, from) => {
      const {part, heard} = readCheck(word);
      return Promise.resolve({missed: this.#check(part, heard, from)});
    });
    bus.onNodeGone((node) => {
      for (const [id, {owner}] of [...this.#parts]) if (owner === node) this.#close(id);
    });
    this.#looking = options.clock.every(lookMs, () => {
      this.#look();
    });
  }

  /** Resolves when there is none, or when their owners have had time enough. */
  deserted(): Promise<void> {
    if (this.#parts.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = this.#options.clock.after(desertedMs, resolve);
      this.#onDeserted.push(() => {
        timer.cancel();
        resolve();
      });
    });
  }

  close(): void {
    this.#looking.cancel();
    for (const id of [...this.#parts.keys()]) this.#close(id);
  }

  async #open(id: string, call: string, owner: string): Promise<void> {
    const {media, store, takes, isLeaving} = this.#options;
    if (!takes || isLeaving(store.bus.node)) throw new ParleyError('unavailable', {retryAfterMs});
    if (this.#parts.size >= mostParts || media.fullForMs !== undefined) {
      throw new ParleyError('overloaded', {retryAfterMs: media.fullForMs ?? retryAfterMs});
    }
    const early: MediaEvent[] = [];
    let tell = (event: MediaEvent): void => void early.push(event);
    const room = await media.open(call, (event) => {
      tell(event);
    });
    const hosted: Hosted = {owner, room, news: [], said: 0, unchecked: 0};
    this.#parts.set(id, hosted);
    tell = (event) => {
      this.#say(id, hosted, event);
    };
    for (const event of early) tell(event);
  }

  /** What is asked of a part that is not there is as unknown as the part. */
  async #carryOut({part, verb, args}: Deed, from: string): Promise<unknown> {
    const hosted = this.#parts.get(part);
    if (hosted?.owner !== from) throw new ParleyError('unknown_media');
    if (verb === 'close') {
      this.#close(part);
      return undefined;
    }
    const room = hosted.room as unknown as Readonly<Record<typeof verb, (...args: readonly unknown[]) => unknown>>;
    return await room[verb](...args);
  }

  /** What it said after that; undefined if it is not there. */
  #check(part: string, heard: number, from: string): readonly News[] | undefined {
    const hosted = this.#parts.get(part);
    if (hosted?.owner !== from) return undefined;
    hosted.unchecked = 0;
    const known = hosted.news.findIndex(({number}) => number > heard);
    hosted.news.splice(0, known === -1 ? hosted.news.length : known);
    return hosted.news;
  }

  #say(id: string, hosted: Hosted, event: MediaEvent): void {
    if (this.#parts.get(id) !== hosted) return;
    const {bus} = this.#options.store;
    hosted.said += 1;
    const news = {number: hosted.said, event};
    bus.send(hosted.owner, newsTopic, {part: id, ...news});
    if (event.kind === 'lost' || hosted.news.length >= mostNews) this.#close(id);
    else hosted.news.push(news);
  }

  #look(): void {
    for (const [id, hosted] of [...this.#parts]) {
      hosted.unchecked += 1;
      if (hosted.unchecked > mostUnchecked) this.#close(id);
    }
  }

  /** Its owner finds out, if there is one: it is not there when it is checked. */
  #close(id: string): void {
    const hosted = this.#parts.get(id);
    this.#parts.delete(id);
    hosted?.room.close();
    if (this.#parts.size > 0) return;
    for (const resolve of this.#onDeserted.splice(0)) resolve();
  }
}
