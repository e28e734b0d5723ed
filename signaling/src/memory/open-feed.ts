import type {Offset, Position} from '@parley/protocol';
import type {FeedEntry, FeedEvent, FeedListener, OpenFeed} from '../ports.js';
import type {FeedLog} from './feed-log.js';
import type {Link} from './link.js';

interface OpenFeedParts {
  readonly log: FeedLog;
  readonly link: Link;
  readonly listener: FeedListener;
  readonly onClose: (feed: MemoryOpenFeed) => void;
}

/** A node following a room's log. Deliveries come in turns of their own, as they would from a network. */
export class MemoryOpenFeed implements OpenFeed {
  readonly #link: Link;
  readonly #listener: FeedListener;
  readonly #onClose: (feed: MemoryOpenFeed) => void;
  #log: FeedLog;
  #position: Position;
  #closed = false;

  constructor({log, link, listener, onClose}: OpenFeedParts) {
    this.#log = log;
    this.#link = link;
    this.#listener = listener;
    this.#onClose = onClose;
    this.#position = {epoch: log.epoch, offset: log.head};
  }

  get node(): string {
    return this.#link.node;
  }

  get position(): Position {
    return this.#position;
  }

  recent(offset: Offset): readonly FeedEntry[] | undefined {
    return this.#log.between(offset, this.#position.offset);
  }

  deliver(entry: FeedEntry): void {
    this.#inATurn(() => {
      // What was on its way when the feed was opened is within its first position.
      if (entry.epoch !== this.#position.epoch || entry.offset <= this.#position.offset) return;
      this.#position = {epoch: entry.epoch, offset: entry.offset};
      this.#listener.onEntry(entry);
    });
  }

  deliverEphemeral(event: FeedEvent): void {
    this.#inATurn(() => {
      this.#listener.onEphemeral(event);
    });
  }

  continueWith(log: FeedLog): void {
    const position = {epoch: log.epoch, offset: log.head};
    this.#inATurn(() => {
      this.#log = log;
      this.#position = position;
      this.#listener.onReset(position);
    });
  }

  close(): Promise<void> {
    this.#closed = true;
    this.#onClose(this);
    return Promise.resolve();
  }

  /** Microtasks keep their order, and a listener that throws spoils nobody else's delivery. */
  #inATurn(deed: () => void): void {
    queueMicrotask(() => {
      if (!this.#closed && this.#link.alive) deed();
    });
  }
}
