import {MediaError} from './errors.js';
import {Section} from './section.js';
import {worst, type Degree} from './strain.js';
import type {WorkerSlot} from './worker-slot.js';

/** Where the sections of a room may be. */
export interface Ground {
  /** The worker for another peer of a room that is on `own`. @throws MediaError `unavailable` */
  place(own: ReadonlySet<WorkerSlot>): WorkerSlot;
  /** No worker can take another peer. */
  readonly full: boolean;
}

/** A peer's place in a room while it has anything there. */
export interface Stay {
  readonly section: Section;
  /** One thing less of the peer is there. To be called once. */
  readonly leave: () => void;
}

interface Seat {
  readonly section: Promise<Section>;
  /** Known when it is open. */
  at: Section | undefined;
  /** Things of the peer that are there, or on their way. */
  uses: number;
}

/** A worker that dies while a section is opened on it is not tried again, and two that do are more than bad luck. */
const attempts = 3;

/**
 * The workers that carry a room. Peers are placed when they come, all of a peer's transports with the same worker. There
 * is always the first section, its successor if its worker died; another lives while peers are there.
 */
export class Sections {
  readonly #ground: Ground;
  readonly #open = new Map<WorkerSlot, Promise<Section>>();
  readonly #seats = new Map<string, Seat>();
  readonly #all = new Set<Section>();
  #main: Section | undefined;
  #onLost: (peers: readonly string[]) => void = () => undefined;
  #closed = false;

  /** Rejects with `unavailable` if there is no worker to begin on. */
  static async begin(ground: Ground): Promise<Sections> {
    const sections = new Sections(ground);
    const slot = ground.place(new Set());
    slot.expect('call');
    await sections.#on(slot);
    return sections;
  }

  private constructor(ground: Ground) {
    this.#ground = ground;
  }

  /** Who is told the peers of a worker that died. */
  listen(onLost: (peers: readonly string[]) => void): void {
    this.#onLost = onLost;
  }

  /** The one that lives as long as any; undefined when none is left. */
  get main(): Section | undefined {
    return this.#main;
  }

  get slots(): Iterable<WorkerSlot> {
    return this.#open.keys();
  }

  get count(): number {
    return this.#all.size;
  }

  get full(): boolean {
    return this.#ground.full;
  }

  /** How strained the most strained of its workers is. */
  get strain(): Degree {
    return worst([...this.#all].map(({slot}) => slot.strain));
  }

  /** Something of the peer is to be made: where it is already, or where there is room. */
  async enter(peer: string): Promise<Stay> {
    let seat = this.#seats.get(peer);
    if (seat === undefined) this.#seats.set(peer, (seat = {section: this.#find(), at: undefined, uses: 0}));
    const own = seat;
    own.uses += 1;
    const leave = (): void => {
      own.uses -= 1;
      // With a worker that dies everything ends; who was there is told when all of it has.
      if (own.uses > 0 || own.at?.closed === true) return;
      if (this.#seats.get(peer) === own) this.#seats.delete(peer);
      if (own.at !== undefined) this.#closeIfEmpty(own.at);
    };
    try {
      own.at = await own.section;
    } catch (thrown) {
      leave();
      throw thrown;
    }
    return {section: own.at, leave};
  }

  /** Idempotent. */
  close(): void {
    this.#closed = true;
    for (const section of this.#all) section.close();
    this.#all.clear();
    this.#open.clear();
    this.#seats.clear();
    this.#main = undefined;
  }

  async #find(): Promise<Section> {
    for (let attempt = 1; ; attempt += 1) {
      const slot = this.#ground.place(new Set(this.#open.keys()));
      slot.expect('peer');
      try {
        return await this.#on(slot);
      } catch (thrown) {
        if (attempt === attempts || this.#closed) throw thrown;
      }
    }
  }

  #on(slot: WorkerSlot): Promise<Section> {
    let opening = this.#open.get(slot);
    if (opening === undefined) this.#open.set(slot, (opening = this.#begin(slot)));
    return opening;
  }

  async #begin(slot: WorkerSlot): Promise<Section> {
    try {
      const section = await Section.open(slot, (lost) => {
        this.#lost(lost);
      });
      if (this.#closed) {
        section.close();
        throw new MediaError('unknown', 'The room was closed meanwhile.');
      }
      this.#all.add(section);
      this.#main ??= section;
      return section;
    } catch (thrown) {
      this.#open.delete(slot);
      throw thrown;
    }
  }

  #lost(section: Section): void {
    if (!this.#forget(section)) return;
    if (this.#main === section) [this.#main] = this.#all;
    const peers: string[] = [];
    for (const [peer, {at}] of this.#seats) if (at === section) peers.push(peer);
    for (const peer of peers) this.#seats.delete(peer);
    this.#onLost(peers);
  }

  #closeIfEmpty(section: Section): void {
    if (section === this.#main || [...this.#seats.values()].some(({at}) => at === undefined || at === section)) return;
    if (this.#forget(section)) section.close();
  }

  #forget(section: Section): boolean {
    this.#open.delete(section.slot);
    return this.#all.delete(section);
  }
}
