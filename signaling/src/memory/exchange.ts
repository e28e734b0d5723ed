import type {Clock} from '../ports.js';
import type {Link} from './link.js';

/** What the exchange must know of those it connects. */
interface Endpoint {
  readonly node: string;
  readonly link: Link;
  /** Another endpoint is no longer there. */
  nodeGone(node: string): void;
}

/** Carries messages between the nodes of one world, in order, each in a turn of its own. */
export class Exchange<E extends Endpoint> {
  readonly #clock: Clock;
  readonly #nodes = new Map<string, E>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  find(node: string): E | undefined {
    return this.#nodes.get(node);
  }

  all(): Iterable<E> {
    return this.#nodes.values();
  }

  add(bus: E): void {
    this.#nodes.set(bus.node, bus);
  }

  /** A node reaches itself also while the store is away. */
  connects(from: E, to: E): boolean {
    return from === to ? from.link.alive : from.link.up;
  }

  carry(from: E, to: E, deliver: () => void): void {
    if (!this.connects(from, to)) return;
    queueMicrotask(() => {
      if (to.link.alive) deliver();
    });
  }

  remove(node: string): void {
    if (!this.#nodes.delete(node)) return;
    for (const other of this.#nodes.values())
      queueMicrotask(() => {
        other.nodeGone(node);
      });
  }

  /** The node fell silent: it is taken for dead once its heartbeats have been missed for long enough. */
  removeAfter(node: string, timeoutMs: number): void {
    this.#clock.after(timeoutMs, () => {
      this.remove(node);
    });
  }
}
