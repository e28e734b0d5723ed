import {push as wire, type RoomId, type UserId} from '@parley/protocol';
import {byNode} from '../nodes/by-node.js';
import type {NodeWords, PushPayload} from '../nodes/node-words.js';
import type {Broadcaster, SessionRecord} from '../ports.js';
import type {PushExcept} from '../pushes.js';
import type {RoomHubs} from '../rooms/room-hubs.js';
import type {ConnectedSession} from '../sessions/connected-session.js';
import type {LocalSessions} from '../sessions/local-sessions.js';
import type {Awaited} from './awaited.js';
import {exclusion} from './exclusion.js';

export interface DeliveryOptions {
  readonly words: NodeWords;
  readonly broadcaster: Broadcaster;
  readonly local: LocalSessions;
  readonly hubs: RoomHubs;
  readonly awaited: Awaited;
}

/** Sessions that a push was meant for, and those that it was handed to. */
export interface Handed {
  readonly addressed: number;
  readonly reached: number;
}

/**
 * Hands pushes to sessions on all nodes and counts them. A node that does not answer in time has reached nobody: its
 * sessions may have been reached, but nobody can say so.
 *
 * Where nobody is left out, a room and everybody are one publication on each node; otherwise it is sent one by one.
 */
export class Delivery {
  readonly #options: DeliveryOptions;

  constructor(options: DeliveryOptions) {
    this.#options = options;
    const {words, local, hubs, broadcaster} = options;
    words.answer('hub.push.sessions', ({sessions, payload}) => {
      this.#expect(payload);
      return {reached: sessions.filter((session) => local.find(session)?.send(wire.received, payload)).length};
    });
    words.answer('hub.push.users', ({users, payload, except}) => {
      this.#expect(payload);
      const wanted = new Set(users);
      return {reached: this.#toSome(payload, except, ({user}) => wanted.has(user))};
    });
    words.answer('hub.push.room', ({room, payload, except}) => {
      this.#expect(payload);
      if (except) return {reached: this.#toSome(payload, except, (session) => session.inRoom(room))};
      const reached = hubs.find(room)?.size ?? 0;
      if (reached > 0) broadcaster.publish(room, wire.received.name, payload);
      return {reached};
    });
    words.answer('hub.push.all', ({payload, except}) => {
      this.#expect(payload);
      if (except) return {reached: this.#toSome(payload, except, () => true)};
      broadcaster.publishToAll(wire.received.name, payload);
      return {reached: local.size};
    });
    words.answer('hub.room.size', ({room}) => ({sessions: hubs.find(room)?.size ?? 0}));
  }

  /** Asks only the nodes that have the sessions. */
  async toSessions(records: readonly SessionRecord[], payload: PushPayload): Promise<Handed> {
    const connected = records.filter(({state}) => state === 'connected');
    const reached = await total(
      [...byNode(connected)].map(async ([node, there]) => {
        const sessions = there.map(({session}) => session);
        return (await this.#options.words.ask(node, 'hub.push.sessions', {sessions, payload})).reached;
      }),
    );
    return {addressed: connected.length, reached};
  }

  toUsers(users: readonly UserId[], payload: PushPayload, except?: PushExcept): Promise<Handed> {
    const asked = {users, payload, ...(except && {except})};
    return this.#onEveryNode((node) => this.#options.words.ask(node, 'hub.push.users', asked));
  }

  toRoom(room: RoomId, payload: PushPayload, except?: PushExcept): Promise<Handed> {
    const asked = {room, payload, ...(except && {except})};
    return this.#onEveryNode((node) => this.#options.words.ask(node, 'hub.push.room', asked));
  }

  toAll(payload: PushPayload, except?: PushExcept): Promise<Handed> {
    const asked = {payload, ...(except && {except})};
    return this.#onEveryNode((node) => this.#options.words.ask(node, 'hub.push.all', asked));
  }

  /** Sessions that are in the room at this moment. */
  inRoom(room: RoomId): Promise<Handed> {
    return this.#onEveryNode(async (node) => {
      const {sessions} = await this.#options.words.ask(node, 'hub.room.size', {room});
      return {reached: sessions};
    });
  }

  #expect({id, ack}: PushPayload): void {
    if (ack === true) this.#options.awaited.expect(id);
  }

  #toSome(
    payload: PushPayload,
    except: PushExcept | undefined,
    isMeant: (session: ConnectedSession) => boolean,
  ): number {
    const isExcluded = exclusion(except);
    let reached = 0;
    for (const session of this.#options.local) {
      if (isMeant(session) && !isExcluded(session) && session.send(wire.received, payload)) reached += 1;
    }
    return reached;
  }

  async #onEveryNode(hand: (node: string) => Promise<{reached: number}>): Promise<Handed> {
    const reached = await total(this.#options.words.nodes.map(async (node) => (await hand(node)).reached));
    return {addressed: reached, reached};
  }
}

async function total(counts: readonly Promise<number>[]): Promise<number> {
  const settled = await Promise.allSettled(counts);
  return settled.reduce((sum, one) => sum + (one.status === 'fulfilled' ? one.value : 0), 0);
}
