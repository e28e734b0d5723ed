import {ParleyError} from '@parley/protocol';
import type {Clock, Lease, Leases, StoreOptions, Timer} from '@parley/signaling';
import type {CommandLine} from './command-line.js';
import type {Keys} from './keys.js';
import {integer, texts} from './replies.js';

/** How often some rooms are looked at, and how many: very many rooms take a while, and nobody waits for it. */
const defaultTickMs = 1_000;
const batch = 100;
/** Names that are kept in mind. */
const maxSuspects = 1_000;
/** After how long all rooms are looked at again. */
const defaultRestMs = 10 * 60_000;

export interface HousekeeperOptions {
  readonly line: CommandLine;
  readonly keys: Keys;
  readonly clock: Clock;
  readonly leases: Leases;
  readonly log: StoreOptions['log'];
  readonly onDefect: (error: unknown, context: Readonly<Record<string, string>>) => void;
  readonly tickMs?: number;
  readonly restMs?: number;
}

/**
 * Drops from the logs of all rooms what is too old, and from the list of rooms what is none: on one node of the cluster at a
 * time, by the lease `housekeeper`. A node that was frozen and goes on at the wrong time does no harm: what is too old is
 * decided by the store, and a room that is there is put back on the list.
 */
export class Housekeeper {
  readonly #options: HousekeeperOptions;
  readonly #timer: Timer;
  #lease: Lease | undefined;
  #working: Promise<void> | undefined;
  /** Names without a room. They may be about to be created, whose name is noted first: the next time tells. */
  readonly #suspects = new Set<string>();
  #after = '';
  #restUntil = 0;

  constructor(options: HousekeeperOptions) {
    this.#options = options;
    this.#timer = options.clock.every(options.tickMs ?? defaultTickMs, () => {
      this.#tick();
    });
  }

  async close(): Promise<void> {
    this.#timer.cancel();
    await this.#working;
    await this.#lease?.release();
    this.#lease = undefined;
  }

  #tick(): void {
    if (this.#options.clock.now() < this.#restUntil || !this.#options.line.up) return;
    this.#working ??= this.#work()
      .catch((error: unknown) => {
        // The store is away: the next tick tries again.
        if (!(error instanceof ParleyError)) this.#options.onDefect(error, {task: 'housekeeper'});
      })
      .finally(() => {
        this.#working = undefined;
      });
  }

  async #work(): Promise<void> {
    const lease = await this.#held();
    if (lease === undefined || lease.lost.aborted) return;
    const {line, keys, clock, restMs = defaultRestMs} = this.#options;
    const from = this.#after === '' ? '-' : `(${this.#after}`;
    const rooms = texts(await line.call('ZRANGEBYLEX', keys.rooms, from, '+', 'LIMIT', 0, batch));
    await Promise.all(rooms.map((room) => this.#lookAt(room)));
    this.#after = rooms.length < batch ? '' : (rooms.at(-1) ?? '');
    if (this.#after === '') this.#restUntil = clock.now() + restMs;
  }

  async #lookAt(room: string): Promise<void> {
    const {line, keys, log} = this.#options;
    const exists = async (): Promise<boolean> => integer(await line.call('EXISTS', keys.room(room))) === 1;
    await line.run('trim', [keys.feed(room), keys.log(room)], [log.events, log.ageMs]);
    if (await exists()) {
      this.#suspects.delete(room);
    } else if (this.#suspects.delete(room)) {
      await line.call('ZREM', keys.rooms, room);
      if (await exists()) await line.call('ZADD', keys.rooms, 0, room);
    } else if (this.#suspects.size < maxSuspects) {
      this.#suspects.add(room);
    }
  }

  async #held(): Promise<Lease | undefined> {
    if (this.#lease && !this.#lease.lost.aborted) return this.#lease;
    const acquired = await this.#options.leases.acquire('housekeeper');
    this.#lease = 'heldBy' in acquired ? undefined : acquired;
    return this.#lease;
  }
}
