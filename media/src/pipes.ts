import type {DataProducer, Producer} from 'mediasoup/types';
import type {MediaClock} from './clock.js';
import {MediaError} from './errors.js';
import {PipeLink, type Closable} from './pipe-link.js';
import type {Section} from './section.js';

/** A producer, of a track or of data, and where its peer sends it. */
export interface Source<P = Producer> {
  readonly producer: P;
  readonly section: Section;
}

/** A producer within reach of who needs it, until they release it. */
export interface Held<P = Producer> {
  readonly producer: P;
  /** Idempotent. */
  readonly release: () => void;
}

/** Who turns a page back, or unpauses, needs the same again. */
const lingerMs = 2_000;

interface Pipe<P> {
  readonly made: Promise<P>;
  holders: number;
  lingering: {cancel(): void} | undefined;
}

/** By where they lead, and the id of what they carry. */
type PipeMap<P> = Map<Section, Map<string, Pipe<P>>>;

/** Makes one over a link. */
type Carry<P> = (link: PipeLink) => Promise<P>;

interface Link {
  readonly opened: Promise<PipeLink>;
  pipes: number;
}

/**
 * Brings the producers of a room to the workers where they are needed: one pipe for each producer and worker, however many
 * need it there, over one link between any two workers. What nobody needs any more is taken down after a moment.
 */
export class Pipes {
  readonly #clock: MediaClock;
  readonly #tracks: PipeMap<Producer> = new Map();
  readonly #data: PipeMap<DataProducer> = new Map();
  readonly #links = new Map<Section, Map<Section, Link>>();
  #closed = false;

  constructor(clock: MediaClock) {
    this.#clock = clock;
  }

  /** Pipes that are there, or on their way. */
  get count(): number {
    let count = 0;
    for (const all of [this.#tracks, this.#data]) for (const pipes of all.values()) count += pipes.size;
    return count;
  }

  /** The producer as it is at `target`. Rejects as the workers do if one of them dies, or it is closed. */
  hold(source: Source, target: Section): Promise<Held> {
    const {producer, section} = source;
    return this.#hold(this.#tracks, source, target, (link) => link.carry(producer, section, target));
  }

  holdData(source: Source<DataProducer>, target: Section): Promise<Held<DataProducer>> {
    const {producer, section} = source;
    return this.#hold(this.#data, source, target, (link) => link.carryData(producer, section, target));
  }

  /** The room is closed: its routers, and what is on them, are closed by their sections. */
  close(): void {
    this.#closed = true;
    for (const all of [this.#tracks, this.#data]) {
      for (const pipes of all.values()) for (const pipe of pipes.values()) pipe.lingering?.cancel();
      all.clear();
    }
    this.#links.clear();
  }

  async #hold<P extends Closable>(
    all: PipeMap<P>,
    source: Source<P>,
    target: Section,
    carry: Carry<P>,
  ): Promise<Held<P>> {
    if (this.#closed) throw new MediaError('unknown', 'The room was closed.');
    if (source.section === target) return {producer: source.producer, release: () => undefined};
    const {id} = source.producer;
    const pipes = among(all, target, () => new Map<string, Pipe<P>>());
    const pipe = among(pipes, id, () => this.#begin(all, source, target, carry));
    pipe.holders += 1;
    pipe.lingering?.cancel();
    pipe.lingering = undefined;
    let held = true;
    const release = (): void => {
      if (!held) return;
      held = false;
      pipe.holders -= 1;
      if (pipe.holders === 0 && pipes.get(id) === pipe && !this.#closed) this.#linger(pipe);
    };
    try {
      const producer = await pipe.made;
      if (producer.closed) throw new MediaError('unknown', 'It was closed meanwhile.');
      return {producer, release};
    } catch (thrown) {
      release();
      throw thrown;
    }
  }

  #begin<P extends Closable>(all: PipeMap<P>, source: Source<P>, target: Section, carry: Carry<P>): Pipe<P> {
    const {id} = source.producer;
    const pipe: Pipe<P> = {made: this.#make(source, target, carry), holders: 0, lingering: undefined};
    const forget = (): void => {
      pipe.lingering?.cancel();
      const pipes = all.get(target);
      if (pipes?.get(id) !== pipe) return;
      pipes.delete(id);
      if (pipes.size === 0) all.delete(target);
    };
    pipe.made.then((producer) => {
      if (producer.closed) forget();
      else producer.observer.once('close', forget);
      // At once, and not only when the worker says so: another of the same id may be there by then.
      if (source.producer.closed) producer.close();
      else
        source.producer.observer.once('close', () => {
          producer.close();
        });
    }, forget);
    return pipe;
  }

  async #make<P extends Closable>({section}: Source<P>, target: Section, carry: Carry<P>): Promise<P> {
    const link = this.#link(section, target);
    link.pipes += 1;
    const done = (): void => {
      link.pipes -= 1;
      if (link.pipes === 0) this.#unlink(section, target, link);
    };
    try {
      const piped = await carry(await link.opened);
      if (piped.closed || this.#closed) throw new MediaError('unknown', 'It was closed meanwhile.');
      piped.observer.once('close', done);
      return piped;
    } catch (thrown) {
      done();
      throw thrown;
    }
  }

  #linger<P extends Closable>(pipe: Pipe<P>): void {
    pipe.lingering = this.#clock.after(lingerMs, () => {
      if (pipe.holders > 0) return;
      pipe.made.then(
        (producer) => {
          producer.close();
        },
        () => undefined,
      );
    });
  }

  /** The same for both directions. */
  #link(one: Section, other: Section): Link {
    const known = this.#links.get(one)?.get(other);
    if (known !== undefined) return known;
    const link: Link = {opened: PipeLink.open(one, other), pipes: 0};
    among(this.#links, one, () => new Map<Section, Link>()).set(other, link);
    among(this.#links, other, () => new Map<Section, Link>()).set(one, link);
    return link;
  }

  #unlink(one: Section, other: Section, link: Link): void {
    for (const [from, to] of [
      [one, other],
      [other, one],
    ] as const) {
      const links = this.#links.get(from);
      if (links?.get(to) === link) links.delete(to);
      if (links?.size === 0) this.#links.delete(from);
    }
    link.opened.then(
      (opened) => {
        opened.close();
      },
      () => undefined,
    );
  }
}

function among<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}
