import type {CallsOptions} from '../calls-part.js';
import type {MediaEngine, NodeBus, Timer} from '../ports.js';
import type {Spread} from './part.js';

const topic = 'media.standing';
const tellMs = 2_000;
/** What a node said of itself is believed for so long. */
const goodForMs = 7_000;
/** For so long nobody is sent to a node that media did not get through to, or from. */
const doubtMs = 60_000;

interface Standing {
  readonly full: boolean;
  readonly load: number;
  readonly pipeAddress: string | undefined;
  readonly takes: boolean;
  readonly at: number;
}

export interface StandingsOptions extends Pick<CallsOptions, 'clock' | 'store' | 'isLeaving'> {
  readonly media: Pick<MediaEngine, 'available' | 'fullForMs' | 'load' | 'pipeAddress'>;
  readonly spread: Spread;
}

/** How much room the nodes with media have, as each says of itself every 2 s. Only a hint: it may be outdated. */
export class Standings {
  readonly #options: StandingsOptions;
  readonly #known = new Map<string, Standing>();
  /** Until when. */
  readonly #doubted = new Map<string, number>();
  readonly #telling: Timer;

  constructor(options: StandingsOptions) {
    this.#options = options;
    const {bus} = options.store;
    bus.on(topic, (word, node) => {
      this.#heard(node, word);
    });
    bus.onNodeGone((node) => {
      this.#known.delete(node);
      this.#doubted.delete(node);
    });
    this.#telling = options.clock.every(tellMs, () => {
      this.#tell();
    });
  }

  close(): void {
    this.#telling.cancel();
  }

  /** Media did not get through between it and another. */
  doubt(node: string): void {
    this.#doubted.set(node, this.#options.clock.now() + doubtMs);
  }

  /** By what is known: a node that was not heard of is not. */
  isFull(node: string): boolean {
    return this.#of(node)?.full ?? false;
  }

  /** Whether a part of a call of this node can go there. */
  takes(node: string): boolean {
    const {store, media, clock, isLeaving} = this.#options;
    const standing = this.#of(node);
    if (standing === undefined || !standing.takes || standing.full || isLeaving(node)) return false;
    if ((this.#doubted.get(node) ?? 0) > clock.now()) return false;
    return node !== store.bus.node && reaches(media.pipeAddress, standing.pipeAddress);
  }

  /** The nodes where a part can go, the one with most room first. */
  get roomy(): readonly string[] {
    return [...this.#known]
      .filter(([node]) => this.takes(node))
      .sort(([, one], [, other]) => one.load - other.load)
      .map(([node]) => node);
  }

  #of(node: string): Standing | undefined {
    const standing = this.#known.get(node);
    return standing !== undefined && this.#options.clock.now() - standing.at <= goodForMs ? standing : undefined;
  }

  #tell(): void {
    const {media, store, spread} = this.#options;
    if (!media.available) return;
    const {load, pipeAddress} = media;
    const full = media.fullForMs !== undefined;
    store.bus.broadcast(topic, {full, load, pipeAddress, takes: spread !== 'off' && pipeAddress !== undefined});
  }

  #heard(node: string, word: unknown): void {
    const {full, load, pipeAddress, takes}: Readonly<Record<string, unknown>> =
      typeof word === 'object' && word !== null ? {...word} : {};
    // Of a node that is not known to live nothing would say when it is gone.
    if (!isLive(this.#options.store.bus, node)) return;
    this.#known.set(node, {
      full: full === true,
      load: typeof load === 'number' ? load : 0,
      pipeAddress: typeof pipeAddress === 'string' ? pipeAddress : undefined,
      takes: takes === true,
      at: this.#options.clock.now(),
    });
  }
}

const isLive = (bus: NodeBus, node: string): boolean => bus.nodes().some((one) => one.node === node);
const isLoopback = (address: string): boolean => address === '::1' || address.startsWith('127.');
const isV6 = (address: string): boolean => address.includes(':');

/** Whether packets can go between two such addresses, as far as that shows in them. */
function reaches(own: string | undefined, other: string | undefined): boolean {
  if (own === undefined || other === undefined) return false;
  return isLoopback(own) === isLoopback(other) && isV6(own) === isV6(other);
}
