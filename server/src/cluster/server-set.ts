import type {ServerAddress} from './redis-target.js';
import type {Topology} from './topology.js';

export interface ServerConnection {
  readonly up: boolean;
  /** Resolves once up; rejects with why the first attempt failed, and then goes on trying. */
  begin(): Promise<void>;
  close(): void;
}

export interface ServerSetOptions<C extends ServerConnection> {
  readonly topology: Topology;
  /** `first`: it was there when everything began. */
  readonly create: (address: ServerAddress, name: string, first: boolean) => C;
}

/** One connection to each server that has anything, as the topology changes. */
export class ServerSet<C extends ServerConnection> {
  readonly #options: ServerSetOptions<C>;
  readonly #connections = new Map<string, C>();

  constructor(options: ServerSetOptions<C>) {
    this.#options = options;
  }

  /** Rejects if one of them cannot be used. */
  async open(): Promise<void> {
    await Promise.all([...this.#options.topology.shape.servers].map(([name, at]) => this.#add(name, at, true).begin()));
  }

  /** Whether every server can be used. */
  get up(): boolean {
    return this.#connections.size > 0 && this.all.every(({up}) => up);
  }

  get all(): readonly C[] {
    return [...this.#connections.values()];
  }

  named(name: string): C | undefined {
    return this.#connections.get(name);
  }

  /** Who has the key at present. */
  of(key: string): C | undefined {
    const name = this.#options.topology.shape.ownerOf(key);
    return name === undefined ? undefined : this.#connections.get(name);
  }

  /** Lets those go that have nothing any more, and begins with those that are new. */
  follow(): void {
    const {servers} = this.#options.topology.shape;
    for (const [name, connection] of [...this.#connections]) {
      if (servers.has(name)) continue;
      this.#connections.delete(name);
      connection.close();
    }
    for (const [name, address] of servers) {
      // What fails is tried again by the connection itself.
      if (!this.#connections.has(name))
        this.#add(name, address, false)
          .begin()
          .catch(() => undefined);
    }
  }

  close(): void {
    for (const connection of this.all) connection.close();
    this.#connections.clear();
  }

  #add(name: string, address: ServerAddress, first: boolean): C {
    const connection = this.#options.create(address, name, first);
    this.#connections.set(name, connection);
    return connection;
  }
}
