import type {Position, UserId} from '@parley/protocol';
import {
  deviceKeptMs,
  type Acknowledged,
  type Clock,
  type InboxBounds,
  type InboxCounts,
  type Inboxes,
  type InboxPage,
  type NewInboxPush,
  type PutOutcome,
  type WaitingChange,
} from '../ports.js';
import {Inbox} from './inbox.js';
import type {Link} from './link.js';
import {WaitingUsers} from './waiting-users.js';

/** What all nodes share: inboxes, and the devices of users by when they were last seen. */
export class InboxTable {
  readonly waiting = new WaitingUsers();
  readonly #newEpoch: () => string;
  readonly #inboxes = new Map<UserId, Inbox>();
  readonly #devices = new Map<UserId, Map<string, number>>();

  constructor(newEpoch: () => string) {
    this.#newEpoch = newEpoch;
  }

  find(user: UserId, now: number): Inbox | undefined {
    const inbox = this.#inboxes.get(user);
    return inbox !== undefined && inbox.until > now ? inbox : undefined;
  }

  open(user: UserId, now: number): Inbox {
    const inbox = this.find(user, now) ?? new Inbox(this.#newEpoch());
    this.#inboxes.set(user, inbox);
    return inbox;
  }

  devices(user: UserId): readonly string[] {
    return [...(this.#devices.get(user)?.keys() ?? [])];
  }

  see(user: UserId, device: string, {now, most}: {now: number; most: number}): void {
    const seen = this.#devices.get(user) ?? new Map<string, number>();
    seen.delete(device);
    seen.set(device, now);
    for (const [other, at] of seen) {
      if (seen.size <= most && at > now - deviceKeptMs) break;
      seen.delete(other);
      this.find(user, now)?.forget(other);
    }
    this.#devices.set(user, seen);
  }

  sweep(now: number): void {
    for (const [user, {until}] of this.#inboxes) if (until <= now) this.#inboxes.delete(user);
    for (const [user, seen] of this.#devices) {
      const last = Math.max(...seen.values());
      if (last <= now - deviceKeptMs) this.#devices.delete(user);
    }
  }
}

/** A node's view of the inboxes. */
export class MemoryInboxes implements Inboxes {
  readonly #link: Link;
  readonly #table: InboxTable;
  readonly #clock: Clock;
  readonly #bounds: InboxBounds;

  constructor(link: Link, table: InboxTable, clock: Clock, bounds: InboxBounds) {
    this.#link = link;
    this.#table = table;
    this.#clock = clock;
    this.#bounds = bounds;
  }

  put(user: UserId, push: NewInboxPush): Promise<PutOutcome> {
    return this.#link.act(() => {
      const now = this.#clock.now();
      const inbox = this.#table.open(user, now);
      inbox.sweep(now, this.#table.devices(user));
      return inbox.put(push, now, this.#bounds);
    });
  }

  read(user: UserId, device: string, after?: Position): Promise<InboxPage> {
    return this.#link.act(() => {
      const now = this.#clock.now();
      this.#table.see(user, device, {now, most: this.#bounds.devices});
      const inbox = this.#table.find(user, now);
      if (inbox === undefined) return {epoch: '', head: 0, entries: []};
      inbox.sweep(now, this.#table.devices(user));
      return inbox.read(device, after);
    });
  }

  acknowledge(user: UserId, device: string, upTo: Position): Promise<readonly Acknowledged[]> {
    return this.#link.act(() => {
      const now = this.#clock.now();
      const inbox = this.#table.find(user, now);
      if (inbox?.epoch !== upTo.epoch) return [];
      inbox.sweep(now, this.#table.devices(user));
      const acknowledged = inbox.acknowledge(device, upTo.offset);
      inbox.sweep(now, this.#table.devices(user));
      return acknowledged;
    });
  }

  count(changes: readonly WaitingChange[]): Promise<InboxCounts> {
    return this.#link.act(() => this.#table.waiting.count(changes, this.#clock.now()));
  }
}
