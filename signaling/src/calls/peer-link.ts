import type {RoomId} from '@parley/protocol';
import type {NumberedEvent, StreamPosition} from './peer-stream.js';
import type {ToPeer} from './words.js';

/** While an answer is awaited events wait too; an owner that sends more than this meanwhile is not to be followed. */
const mostHeld = 2_000;

/** What to do about an event that came. */
export type Reception =
  | {readonly do: 'deliver'; readonly event: NumberedEvent}
  | {readonly do: 'nothing'}
  /** Events before it are missing: ask the owner for all after the position. */
  | {readonly do: 'repair'; readonly after: StreamPosition}
  /** It cannot be followed any more. */
  | {readonly do: 'giveUp'};

const nothing: Reception = {do: 'nothing'};

/**
 * A session of this node in a call, and up to where it has been told.
 *
 * Events are held while an answer that says where the peer stands is under way, be it because they overtook it or
 * because they came right behind it: the client must see the answer first, and then what followed it, once.
 */
export class PeerLink {
  readonly room: RoomId;
  /** Who runs the call; undefined while it is being looked for. */
  owner: string | undefined;
  #position: StreamPosition | undefined;
  #holds = 0;
  #held: ToPeer[] = [];
  #closed = false;

  constructor(room: RoomId, owner?: string) {
    this.room = room;
    this.owner = owner;
  }

  get position(): StreamPosition | undefined {
    return this.#position;
  }

  get holding(): boolean {
    return this.#holds > 0;
  }

  /** More than one answer is under way. */
  get contended(): boolean {
    return this.#holds > 1;
  }

  /** The session is no longer in the call, or no longer here. */
  isClosed(): boolean {
    return this.#closed;
  }

  close(): void {
    this.#closed = true;
    this.#held = [];
  }

  hold(): void {
    this.#holds += 1;
  }

  /** The client knows everything up to the position, by an answer of the owner. */
  moveTo(owner: string, position: StreamPosition): void {
    this.owner = owner;
    this.#position = position;
  }

  /** The peer stands there, but its client was told nothing: an answer that it got or gets says more. */
  foundAt(owner: string, position: StreamPosition): void {
    this.owner = owner;
    this.#position ??= position;
  }

  /** Ends one hold; returns what was held, in order, to be received again, once nothing else holds. */
  release(): readonly ToPeer[] {
    this.#holds -= 1;
    if (this.#holds > 0) return [];
    const held = this.#held;
    this.#held = [];
    return held;
  }

  receive(word: ToPeer): Reception {
    if (this.#closed) return nothing;
    if (this.#holds > 0) {
      this.#held.push(word);
      return this.#held.length > mostHeld ? {do: 'giveUp'} : nothing;
    }
    const {stream, event} = word;
    // Of an earlier stay in the call, or of one that this node never heard the answer of.
    if (stream !== this.#position?.stream) return nothing;
    const next = this.#position.number + 1;
    if (event.number < next) return nothing;
    if (event.number > next) return {do: 'repair', after: this.#position};
    this.#position = {stream, number: event.number};
    return {do: 'deliver', event};
  }
}
