import slotOf from 'cluster-key-slot';
import {nameOf, type ServerAddress} from './redis-target.js';

export const slotCount = 16_384;

/** A server and what it has. */
export interface ServedSlots {
  readonly address: ServerAddress;
  /** Of the server's right to them: of two that claim a slot the one with the higher epoch has it. */
  readonly epoch: number;
  readonly ranges: readonly (readonly [first: number, last: number])[];
}

/** Which server has which keys, as of some moment. */
export class Shape {
  readonly servers: ReadonlyMap<string, ServerAddress>;
  readonly #owners: readonly (string | undefined)[] | string;

  private constructor(servers: ReadonlyMap<string, ServerAddress>, owners: readonly (string | undefined)[] | string) {
    this.servers = servers;
    this.#owners = owners;
  }

  /** One server has everything. */
  static ofOne(address: ServerAddress): Shape {
    const name = nameOf(address);
    return new Shape(new Map([[name, address]]), name);
  }

  static ofCluster(claims: readonly ServedSlots[]): Shape {
    const owners = new Array<string | undefined>(slotCount);
    const epochs = new Float64Array(slotCount).fill(-1);
    const servers = new Map<string, ServerAddress>();
    for (const {address, epoch, ranges} of claims) {
      const name = nameOf(address);
      servers.set(name, address);
      for (const [first, last] of ranges)
        for (let slot = first; slot <= last; slot += 1)
          if (epoch > (epochs[slot] ?? Infinity)) {
            epochs[slot] = epoch;
            owners[slot] = name;
          }
    }
    const serving = new Set(owners);
    for (const name of servers.keys()) if (!serving.has(name)) servers.delete(name);
    return new Shape(servers, owners);
  }

  /** What may be lost together with the key: its slot, or all keys of the only server. */
  partOf(key: string): number {
    return typeof this.#owners === 'string' ? 0 : slotOf(key);
  }

  /** The server's name; undefined if nobody has the slot. */
  ownerOf(key: string): string | undefined {
    return typeof this.#owners === 'string' ? this.#owners : this.#owners[slotOf(key)];
  }

  equals(other: Shape): boolean {
    const [mine, others] = [this.#owners, other.#owners];
    if (typeof mine === 'string' || typeof others === 'string') return mine === others;
    return mine.every((owner, slot) => owner === others[slot]) && this.servers.size === other.servers.size;
  }
}
