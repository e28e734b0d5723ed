import type {Clock} from '../ports.js';
import type {MemoryBus} from './bus.js';

/** Carries messages between the nodes of one world, in order, each in a turn of its own. */
export class Exchange {
  readonly #clock: Clock;
  readonly #nodes = new Map<string, MemoryBus>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  find(node: string): MemoryBus | undefined {
    return this.#nodes.get(node);
  }

  all(): Iterable<MemoryBus> {
    return this.#nodes.values();
  }

  add(bus: MemoryBus): void {
    this.#nodes.set(bus.node, bus);
  }

  /** A node reaches itself also while the store is away. */
  connects(from: MemoryBus, to: MemoryBus): boolean {
    return from === to ? from.link.alive : from.link.up;
  }

  carry(from: MemoryBus, to: MemoryBus, deliver: () => void): void {
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
