import type {Offset} from '@parley/protocol';
import type {FeedEntry} from '@parley/signaling';

const maxEntries = 1_024;
const maxBytes = 512 * 1_024;

/** The newest entries of a feed without a hole, bounded by count and bytes. */
export class RecentEntries {
  #held: {readonly entry: FeedEntry; readonly bytes: number}[] = [];
  #bytes = 0;

  push(entry: FeedEntry, bytes: number): void {
    this.#held.push({entry, bytes});
    this.#bytes += bytes;
    if (this.#held.length > maxEntries || this.#bytes > maxBytes) this.#dropOldest();
  }

  clear(): void {
    this.#held = [];
    this.#bytes = 0;
  }

  /** The entries after `offset`; undefined if not all of them are held. `position` is that of the newest. */
  after(offset: Offset, position: Offset): readonly FeedEntry[] | undefined {
    const missed = position - offset;
    if (missed < 0 || missed > this.#held.length) return undefined;
    return this.#held.slice(this.#held.length - missed).map(({entry}) => entry);
  }

  /** A quarter at once, so that dropping costs little per entry; more if the bytes ask for it. */
  #dropOldest(): void {
    let drop = this.#held.length > maxEntries ? maxEntries / 4 : 0;
    let dropped = 0;
    for (const [index, {bytes}] of this.#held.entries()) {
      if (index >= drop && this.#bytes - dropped <= maxBytes) break;
      dropped += bytes;
      drop = Math.max(drop, index + 1);
    }
    this.#held = this.#held.slice(drop);
    this.#bytes -= dropped;
  }
}
