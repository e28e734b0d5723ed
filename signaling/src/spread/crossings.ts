import {ParleyError} from '@parley/protocol';
import type {Clock, Timer} from '../ports.js';
import {CrossingLink} from './crossing-link.js';
import type {Home} from './home.js';
import type {Part} from './part.js';

/** Who turns a page back, or unpauses, needs the same again. */
const lingerMs = 2_000;
/** Measures, of 2 s each, for which nothing of what is sent arrives, before a pipe is made anew; twice as many each time. */
const firstPatience = 3;
const mostPatience = 48;

/** A producer of a track or of data, and the node that it comes in at. */
export interface Source {
  readonly id: string;
  readonly what: 'track' | 'data';
  readonly part: Part;
  /** Whether the home of the call listens to it. */
  readonly voice: boolean;
}

/** A producer that is to be had on another node, until it is released or what it came by broke. */
export interface Hold {
  readonly stands: boolean;
  /** Idempotent. */
  release(): void;
}

/** On its own node a producer is as it is. */
const onTheSpot: Hold = {stands: true, release: () => undefined};

interface Link {
  readonly between: readonly [Part, Part];
  readonly opened: Promise<CrossingLink>;
  /** Known when it is open. */
  link: CrossingLink | undefined;
  crossings: number;
}

interface Crossing {
  readonly source: Source;
  readonly link: Link;
  readonly made: Promise<void>;
  holders: number;
  lingering: Timer | undefined;
}

/** Of a pipe: an end is gone, or nothing that one end sends arrives at the other. */
export type Breakage = 'closed' | 'blocked';

export interface CrossingsOptions {
  readonly clock: Clock;
  readonly home: Pick<Home, 'part'>;
  /** A pipe had to be made anew: what went by it is to be offered again. */
  readonly onBroken: (how: Breakage, between: readonly string[]) => void;
}

/**
 * Brings producers to the nodes where they are wanted: once to each node, by one pipe between any two parts. What nobody
 * wants there any more is taken down after a moment, and the pipe with the last of it. What breaks is forgotten, so that it is
 * made anew for whoever wants it again.
 */
export class Crossings {
  readonly #options: CrossingsOptions;
  readonly #all = new Map<Part, Map<string, Crossing>>();
  readonly #links = new Set<Link>();
  /** By the nodes, whatever parts of theirs. */
  readonly #patience = new Map<string, number>();

  constructor(options: CrossingsOptions) {
    this.#options = options;
  }

  /** The producer is to be had at `target` until it is released. Rejects as the nodes do. */
  async hold(source: Source, target: Part): Promise<Hold> {
    if (source.part === target) return onTheSpot;
    const there = this.#at(target);
    let crossing = there.get(source.id);
    if (crossing === undefined) there.set(source.id, (crossing = this.#begin(source, target)));
    const own = crossing;
    own.holders += 1;
    own.lingering?.cancel();
    own.lingering = undefined;
    let held = true;
    const release = (): void => {
      if (!held) return;
      held = false;
      own.holders -= 1;
      if (own.holders === 0 && there.get(source.id) === own) this.#linger(own, target);
    };
    try {
      await own.made;
      if (there.get(source.id) !== own) throw new ParleyError('unknown_media');
      return {
        get stands() {
          return there.get(source.id) === own;
        },
        release,
      };
    } catch (thrown) {
      release();
      throw thrown;
    }
  }

  /** Its producer pauses or goes on: so it does wherever it was brought to. */
  async pause(source: Source, paused: boolean): Promise<void> {
    const pausing: Promise<void>[] = [];
    for (const [{media}, there] of this.#all) {
      const crossing = there.get(source.id);
      if (crossing === undefined) continue;
      const pause = crossing.made.then(() =>
        paused ? media.pauseProducer(source.id) : media.resumeProducer(source.id),
      );
      pausing.push(pause);
    }
    // What broke meanwhile is made anew as it then is.
    await Promise.allSettled(pausing);
  }

  /** The producer is no more. */
  end({id}: Source): void {
    for (const [part, there] of this.#all) {
      const crossing = there.get(id);
      if (crossing !== undefined) this.#end(crossing, part);
    }
  }

  /** One end of a pipe is gone. */
  broken(part: Part, pipe: string): void {
    for (const link of [...this.#links]) if (link.link?.hasEnd(part, pipe) === true) this.#drop(link, 'closed');
  }

  /** A pipe does not carry this one any more. */
  stopped(part: Part, pipe: string, id: string): void {
    for (const [target, there] of this.#all) {
      const crossing = there.get(id);
      if (crossing?.link.link?.hasEnd(part, pipe) === true) this.#end(crossing, target);
    }
  }

  /** What an end of a pipe carried within 2 s. */
  measured(part: Part, pipe: string, carried: {receivedBytes: number; sentBytes: number}): void {
    for (const link of [...this.#links]) {
      if (link.link?.hasEnd(part, pipe) !== true) continue;
      const key = nodesOf(link).join(' ');
      const unheard = link.link.measured(part, carried);
      const patience = this.#patience.get(key) ?? firstPatience;
      if (unheard === 0 && carried.receivedBytes > 0) this.#patience.delete(key);
      if (unheard < patience) continue;
      this.#patience.set(key, Math.min(patience * 2, mostPatience));
      this.#drop(link, 'blocked');
    }
  }

  /** A node is gone, and nothing more is to be asked of it. */
  partLost(part: Part): void {
    for (const link of [...this.#links]) if (link.between.includes(part)) this.#drop(link, undefined);
    this.#all.delete(part);
  }

  /** The parts are closed, and all that is on them. */
  close(): void {
    for (const there of this.#all.values()) for (const {lingering} of there.values()) lingering?.cancel();
    this.#all.clear();
    this.#links.clear();
  }

  #begin(source: Source, target: Part): Crossing {
    const link = this.#link(source.part, target);
    link.crossings += 1;
    const crossing: Crossing = {
      source,
      link,
      made: this.#carry(source, target, link),
      holders: 0,
      lingering: undefined,
    };
    crossing.made.catch(() => {
      // A link that could not be opened is tried anew; one that stands goes with the last crossing.
      if (this.#all.get(target)?.get(source.id) === crossing) this.#forget(crossing, target);
    });
    return crossing;
  }

  async #carry(source: Source, target: Part, link: Link): Promise<void> {
    const {id, part: from, what} = source;
    const open = await link.opened;
    const [near, far] = [open.endAt(from), open.endAt(target)];
    if (what === 'data') {
      await target.media.takeData(far, id, await from.media.sendData(near, id));
      return;
    }
    const track = await from.media.send(near, id);
    const voice = source.voice && target === this.#options.home.part;
    await target.media.take(far, id, {...track, voice});
  }

  #linger(crossing: Crossing, target: Part): void {
    crossing.lingering = this.#options.clock.after(lingerMs, () => {
      if (crossing.holders === 0) this.#end(crossing, target);
    });
  }

  #end(crossing: Crossing, target: Part): void {
    const {id, part: from, what} = crossing.source;
    if (what === 'track') target.media.closeProducer(id);
    else target.media.closeDataProducer(id);
    const pipe = crossing.link.link?.endAt(from);
    if (pipe !== undefined) from.media.stopSending(pipe, id);
    this.#forget(crossing, target);
  }

  #forget(crossing: Crossing, target: Part): void {
    crossing.lingering?.cancel();
    const {link, source} = crossing;
    const there = this.#all.get(target);
    if (there?.get(source.id) === crossing) there.delete(source.id);
    if (there?.size === 0) this.#all.delete(target);
    link.crossings -= 1;
    if (link.crossings > 0) return;
    if (this.#links.delete(link)) this.#closeLink(link);
  }

  #drop(link: Link, how: Breakage | undefined): void {
    this.#links.delete(link);
    for (const there of this.#all.values()) {
      for (const [id, crossing] of there) {
        if (crossing.link !== link) continue;
        crossing.lingering?.cancel();
        there.delete(id);
      }
    }
    this.#closeLink(link);
    if (how !== undefined) this.#options.onBroken(how, nodesOf(link));
  }

  #closeLink(link: Link): void {
    link.opened.then(
      (open) => {
        open.close();
      },
      () => undefined,
    );
  }

  /** The same for both directions. */
  #link(one: Part, other: Part): Link {
    for (const link of this.#links) if (link.between.includes(one) && link.between.includes(other)) return link;
    const opened = CrossingLink.open(one, other);
    const link: Link = {between: [one, other], opened, link: undefined, crossings: 0};
    this.#links.add(link);
    opened.then(
      (open) => {
        link.link = open;
      },
      () => {
        this.#links.delete(link);
      },
    );
    return link;
  }

  #at(part: Part): Map<string, Crossing> {
    let there = this.#all.get(part);
    if (there === undefined) this.#all.set(part, (there = new Map<string, Crossing>()));
    return there;
  }
}

const nodesOf = ({between}: Link): readonly string[] => between.map(({node}) => node).sort();
