import type {UserId, webPush} from '@parley/protocol';
import {
  mostSubscriptions,
  subscriptionKeptMs,
  type Clock,
  type KnownSubscription,
  type WebPushDirectory,
  type WebPushStanding,
  type WebPushSubscription,
} from '../ports.js';
import type {Link} from './link.js';

interface Held {
  until: number;
  policy?: webPush.Policy;
  /** By id, in the order of registering. */
  readonly subscriptions: Map<string, KnownSubscription>;
}

/** The browsers of users, shared by all nodes. */
export class WebPushTable {
  readonly held = new Map<UserId, Held>();
  /** By subscription. */
  readonly owners = new Map<string, UserId>();

  open(user: UserId, now: number): Held {
    const held = this.find(user, now) ?? {until: 0, subscriptions: new Map<string, KnownSubscription>()};
    held.until = now + subscriptionKeptMs;
    this.held.set(user, held);
    return held;
  }

  find(user: UserId, now: number): Held | undefined {
    const held = this.held.get(user);
    if (held === undefined || held.until <= now) return undefined;
    for (const [id, {at}] of held.subscriptions) if (at + subscriptionKeptMs <= now) this.drop(user, held, id);
    return held;
  }

  drop(user: UserId, {subscriptions}: Held, id: string): void {
    subscriptions.delete(id);
    if (this.owners.get(id) === user) this.owners.delete(id);
  }

  sweep(now: number): void {
    for (const [user, held] of this.held) {
      this.find(user, now);
      if (held.until > now) continue;
      for (const id of [...held.subscriptions.keys()]) this.drop(user, held, id);
      this.held.delete(user);
    }
  }
}

/** A node's view of the browsers. */
export class MemoryWebPush implements WebPushDirectory {
  readonly #link: Link;
  readonly #table: WebPushTable;
  readonly #clock: Clock;

  constructor(link: Link, table: WebPushTable, clock: Clock) {
    this.#link = link;
    this.#table = table;
    this.#clock = clock;
  }

  register(user: UserId, subscription: WebPushSubscription): Promise<void> {
    return this.#link.act(() => {
      const now = this.#clock.now();
      const held = this.#table.open(user, now);
      const {subscriptions} = held;
      subscriptions.delete(subscription.id);
      subscriptions.set(subscription.id, {...subscription, at: now});
      this.#table.owners.set(subscription.id, user);
      for (const id of subscriptions.keys()) {
        if (subscriptions.size <= mostSubscriptions) break;
        this.#table.drop(user, held, id);
      }
    });
  }

  remove(user: UserId, id: string): Promise<void> {
    return this.#link.act(() => {
      const held = this.#table.find(user, this.#clock.now());
      if (held) this.#table.drop(user, held, id);
    });
  }

  setPolicy(user: UserId, policy: webPush.Policy): Promise<void> {
    return this.#link.act(() => {
      this.#table.open(user, this.#clock.now()).policy = policy;
    });
  }

  of(users: readonly UserId[]): Promise<ReadonlyMap<UserId, WebPushStanding>> {
    return this.#link.act(() => {
      const found = new Map<UserId, WebPushStanding>();
      for (const user of users) {
        const held = this.#table.find(user, this.#clock.now());
        if (held === undefined) continue;
        const subscriptions = [...held.subscriptions.values()].filter(({id}) => this.#table.owners.get(id) === user);
        found.set(user, {...(held.policy && {policy: held.policy}), subscriptions});
      }
      return found;
    });
  }
}
