import {ParleyError, type Offset, type Position, type RoomId} from '@parley/protocol';
import type {FeedEntry, FeedListener} from '@parley/signaling';
import type {FeedMessage, LoggedEntry, Standing} from './feed-message.js';
import {RecentEntries} from './recent-entries.js';
import type {LogPage, RoomLogs} from './room-log.js';

/** Entries read from the log at a time: to begin with, and while repairing. */
const pageSize = 500;

/**
 * Where the follower is with its feed.
 * - `opening`: subscribed, the position is not known yet.
 * - `live`: what the channel carries next is the next entry.
 * - `repairing`: something was missed; the log is read until nothing heard of is missing, and nothing newer is delivered.
 * - `stale`: something was missed and the log cannot be read; `compare` or the next message tries again.
 */
type State = 'opening' | 'live' | 'repairing' | 'stale' | 'closed';

export interface RoomFollowerOptions {
  readonly room: RoomId;
  readonly logs: Pick<RoomLogs, 'read' | 'check'>;
  /** So many entries that the channel did not carry were read from the log. */
  readonly onRepaired: (entries: number) => void;
  readonly onDefect: (error: unknown, context: Readonly<Record<string, string>>) => void;
}

/**
 * Follows one room's log for this node: turns at-most-once messages of the room's channel into every entry exactly once
 * in the order of offsets, or a reset. The stamp decides what is old whatever way it came: messages and answers travel on
 * different connections, so either may overtake the other.
 */
export class RoomFollower {
  readonly #room: RoomId;
  readonly #logs: RoomFollowerOptions['logs'];
  readonly #onRepaired: RoomFollowerOptions['onRepaired'];
  readonly #onDefect: RoomFollowerOptions['onDefect'];
  readonly #listeners = new Set<FeedListener>();
  readonly #recent = new RecentEntries();
  #state: State = 'opening';
  #standing: Standing = {epoch: '', offset: 0, stamp: 0};
  /** Whether the stamp is that of the entry at the position; else it is that of the feed when its head was there. */
  #ofEntry = false;
  /** The newest that is known of and not delivered. */
  #heard: Standing | undefined;
  #catchingUp: Promise<void> | undefined;
  /** Whether an entry came by the channel since the last `compare`: a message that was lost shows by the next one. */
  #busy = false;
  /**
   * The channel was interrupted and the position not compared since. A store that came back with older data gives the
   * same offsets to other events, so until then what seems to be the next entry may follow on ones never seen here.
   */
  #inDoubt = false;

  constructor({room, logs, onRepaired, onDefect}: RoomFollowerOptions) {
    this.#room = room;
    this.#logs = logs;
    this.#onRepaired = onRepaired;
    this.#onDefect = onDefect;
  }

  /** What an append tells the store; undefined if nothing is known yet. */
  get standing(): Standing | undefined {
    return this.#state === 'opening' ? undefined : this.#standing;
  }

  get position(): Position {
    return {epoch: this.#standing.epoch, offset: this.#standing.offset};
  }

  recent(offset: Offset): readonly FeedEntry[] | undefined {
    return this.#recent.after(offset, this.#standing.offset);
  }

  add(listener: FeedListener): void {
    this.#listeners.add(listener);
  }

  delete(listener: FeedListener): void {
    this.#listeners.delete(listener);
  }

  close(): void {
    this.#state = 'closed';
    this.#listeners.clear();
    this.#recent.clear();
  }

  /** The channel is subscribed: finds the position. Rejects if the log cannot be read. */
  async begin(): Promise<void> {
    const {head, logged} = await this.#logs.read(this.#room, {limit: pageSize});
    for (const {entry, bytes} of logged) this.#recent.push(entry, bytes);
    this.#standing = head;
    this.#ofEntry = logged.at(-1)?.stamp === head.stamp;
    await this.#catchUp();
    if (this.#inDoubt) await this.compare({always: true});
  }

  /** The channel is not subscribed at present: nothing is delivered before the position is compared again. */
  interrupted(): void {
    this.#inDoubt = true;
  }

  receive(message: FeedMessage): void {
    if (this.#is('closed')) return;
    switch (message.kind) {
      case 'ephemeral':
        this.#tell((listener) => {
          listener.onEphemeral(message.event);
        });
        break;
      case 'epoch':
        if (this.#state !== 'live' || this.#inDoubt) this.#hear(message.standing);
        else if (message.standing.stamp > this.#standing.stamp) this.#reset(message.standing);
        break;
      case 'entries':
        this.#busy = true;
        for (const logged of message.logged) this.#receiveEntry(logged);
    }
  }

  /**
   * Compares the position with the log's head and repairs what is missing; rejects if the log cannot be read. Unless
   * `always`, a live room that was busy and not interrupted is passed over: its next message shows what is missing.
   */
  async compare({always}: {always: boolean}): Promise<void> {
    const busy = this.#busy;
    this.#busy = false;
    if (this.#is('opening') || this.#is('closed')) return;
    if (busy && !always && this.#is('live') && !this.#inDoubt) return;
    const asked = this.#standing;
    const head = await this.#logs.check(this.#room, asked, this.#ofEntry);
    if (this.#is('closed')) return;
    // An interruption since then breaks the connection of the answer too, or the store did not go away.
    this.#inDoubt = false;
    // If another epoch began here meanwhile, the answer is about the past.
    if (this.#standing.epoch === asked.epoch) {
      if (head.epoch !== asked.epoch) this.#reset(head);
      else if (head.offset > this.#standing.offset) this.#hear(head);
    }
    await this.#catchUp();
  }

  #receiveEntry(logged: LoggedEntry): void {
    if (this.#is('live') && !this.#inDoubt) {
      this.#receiveLive(logged);
      return;
    }
    this.#hear(standingOf(logged));
    if (this.#is('stale') && !this.#inDoubt) this.#later(this.#catchUp());
  }

  #receiveLive(logged: LoggedEntry): void {
    const standing = standingOf(logged);
    if (standing.stamp <= this.#standing.stamp) return;
    if (standing.epoch !== this.#standing.epoch) {
      this.#reset({...standing, offset: standing.offset - 1, stamp: standing.stamp - 1});
      this.#deliver(logged);
    } else if (standing.offset === this.#standing.offset + 1) {
      this.#deliver(logged);
    } else {
      this.#hear(standing);
      // Newer and yet not further: the store went back, and the comparison begins another epoch.
      this.#later(standing.offset > this.#standing.offset ? this.#catchUp() : this.compare({always: true}));
    }
  }

  #hear(standing: Standing): void {
    if (this.#heard === undefined || standing.stamp > this.#heard.stamp) this.#heard = standing;
  }

  /** Reads from the log until nothing that was heard of is missing. Rejects if it cannot be read. */
  #catchUp(): Promise<void> {
    this.#catchingUp ??= this.#readOn().finally(() => {
      this.#catchingUp = undefined;
    });
    return this.#catchingUp;
  }

  async #readOn(): Promise<void> {
    this.#enter('repairing');
    try {
      while (this.#heard !== undefined && this.#heard.stamp > this.#standing.stamp && !this.#is('closed')) {
        const [heard, standing] = [this.#heard, this.#standing];
        const page = await this.#logs.read(this.#room, {after: standing.offset, limit: pageSize});
        if (this.#inDoubt) {
          this.#enter('stale');
          return;
        }
        await this.#continue(page);
        // The log was read after it was heard of and does not have it: it went with what the store has lost.
        if (this.#heard === heard && this.#standing === standing) break;
      }
      this.#heard = undefined;
      this.#enter('live');
    } catch (error) {
      this.#enter('stale');
      throw error;
    }
  }

  async #continue({head, tail, logged}: LogPage): Promise<void> {
    const {epoch, offset} = this.#standing;
    if (head.epoch === epoch && head.offset < offset) {
      this.#reset(await this.#logs.check(this.#room, this.#standing, this.#ofEntry));
    } else if (head.epoch !== epoch || tail > offset + 1) {
      this.#reset(head);
    } else {
      for (const entry of logged) this.#deliver(entry);
      if (logged.length > 0) this.#onRepaired(logged.length);
      if (this.#standing.offset !== head.offset || this.#standing.stamp === head.stamp) return;
      // Nothing is missing up to the head, though its stamp is not that of an entry.
      this.#standing = head;
      this.#ofEntry = false;
    }
  }

  #deliver(logged: LoggedEntry): void {
    if (this.#is('closed')) return;
    const {entry, bytes} = logged;
    this.#standing = standingOf(logged);
    this.#ofEntry = true;
    this.#recent.push(entry, bytes);
    this.#tell((listener) => {
      listener.onEntry(entry);
    });
  }

  #reset(standing: Standing): void {
    if (this.#is('closed')) return;
    this.#standing = standing;
    this.#ofEntry = false;
    this.#recent.clear();
    const {position} = this;
    this.#tell((listener) => {
      listener.onReset(position);
    });
  }

  /** A listener that throws spoils nobody else's delivery. */
  #tell(what: (listener: FeedListener) => void): void {
    for (const listener of this.#listeners) {
      try {
        what(listener);
      } catch (error) {
        this.#onDefect(error, {room: this.#room});
      }
    }
  }

  /** Work that nobody waits for: if the store is away, its return is the occasion to try again. */
  #later(work: Promise<void>): void {
    work.catch((error: unknown) => {
      if (!(error instanceof ParleyError)) this.#onDefect(error, {room: this.#room});
    });
  }

  #enter(state: State): void {
    if (!this.#is('closed')) this.#state = state;
  }

  #is(state: State): boolean {
    return this.#state === state;
  }
}

const standingOf = ({entry: {epoch, offset}, stamp}: LoggedEntry): Standing => ({epoch, offset, stamp});
