import {ParleyError, type RoomId} from '@parley/protocol';
import type {Appended, FeedEvent, KeyedEvent, Pace} from '@parley/signaling';
import type {Standing} from './feed-message.js';
import {storeAway} from './redis-refusal.js';

/** A batch is sent before the turn is over once it has so many events or characters: one script blocks all of Redis. */
const maxEvents = 100;
const maxCharacters = 256 * 1_024;
/** More answers than this are not waited for at a time: a Redis that is frozen fills no memory here. */
const maxUnanswered = 10_000;

/** An append as the store is asked for it. */
export interface AskedAppend {
  readonly name: string;
  /** The event's data as JSON. */
  readonly json: string;
  readonly key: string | undefined;
  readonly pace: Pace | undefined;
}

/** What becomes of one append of a batch, whatever becomes of the others; an error if it is refused. */
export type AppendOutcome = Appended | ParleyError;

/** Appends to one room, in order. */
export interface AppendBatch {
  readonly asked: readonly AskedAppend[];
  /** The position of this node when the last of them was asked for. */
  readonly known: Standing | undefined;
}

/** Sends a batch within the call; resolves with as many answers, in order. */
export type SendBatch = (room: RoomId, batch: AppendBatch) => Promise<readonly AppendOutcome[]>;

interface Waiting {
  resolve(appended: Appended): void;
  reject(error: unknown): void;
}

const asked = ({name, data}: FeedEvent, rest: Pick<AskedAppend, 'key' | 'pace'>): AskedAppend => ({
  name,
  json: JSON.stringify(data),
  ...rest,
});

class Gathered {
  readonly asked: AskedAppend[] = [];
  readonly waiting: Waiting[] = [];
  known: Standing | undefined;
  characters = 0;
}

/**
 * Gathers what is appended to a room within one turn of the event loop, so that it is one script, one round trip and one
 * message to every node. Nothing waits for a later turn: a lone append leaves at the end of its own.
 */
export class AppendBatches {
  readonly #send: SendBatch;
  readonly #rooms = new Map<RoomId, Gathered>();
  #unanswered = 0;

  constructor(send: SendBatch) {
    this.#send = send;
  }

  append(
    room: RoomId,
    event: FeedEvent,
    {known, ...rest}: Pick<AskedAppend, 'key' | 'pace'> & Pick<AppendBatch, 'known'>,
  ): Promise<Appended> {
    if (this.#unanswered >= maxUnanswered) return Promise.reject(storeAway());
    const appended = this.#put(room, asked(event, rest), known);
    this.#flushIfFull(room);
    return appended;
  }

  /** All in one script, whatever their number. */
  appendTogether(
    room: RoomId,
    events: readonly KeyedEvent[],
    {known}: Pick<AppendBatch, 'known'>,
  ): Promise<readonly Appended[]> {
    if (this.#unanswered >= maxUnanswered) return Promise.reject(storeAway());
    const before = this.#rooms.get(room)?.asked.length ?? 0;
    if (before + events.length > maxEvents) this.flush(room);
    const appended = events.map(({event, key}) => this.#put(room, asked(event, {key, pace: undefined}), known));
    this.#flushIfFull(room);
    return Promise.all(appended);
  }

  /** Sends what is gathered for the room, so that what is asked of the store next comes after it. */
  flush(room: RoomId): void {
    const gathered = this.#rooms.get(room);
    if (gathered === undefined) return;
    this.#rooms.delete(room);
    void this.#settle(room, gathered);
  }

  #put(room: RoomId, append: AskedAppend, known: Standing | undefined): Promise<Appended> {
    const gathered = this.#rooms.get(room) ?? this.#begin(room);
    this.#unanswered += 1;
    gathered.known = known;
    gathered.asked.push(append);
    gathered.characters += append.name.length + append.json.length;
    return new Promise<Appended>((resolve, reject) => {
      gathered.waiting.push({resolve, reject});
    });
  }

  #flushIfFull(room: RoomId): void {
    const gathered = this.#rooms.get(room);
    if (gathered === undefined) return;
    if (gathered.asked.length >= maxEvents || gathered.characters >= maxCharacters) this.flush(room);
  }

  #begin(room: RoomId): Gathered {
    if (this.#rooms.size === 0)
      setImmediate(() => {
        for (const waiting of [...this.#rooms.keys()]) this.flush(waiting);
      });
    const gathered = new Gathered();
    this.#rooms.set(room, gathered);
    return gathered;
  }

  async #settle(room: RoomId, {asked, known, waiting}: Gathered): Promise<void> {
    try {
      const outcomes = await this.#send(room, {asked, known});
      for (const [index, one] of waiting.entries()) {
        const outcome = outcomes[index];
        if (outcome === undefined) one.reject(new Error('The store answered fewer appends than it was asked for.'));
        else if (outcome instanceof ParleyError) one.reject(outcome);
        else one.resolve(outcome);
      }
    } catch (error) {
      for (const one of waiting) one.reject(error);
    } finally {
      this.#unanswered -= waiting.length;
    }
  }
}
