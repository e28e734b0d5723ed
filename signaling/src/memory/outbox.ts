import type {Position, RoomId} from '@parley/protocol';
import type {Outbox, OutboxItem} from '../ports.js';
import type {Link} from './link.js';

interface Queue {
  readonly items: Map<string, string>;
  readonly cursors: Map<RoomId, Position>;
}

/** So many digits that positions compare as texts. */
const digits = 16;

/** Queues, shared by all nodes; as many as the configuration names. */
export class OutboxTable {
  readonly queues = new Map<string, Queue>();
  #last = 0;

  of(name: string): Queue {
    let queue = this.queues.get(name);
    if (queue === undefined) this.queues.set(name, (queue = {items: new Map(), cursors: new Map()}));
    return queue;
  }

  next(): string {
    this.#last += 1;
    return String(this.#last).padStart(digits, '0');
  }
}

/** A node's view of the queues. */
export class MemoryOutbox implements Outbox {
  readonly #link: Link;
  readonly #table: OutboxTable;

  constructor(link: Link, table: OutboxTable) {
    this.#link = link;
    this.#table = table;
  }

  put(queue: string, texts: readonly string[], most: number): Promise<number> {
    return this.#link.act(() => {
      const {items} = this.#table.of(queue);
      const taken = texts.slice(0, Math.max(0, most - items.size));
      for (const text of taken) items.set(this.#table.next(), text);
      return taken.length;
    });
  }

  read(queue: string, {after = '', limit}: {after?: string; limit: number}): Promise<readonly OutboxItem[]> {
    return this.#link.act(() => {
      const found: OutboxItem[] = [];
      for (const [position, text] of this.#table.of(queue).items) {
        if (found.length >= limit) break;
        if (position > after) found.push({position, text});
      }
      return found;
    });
  }

  remove(queue: string, positions: readonly string[]): Promise<void> {
    return this.#link.act(() => {
      for (const position of positions) this.#table.of(queue).items.delete(position);
    });
  }

  size(queue: string): Promise<number> {
    return this.#link.act(() => this.#table.of(queue).items.size);
  }

  cursor(queue: string, room: RoomId): Promise<Position | undefined> {
    return this.#link.act(() => this.#table.of(queue).cursors.get(room));
  }

  setCursor(queue: string, room: RoomId, position: Position): Promise<void> {
    return this.#link.act(() => {
      this.#table.of(queue).cursors.set(room, position);
    });
  }

  rooms(queue: string): ReturnType<Outbox['rooms']> {
    return this.#link.act(() => ({rooms: [...this.#table.of(queue).cursors.keys()]}));
  }
}
