import type {Epoch, Offset, Position} from '@parley/protocol';
import type {Clock, Timer} from '../clock.js';
import type {PlacedEvent} from './placed.js';

/** Early events held back while a hole is filled. What comes above it is not kept: the history brings it. */
const mostHeld = 1_000;
/** How long a promised replay may take before it is fetched instead. */
const replayMs = 3_000;
const retryMs = 500;
/** Pages that brought nothing and failed fetches in a row, before continuity is given up. */
const mostFailures = 8;

/** A page of the room's log after an offset, ascending. */
export interface FeedPage {
  readonly epoch: Epoch;
  readonly head: Offset;
  readonly events: readonly PlacedEvent[];
}

export interface FeedOrderPort {
  readonly clock: Clock;
  /** Each event once, in the order of its offset, without a hole since the last `attach` or `reset`. */
  deliver(event: PlacedEvent): void;
  /** Continuity is lost; the feed goes on after `position`. */
  reset(position: Position): void;
  /** Everything that is known to be there has been delivered. Called again after each repair or attach. */
  caughtUp(): void;
  /** The events after `offset`. Rejects if it cannot be had now. */
  load(after: Offset): Promise<FeedPage>;
}

type Following =
  /** No continuity with the server at present: early events wait for {@link FeedOrder.attach}. */
  | {readonly at: 'detached'}
  /** `head`: up to where events are known to exist. */
  | {readonly at: 'live'; readonly head: Offset; readonly watch?: Timer}
  | {readonly at: 'repairing'; readonly head: Offset};

/**
 * A room's stored events in order: duplicates are dropped, and a hole is filled from the room's history before
 * anything newer is delivered.
 *
 * Guarantee: between two resets every event with an offset above the first position is delivered exactly once,
 * ascending, whatever is doubled, lost or reordered on the way; if that is impossible, `reset` says so.
 */
export class FeedOrder {
  readonly #port: FeedOrderPort;
  readonly #held = new Map<string, PlacedEvent>();
  #position: Position | undefined;
  #following: Following = {at: 'detached'};
  /** Rises whenever a running repair becomes pointless, so that its late answers are ignored. */
  #run = 0;

  constructor(port: FeedOrderPort) {
    this.#port = port;
  }

  /** Up to where events were delivered; undefined before the first attach. */
  get position(): Position | undefined {
    return this.#position;
  }

  get isCaughtUp(): boolean {
    return this.#following.at === 'live' && (this.#position?.offset ?? 0) >= this.#following.head;
  }

  /** Where {@link attach} is going to begin: what arrives until then is held. */
  place(position: Position): void {
    this.#position = position;
  }

  /**
   * The server follows from `position` on, and events up to `head` exist: what lies between is being replayed.
   * Continuity with what was delivered before is the caller's claim; where there is none it calls {@link reset}.
   */
  attach(position: Position, head: Offset): void {
    this.#run += 1;
    this.#stopWatch();
    this.#position = position;
    const behind = position.offset < head;
    const watch = behind ? {watch: this.#port.clock.after(replayMs, () => void this.#repair())} : {};
    this.#following = {at: 'live', head, ...watch};
    this.#drain();
    if (this.isCaughtUp) this.#port.caughtUp();
  }

  /** Continuity is lost: the feed goes on after `position`. */
  reset(position: Position): void {
    this.#position = position;
    this.#port.reset(position);
    this.attach(position, position.offset);
  }

  /** The connection is gone: what was held comes again by replay. */
  detach(): void {
    this.#run += 1;
    this.#stopWatch();
    this.#held.clear();
    this.#following = {at: 'detached'};
  }

  receive(event: PlacedEvent): void {
    const following = this.#following;
    if (this.#advance(event)) {
      this.#drain();
      this.#settle();
      return;
    }
    if (this.#isOld(event)) return;
    if (this.#held.size < mostHeld) this.#held.set(`${event.position.epoch} ${event.position.offset}`, event);
    if (following.at === 'live') void this.#repair();
  }

  #isOld({position}: PlacedEvent): boolean {
    const mine = this.#position;
    return mine?.epoch === position.epoch && position.offset <= mine.offset;
  }

  /** Delivers the event if it is the next one. */
  #advance(event: PlacedEvent): boolean {
    const mine = this.#position;
    // Delivering may have led to a detach, by a handler that leaves the room.
    if (this.#following.at === 'detached') return false;
    if (mine?.epoch !== event.position.epoch || event.position.offset !== mine.offset + 1) return false;
    this.#position = event.position;
    this.#port.deliver(event);
    return true;
  }

  /** Delivers from what was held as far as it goes, and forgets what is old. */
  #drain(): void {
    for (let more = true; more && this.#position;) {
      const {epoch, offset}: Position = this.#position;
      const next = this.#held.get(`${epoch} ${offset + 1}`);
      more = next !== undefined && this.#advance(next);
    }
    for (const [key, event] of this.#held) if (this.#isOld(event)) this.#held.delete(key);
    if (this.#held.size > 0 && this.#following.at === 'live') void this.#repair();
  }

  /** Live again if nothing is missing any more. */
  #settle(): void {
    const following = this.#following;
    if (following.at === 'detached' || this.#held.size > 0 || (this.#position?.offset ?? 0) < following.head) return;
    const wasBehind = following.at === 'repairing' || following.watch !== undefined;
    this.#stopWatch();
    this.#following = {at: 'live', head: following.head};
    if (!wasBehind) return;
    this.#run += 1;
    this.#port.caughtUp();
  }

  #stopWatch(): void {
    if (this.#following.at === 'live') this.#following.watch?.cancel();
  }

  async #repair(): Promise<void> {
    if (this.#following.at !== 'live') return;
    this.#stopWatch();
    this.#following = {at: 'repairing', head: this.#following.head};
    const run = ++this.#run;
    for (let failures = 0; ;) {
      const before = this.#position;
      const page = await this.#port.load(before?.offset ?? 0).catch(() => undefined);
      if (run !== this.#run) return;
      if (page) this.#take(page);
      if (run !== this.#run) return;
      if (this.#position !== before) {
        failures = 0;
        continue;
      }
      failures += 1;
      if (failures >= mostFailures && page) {
        this.#held.clear();
        this.reset({epoch: page.epoch, offset: page.head});
        return;
      }
      await new Promise<void>((resolve) => this.#port.clock.after(retryMs * Math.min(failures, 10), resolve));
      if (run !== this.#run) return;
    }
  }

  /** Applies a page that was asked for after the present position. */
  #take({epoch, head, events}: FeedPage): void {
    const mine = this.#position;
    const first = events.find((event) => event.position.offset > (mine?.offset ?? 0));
    const trimmed = first ? first.position.offset > (mine?.offset ?? 0) + 1 : head > (mine?.offset ?? 0);
    if (mine?.epoch !== epoch || trimmed) {
      this.reset({epoch, offset: head});
      return;
    }
    for (const event of events) this.#advance(event);
    // The history is of this epoch, so what is held of another is a straggler of a log that is gone.
    for (const [key, event] of this.#held) if (event.position.epoch !== epoch) this.#held.delete(key);
    if (this.#following.at === 'repairing')
      this.#following = {at: 'repairing', head: Math.max(head, this.#following.head)};
    this.#drain();
    this.#settle();
  }
}
