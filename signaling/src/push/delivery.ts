import {push as wire, type RoomId, type SessionId} from '@parley/protocol';
import {byNode} from '../nodes/by-node.js';
import type {NodeWords, PushPayload} from '../nodes/node-words.js';
import type {Broadcaster, SessionRecord} from '../ports.js';
import type {RoomHubs} from '../rooms/room-hubs.js';
import type {LocalSessions} from '../sessions/local-sessions.js';

export interface DeliveryOptions {
  readonly words: NodeWords;
  readonly broadcaster: Broadcaster;
  readonly local: LocalSessions;
  readonly hubs: RoomHubs;
}

/**
 * Hands pushes to sessions on all nodes and counts them. A node that does not answer in time counts for nothing: its
 * sessions may have been reached, but nobody can say so.
 */
export class Delivery {
  readonly #options: DeliveryOptions;

  constructor(options: DeliveryOptions) {
    this.#options = options;
    const {words, local, hubs, broadcaster} = options;
    words.answer('hub.push.sessions', ({sessions, payload}) => ({reached: this.#toLocal(sessions, payload)}));
    words.answer('hub.push.room', ({room, payload}) => {
      const reached = hubs.find(room)?.size ?? 0;
      if (reached > 0) broadcaster.publish(room, wire.received.name, payload);
      return {reached};
    });
    words.answer('hub.push.all', ({payload}) => {
      broadcaster.publishToAll(wire.received.name, payload);
      return {reached: local.size};
    });
    words.answer('hub.room.size', ({room}) => ({sessions: hubs.find(room)?.size ?? 0}));
  }

  /** Asks only the nodes that have the sessions. */
  toSessions(records: readonly SessionRecord[], payload: PushPayload): Promise<number> {
    const nodes = byNode(records.filter(({state}) => state === 'connected'));
    return total(
      [...nodes].map(async ([node, there]) => {
        const sessions = there.map(({session}) => session);
        return (await this.#options.words.ask(node, 'hub.push.sessions', {sessions, payload})).reached;
      }),
    );
  }

  toRoom(room: RoomId, payload: PushPayload): Promise<number> {
    return this.#onEveryNode(async (node) => {
      const {reached} = await this.#options.words.ask(node, 'hub.push.room', {room, payload});
      return reached;
    });
  }

  toAll(payload: PushPayload): Promise<number> {
    return this.#onEveryNode(async (node) => (await this.#options.words.ask(node, 'hub.push.all', {payload})).reached);
  }

  /** Sessions that are in the room at this moment. */
  inRoom(room: RoomId): Promise<number> {
    return this.#onEveryNode(async (node) => (await this.#options.words.ask(node, 'hub.room.size', {room})).sessions);
  }

  #toLocal(sessions: readonly SessionId[], payload: PushPayload): number {
    return sessions.filter((session) => this.#options.local.find(session)?.send(wire.received, payload)).length;
  }

  #onEveryNode(count: (node: string) => Promise<number>): Promise<number> {
    return total(this.#options.words.nodes.map(count));
  }
}

async function total(counts: readonly Promise<number>[]): Promise<number> {
  const settled = await Promise.allSettled(counts);
  return settled.reduce((sum, one) => sum + (one.status === 'fulfilled' ? one.value : 0), 0);
}
