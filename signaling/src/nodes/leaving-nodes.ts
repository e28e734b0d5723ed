import type {NodeBus} from '../ports.js';

const topic = 'hub.node.leaving';

/**
 * The nodes that said that they hand their clients over and will be gone.
 *
 * Only a hint: the word may be lost, and a node that came later has not heard it. Whoever asks a leaving node for
 * something new is refused, and asks another.
 */
export class LeavingNodes {
  readonly #bus: NodeBus;
  readonly #leaving = new Set<string>();

  constructor(bus: NodeBus) {
    this.#bus = bus;
    bus.on(topic, (_word, from) => {
      this.#leaving.add(from);
    });
    bus.onNodeGone((node) => {
      this.#leaving.delete(node);
    });
  }

  /** Tells all nodes that this one is leaving. */
  announce(): void {
    this.#leaving.add(this.#bus.node);
    this.#bus.broadcast(topic, {});
  }

  has(node: string): boolean {
    return this.#leaving.has(node);
  }

  /** Other nodes, which may take over the clients of this one. */
  get others(): number {
    return this.#bus.nodes().filter(({node, clients}) => clients && node !== this.#bus.node && !this.has(node)).length;
  }
}
