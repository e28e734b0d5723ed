import type {GroupId, RoomId, SessionId, UserId} from '@parley/protocol';

/**
 * Names of everything in Redis. What a script touches shares a hash tag, so that it is in one slot of a Redis Cluster.
 * Ids hold no braces and no spaces: the contract's schemas see to it.
 */
export class Keys {
  readonly #prefix: string;

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  // No TTL: the epoch and the head of a room are kept as long as the room, and a week after it was deleted.
  feed(room: RoomId): string {
    return `${this.#prefix}room:{${room}}:feed`;
  }

  // TTL: the log's greatest age.
  log(room: RoomId): string {
    return `${this.#prefix}room:{${room}}:log`;
  }

  /** First answers by idempotency key: the hash that fills, and the one before it. TTL: twice the idempotency time. */
  answers(room: RoomId): readonly [filling: string, filled: string] {
    return [`${this.#prefix}room:{${room}}:answers`, `${this.#prefix}room:{${room}}:answers:before`];
  }

  /** Users by when they last wrote in slow mode. TTL: the slow mode's. */
  lastWords(room: RoomId): string {
    return `${this.#prefix}room:{${room}}:words`;
  }

  /** A channel, no key; in the slot of the keys by whose scripts it is published to, and so are the others. */
  feedChannel(room: RoomId): string {
    return `${this.#prefix}room:{${room}}:feed:channel`;
  }

  // No TTL, like the two below it and `rooms`: rooms and memberships last.
  room(room: RoomId): string {
    return `${this.#prefix}room:{${room}}`;
  }

  members(room: RoomId): string {
    return `${this.#prefix}room:{${room}}:members`;
  }

  membersInOrder(room: RoomId): string {
    return `${this.#prefix}room:{${room}}:order`;
  }

  /** Who was a member when the room was deleted, until that is done with. TTL: a week. */
  formerMembers(room: RoomId): string {
    return `${this.#prefix}room:{${room}}:former`;
  }

  // No TTL: what a room says of its calls lasts like the room. Only rooms that say something have it.
  callSettings(room: RoomId): string {
    return `${this.#prefix}room:{${room}}:calls`;
  }

  /** What is noted of a call while it runs. TTL: ten minutes after the last note, which its runner refreshes. */
  callNotes(room: RoomId): string {
    return `${this.#prefix}room:{${room}}:call`;
  }

  get rooms(): string {
    return `${this.#prefix}rooms`;
  }

  // No TTL, like the three below it: groups last until they are deleted.
  group(group: GroupId): string {
    return `${this.#prefix}group:{${group}}`;
  }

  groupUsers(group: GroupId): string {
    return `${this.#prefix}group:{${group}}:users`;
  }

  /** The rooms that may name the group: the rooms themselves know better. */
  roomsOfGroup(group: GroupId): string {
    return `${this.#prefix}group:{${group}}:rooms`;
  }

  get groups(): string {
    return `${this.#prefix}groups`;
  }

  /** The rooms that a user may be a member of: the rooms themselves know better. No TTL. */
  roomsOf(user: UserId): string {
    return `${this.#prefix}user:{${user}}:rooms`;
  }

  /** Rooms created within an hour. TTL: that hour. */
  creations(user: UserId): string {
    return `${this.#prefix}user:{${user}}:creations`;
  }

  // TTL of this and the two below it: refreshed while a session lives.
  session(user: UserId, session: SessionId): string {
    return `${this.#prefix}user:{${user}}:session:${session}`;
  }

  connected(user: UserId): string {
    return `${this.#prefix}user:{${user}}:connected`;
  }

  away(user: UserId): string {
    return `${this.#prefix}user:{${user}}:away`;
  }

  /** When the user was last seen. TTL: thirty days. */
  seen(user: UserId): string {
    return `${this.#prefix}user:{${user}}:seen`;
  }

  /**
   * Pushes for a user who is away: what is known of them, and themselves. TTL: the last one's. And the user's devices. TTL:
   * thirty days after the last of them was seen.
   */
  inbox(user: UserId): readonly [inbox: string, pushes: string, devices: string] {
    const inbox = `${this.#prefix}user:{${user}}:inbox`;
    return [inbox, `${inbox}:pushes`, `${this.#prefix}user:{${user}}:devices`];
  }

  /** The user's browsers, and when they are to be woken. TTL of this and the one below it: sixty days after a registration. */
  webPush(user: UserId): string {
    return `${this.#prefix}user:{${user}}:web-push`;
  }

  /** Whose browser it is. */
  webPushOwner(subscription: string): string {
    return `${this.#prefix}web-push:{${subscription}}:user`;
  }

  /** Whose session it is. TTL: refreshed while the session lives. */
  owner(session: SessionId): string {
    return `${this.#prefix}session:{${session}}:user`;
  }

  /** When to look at which session. Emptied by looking; no TTL. */
  get schedule(): string {
    return `${this.#prefix}{sessions}:schedule`;
  }

  /** The fence of whoever looked last. TTL: a day. */
  get scheduleFence(): string {
    return `${this.#prefix}{sessions}:fence`;
  }

  /** Sessions that are connected to a node, by when they are forgotten. TTL: refreshed while it has any. */
  sessionsOf(node: string): string {
    return `${this.#prefix}node:{${node}}:sessions`;
  }

  /** How many users wait for pushes, by when these are over. TTL: a day after the last of them. */
  get waitingUsers(): readonly [ends: string, users: string] {
    const waiting = `${this.#prefix}{waiting}`;
    return [`${waiting}:ends`, `${waiting}:users`];
  }

  /** What became of a push. TTL: an hour after it has expired. */
  push(id: string): string {
    return `${this.#prefix}push:{${id}}`;
  }

  /** When pushes are settled at the latest. Each goes when it is; no TTL, since the last one takes the set with it. */
  get pushEnds(): string {
    return `${this.#prefix}push-ends`;
  }

  /**
   * What is to be sent later: texts, their order, what is in whose hands, and counts. Gone when all are sent; no TTL, since what
   * was accepted is not to be lost to time.
   */
  get scheduled(): Readonly<Record<'items' | 'order' | 'given' | 'counts', string>> {
    const scheduled = `${this.#prefix}{scheduled}`;
    return {
      items: `${scheduled}:items`,
      order: `${scheduled}:order`,
      given: `${scheduled}:given`,
      counts: `${scheduled}:counts`,
    };
  }

  /** The fence of whoever sent last. TTL: a day. */
  get scheduledFence(): string {
    return `${this.#prefix}{scheduled}:fence`;
  }

  /** What became of it. TTL: an hour. */
  scheduledOver(id: string): string {
    return `${this.#prefix}{scheduled}:over:${id}`;
  }

  // TTL: the claim's or the receipt's.
  receipt(key: string): string {
    return `${this.#prefix}receipt:{${key}}`;
  }

  /** What is revoked, and the same by when it is forgotten. TTL: the longest of these times. */
  get revoked(): readonly [moments: string, byEnd: string] {
    return [`${this.#prefix}{revoked}:moments`, `${this.#prefix}{revoked}:by-end`];
  }

  /** Keys of backends as hashes, and the mark of the set. No TTL: they are good until somebody says otherwise. */
  get apiKeys(): readonly [keys: string, mark: string] {
    return [`${this.#prefix}{api-keys}:keys`, `${this.#prefix}{api-keys}:mark`];
  }

  /** When secrets of API keys were last used. No TTL: as long as the keys. */
  get apiKeyUses(): string {
    return `${this.#prefix}{api-keys}:uses`;
  }

  // TTL of this and the one below it: thirty days after the last change.
  outbox(queue: string): string {
    return `${this.#prefix}outbox:{${queue}}`;
  }

  outboxCursors(queue: string): string {
    return `${this.#prefix}outbox:{${queue}}:cursors`;
  }

  // TTL: the lease's.
  lease(name: string): string {
    return `${this.#prefix}lease:{${name}}`;
  }

  // TTL: a day after the last change of hands.
  fence(name: string): string {
    return `${this.#prefix}lease:{${name}}:fence`;
  }

  /** By last heartbeat, descriptions, and the watch over both. No TTL: as many as there are nodes. */
  get nodes(): readonly [beats: string, descriptions: string, watch: string] {
    return [`${this.#prefix}{nodes}:beats`, `${this.#prefix}{nodes}:descriptions`, `${this.#prefix}{nodes}:watch`];
  }

  /** A channel, no key. */
  get nodesChannel(): string {
    return `${this.#prefix}{nodes}:channel`;
  }

  /** A channel, no key. */
  nodeChannel(node: string): string {
    return `${this.#prefix}node:{${node}}:channel`;
  }
}
