import type {Clock, Lease, Leases, Timer} from '../ports.js';
import type {Link} from './link.js';

interface Held {
  readonly name: string;
  readonly node: string;
  readonly leaseMs: number;
  readonly lost: AbortController;
  /** Whether its node was given it and has not taken it up yet. */
  readonly passed: boolean;
  /** Set while the lease cannot be renewed. */
  expiry: Timer | undefined;
}

/** Who holds what, shared by all nodes. Renewal is implied: a lease ends with its node or the store's availability. */
export class LeaseTable {
  readonly #clock: Clock;
  readonly #held = new Map<string, Held>();
  #lastFence = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  holder(name: string): string | undefined {
    return this.#held.get(name)?.node;
  }

  /** The lease, if it is free or waits for this node to take it up; else who holds it. */
  grant(name: string, node: string, leaseMs: number): Lease | {readonly heldBy: string} {
    const former = this.#held.get(name);
    if (former !== undefined && !(former.passed && former.node === node)) return {heldBy: former.node};
    if (former !== undefined) this.#end(former);
    const held = this.#hold({name, node, leaseMs, passed: false});
    this.#lastFence += 1;
    const release = (): Promise<void> => {
      // What was lost is not its any more to give: it runs out.
      if (!held.lost.signal.aborted) this.#end(held);
      return Promise.resolve();
    };
    const pass = (to: string): Promise<void> => {
      if (held.lost.signal.aborted) return Promise.resolve();
      this.#end(held);
      this.#expire(this.#hold({name, node: to, leaseMs, passed: true}));
      return Promise.resolve();
    };
    return {name, fence: this.#lastFence, lost: held.lost.signal, release, pass};
  }

  /** A farewell: what the node held is free at once. */
  endOf(node: string): void {
    for (const held of this.#ofNode(node)) this.#end(held);
  }

  /** From now on these are not renewed: lost to their holders at once, free for others when they run out. */
  abandon(node: string): void {
    for (const held of this.#ofNode(node)) {
      held.lost.abort();
      this.#expire(held);
    }
  }

  /** The store is away: whatever is not renewed before it runs out is lost. */
  suspend(): void {
    for (const held of this.#held.values()) this.#expire(held);
  }

  renewAll(): void {
    for (const held of this.#held.values()) {
      if (held.lost.signal.aborted || held.passed) continue;
      held.expiry?.cancel();
      held.expiry = undefined;
    }
  }

  #hold(what: Omit<Held, 'lost' | 'expiry'>): Held {
    const held: Held = {...what, lost: new AbortController(), expiry: undefined};
    this.#held.set(what.name, held);
    return held;
  }

  #ofNode(node: string): readonly Held[] {
    return [...this.#held.values()].filter((held) => held.node === node);
  }

  #expire(held: Held): void {
    held.expiry ??= this.#clock.after(held.leaseMs, () => {
      this.#end(held);
    });
  }

  #end(held: Held): void {
    held.expiry?.cancel();
    held.lost.abort();
    if (this.#held.get(held.name) === held) this.#held.delete(held.name);
  }
}

/** A node's view of the leases. */
export class MemoryLeases implements Leases {
  readonly #link: Link;
  readonly #table: LeaseTable;
  readonly #leaseMs: number;

  constructor(link: Link, table: LeaseTable, leaseMs: number) {
    this.#link = link;
    this.#table = table;
    this.#leaseMs = leaseMs;
  }

  acquire(name: string): Promise<Lease | {readonly heldBy: string}> {
    return this.#link.act(() => this.#table.grant(name, this.#link.node, this.#leaseMs));
  }

  holder(name: string): Promise<string | undefined> {
    return this.#link.act(() => this.#table.holder(name));
  }
}
