import {randomBytes} from 'node:crypto';
import type {Offset, RoomId} from '@parley/protocol';
import type {Appended, FeedEvent, FeedQuery, KeyedEvent, Pace, StoreOptions} from '@parley/signaling';
import {readAppended} from './append-answer.js';
import {AppendBatches, type AppendBatch, type AppendOutcome} from './append-batches.js';
import type {CommandLine} from './command-line.js';
import {atOf, loggedEntry, type LoggedEntry, type Standing} from './feed-message.js';
import type {Keys} from './keys.js';
import {integer, list, text} from './replies.js';
import type {RunScript} from './server-line.js';

/** A page of a log with what only this twin knows of it. */
export interface LogPage {
  /** Where the head stands; its stamp is at least that of the newest event. */
  readonly head: Standing;
  readonly tail: Offset;
  readonly logged: readonly LoggedEntry[];
  /** If the room was deleted. */
  readonly deletedAt?: number;
}

/** The newest event that this node knows of, of rooms that are lost together. */
interface Newest {
  readonly room: RoomId;
  readonly offset: Offset;
  readonly stamp: number;
  /** Whether it was found again in a store that came back: the next one is newer, be its stamp by another clock. */
  readonly verified: boolean;
  /** Of the store when it was seen: a loss that was noted since has been told. */
  readonly lineage: number;
}

/** Events that are looked for at a time. */
const batch = 500;

const paceWord = (pace: Pace | undefined): string =>
  pace === undefined ? '' : pace.exempt ? 'exempt' : `by ${pace.user}`;

const newEpoch = (): string => randomBytes(12).toString('base64url');

/**
 * The logs of rooms in Redis; each call is one script and one round trip, and appends of one turn of the event loop to one
 * room share theirs. Calls for one room take effect in the order in which they are made.
 *
 * A Redis that comes back without its latest writes has lost events of rooms that no node may have open. What it has is
 * what it had at some moment, for all rooms together (in a cluster, for all rooms of a slot): so if the newest event that this node knows of is there, nothing is lost
 * that was older. If it is not, the store is of another lineage from then on, and every room begins another epoch when it
 * is next touched.
 */
export class RoomLogs {
  readonly #line: CommandLine;
  readonly #keys: Keys;
  readonly #limits: StoreOptions['log'];
  readonly #idempotencyMs: number;
  readonly #perSecond: number;
  readonly #appends: AppendBatches;
  readonly #onLoss: () => void;
  #lineage = 0;
  readonly #newest = new Map<number, Newest>();

  constructor(
    line: CommandLine,
    keys: Keys,
    {log, idempotencyMs, limits}: StoreOptions,
    /** The store has lost events. */
    onLoss: () => void = () => undefined,
  ) {
    this.#line = line;
    this.#keys = keys;
    this.#limits = log;
    this.#idempotencyMs = idempotencyMs;
    this.#perSecond = limits.roomMessagesPerSecond;
    this.#appends = new AppendBatches((room, batch) => this.#append(room, batch));
    this.#onLoss = onLoss;
  }

  /** Which lineage the store is of, as far as is known here. */
  get lineage(): number {
    return this.#lineage;
  }

  /** Whether the room's log can be written to at this moment. */
  reaches(room: RoomId): boolean {
    return this.#line.reaches(this.#keys.feed(room));
  }

  /** `known` is the caller's own position: if the store has fallen behind it, another epoch begins. */
  append(
    room: RoomId,
    event: FeedEvent,
    {key, pace, known}: {key: string | undefined; pace?: Pace | undefined; known: Standing | undefined},
  ): Promise<Appended> {
    return this.#appends.append(room, event, {key, pace, known});
  }

  appendTogether(
    room: RoomId,
    events: readonly KeyedEvent[],
    standing: {known: Standing | undefined},
  ): Promise<readonly Appended[]> {
    return this.#appends.appendTogether(room, events, standing);
  }

  /**
   * The first keys and arguments of a script that appends one event (`include-append.lua`) besides what it does, and is run
   * within this turn; {@link saw} wants to know of its event.
   */
  appending(
    room: RoomId,
    {name, data}: FeedEvent,
  ): {readonly keys: readonly string[]; readonly args: readonly (string | number)[]} {
    this.#appends.flush(room);
    const {keys, args} = this.#appending(room, undefined);
    return {keys, args: [...args, name, JSON.stringify(data)]};
  }

  async read(room: RoomId, {after, before, limit}: FeedQuery): Promise<LogPage> {
    this.#appends.flush(room);
    const direction = after !== undefined ? 'after' : before !== undefined ? 'before' : 'newest';
    const answer = list(
      await this.#line.run(
        'read',
        [this.#keys.feed(room), this.#keys.log(room)],
        [newEpoch(), direction, after ?? before ?? 0, limit, this.#limits.events, this.#limits.ageMs, this.#lineage],
      ),
    );
    const [epoch, offset, stamp, tail, found, deleted] = answer;
    const head = {epoch: text(epoch), offset: integer(offset), stamp: integer(stamp)};
    const logged = list(found).map((item) => {
      const [at, name, data, micros] = list(item);
      return loggedEntry(head.epoch, integer(at), integer(micros), text(name), text(data));
    });
    const newest = logged.at(-1);
    if (newest) this.saw(room, {offset: newest.entry.offset, stamp: newest.stamp});
    const deletedAt = typeof deleted === 'string' ? {deletedAt: atOf(integer(deleted))} : {};
    return {head, tail: integer(tail), logged, ...deletedAt};
  }

  /**
   * Compares a position with the log; its stamp is that of the entry there, or that of the feed when its head was there.
   * If what was given out is not there any more, another epoch begins.
   */
  async check(room: RoomId, {epoch, offset, stamp}: Standing, ofEntry: boolean): Promise<Standing> {
    this.#appends.flush(room);
    const answer = list(
      await this.#line.run(
        'check',
        [this.#keys.feed(room), this.#keys.log(room)],
        [newEpoch(), epoch, offset, stamp, ofEntry ? 'entry' : 'head', this.#keys.feedChannel(room), this.#lineage],
      ),
    );
    return {epoch: text(answer[0]), offset: integer(answer[1]), stamp: integer(answer[2])};
  }

  /** An event that was in the store. */
  saw(room: RoomId, {offset, stamp}: Pick<Standing, 'offset' | 'stamp'>): void {
    const part = this.#line.partOf(this.#keys.feed(room));
    const known = this.#newest.get(part);
    if (known === undefined || known.verified || stamp > known.stamp)
      this.#newest.set(part, {room, offset, stamp, verified: false, lineage: this.#lineage});
  }

  /** What another node found out. */
  isOf(lineage: number): void {
    this.#lineage = Math.max(this.#lineage, lineage);
  }

  /**
   * A server is back, or has taken the place of another: finds out whether it still has what was had. To be asked before
   * anything else is. In a cluster each slot is looked at: they may have come from servers that lost more and less.
   */
  async verify(run: RunScript, has: (key: string) => boolean): Promise<void> {
    const known = [...this.#newest].filter(([, {room}]) => has(this.#keys.feed(room)));
    for (let start = 0; start < known.length; start += batch) {
      const lacking = await Promise.all(
        known.slice(start, start + batch).map(async ([part, newest]) => {
          const {room, offset, stamp} = newest;
          const keys = [this.#keys.feed(room), this.#keys.log(room)];
          const lacks = integer(await run('lacks', keys, [offset, stamp])) === 1;
          if (this.#newest.get(part) === newest) this.#newest.set(part, {...newest, verified: true});
          return lacks ? newest.lineage : -1;
        }),
      );
      const seenIn = Math.max(...lacking);
      if (seenIn < 0) continue;
      const [, , watch] = this.#keys.nodes;
      const lose = has(watch) ? run : this.#line.run.bind(this.#line);
      this.isOf(integer(await lose('lose', [watch], [seenIn, this.#keys.nodesChannel])));
      for (const [part] of known) this.#newest.delete(part);
      this.#onLoss();
      return;
    }
  }

  async #append(room: RoomId, {asked, known}: AppendBatch): Promise<readonly AppendOutcome[]> {
    const {keys, args} = this.#appending(room, known);
    const answer = list(
      await this.#line.run(
        'append',
        [...keys, ...this.#keys.answers(room), this.#keys.room(room), this.#keys.lastWords(room)],
        [
          ...args,
          this.#idempotencyMs,
          this.#perSecond,
          ...asked.flatMap(({name, json, key = '', pace}) => [name, json, key, paceWord(pace)]),
        ],
      ),
    );
    const {outcomes, newest} = readAppended(answer, asked.length);
    if (newest) this.saw(room, newest);
    return outcomes;
  }

  #appending(
    room: RoomId,
    known: Standing | undefined,
  ): {readonly keys: readonly string[]; readonly args: readonly (string | number)[]} {
    const {events, bytes, ageMs} = this.#limits;
    const position = [known?.epoch ?? '', known?.offset ?? 0];
    const bounds = [events, bytes, ageMs];
    return {
      keys: [this.#keys.feed(room), this.#keys.log(room)],
      args: [newEpoch(), ...position, ...bounds, this.#keys.feedChannel(room), this.#lineage],
    };
  }

  /** At most once, to whoever is subscribed; a failure is nobody's. */
  publish(room: RoomId, message: string): void {
    this.#line.publish(this.#keys.feedChannel(room), message).catch(() => undefined);
  }
}
