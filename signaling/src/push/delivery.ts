import {push as wire, type RoomId, type UserId} from '@parley/protocol';
import {byNode} from '../nodes/by-node.js';
import type {NodeWords, PushPayload, PushToHandOn} from '../nodes/node-words.js';
import type {Broadcaster, Clock, SessionRecord} from '../ports.js';
import type {PushExcept} from '../pushes.js';
import type {RoomHubs} from '../rooms/room-hubs.js';
import type {ConnectedSession} from '../sessions/connected-session.js';
import type {LocalSessions} from '../sessions/local-sessions.js';
import type {Awaited} from './awaited.js';
import {exclusion} from './exclusion.js';
import {HandedOnce} from './handed-once.js';

export interface DeliveryOptions {
  readonly clock: Pick<Clock, 'now'>;
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

/** `once`: the push may have been sent before by another node; nodes that handed it on already do not do so again. */
export interface HandingOn {
  readonly except?: PushExcept;
  readonly once: boolean;
}

/**
 * Hands pushes to sessions on all nodes and counts them. A node that does not answer in time has reached nobody: its
 * sessions may have been reached, but nobody can say so.
 *
 * Where nobody is left out, a room and everybody are one publication on each node; otherwise it is sent one by one.
 */
export class Delivery {
  readonly #options: DeliveryOptions;
  readonly #handed: HandedOnce;

  constructor(options: DeliveryOptions) {
    this.#options = options;
    const {clock, words, local, hubs, broadcaster} = options;
    this.#handed = new HandedOnce(clock);
    words.answer('hub.push.sessions', ({sessions, ...push}) => ({
      reached: this.#handOn(
        push,
        ({payload}) => sessions.filter((id) => local.find(id)?.send(wire.received, payload)).length,
      ),
    }));
    words.answer('hub.push.users', ({users, ...push}) => {
      const wanted = new Set(users);
      return {reached: this.#handOn(push, (given) => this.#toSome(given, ({user}) => wanted.has(user)))};
    });
    words.answer('hub.push.room', ({room, ...push}) => ({
      reached: this.#handOn(push, (given) => {
        if (given.except) return this.#toSome(given, (session) => session.inRoom(room));
        const reached = hubs.find(room)?.size ?? 0;
        if (reached > 0) broadcaster.publish(room, wire.received.name, given.payload);
        return reached;
      }),
    }));
    words.answer('hub.push.all', (push) => ({
      reached: this.#handOn(push, (given) => {
        if (given.except) return this.#toSome(given, () => true);
        broadcaster.publishToAll(wire.received.name, given.payload);
        return local.size;
      }),
    }));
    words.answer('hub.room.size', ({room}) => ({sessions: hubs.find(room)?.size ?? 0}));
  }

  /** Asks only the nodes that have the sessions. */
  async toSessions(records: readonly SessionRecord[], payload: PushPayload, how: HandingOn): Promise<Handed> {
    const connected = records.filter(({state}) => state === 'connected');
    const push = asked(payload, how);
    const reached = await total(
      [...byNode(connected)].map(async ([node, there]) => {
        const sessions = there.map(({session}) => session);
        return (await this.#options.words.ask(node, 'hub.push.sessions', {sessions, ...push})).reached;
      }),
    );
    return {addressed: connected.length, reached};
  }

  /** Of the users of a group some at a time: they are told apart by their first. */
  toUsers(users: readonly UserId[], payload: PushPayload, how: HandingOn): Promise<Handed> {
    const push = asked(payload, how, users[0]);
    return this.#onEveryNode((node) => this.#options.words.ask(node, 'hub.push.users', {users, ...push}));
  }

  toRoom(room: RoomId, payload: PushPayload, how: HandingOn): Promise<Handed> {
    const push = asked(payload, how);
    return this.#onEveryNode((node) => this.#options.words.ask(node, 'hub.push.room', {room, ...push}));
  }

  toAll(payload: PushPayload, how: HandingOn): Promise<Handed> {
    return this.#onEveryNode((node) => this.#options.words.ask(node, 'hub.push.all', asked(payload, how)));
  }

  /** Sessions that are in the room at this moment. */
  inRoom(room: RoomId): Promise<Handed> {
    return this.#onEveryNode(async (node) => {
      const {sessions} = await this.#options.words.ask(node, 'hub.room.size', {room});
      return {reached: sessions};
    });
  }

  #handOn(push: PushToHandOn, hand: (push: PushToHandOn) => number): number {
    const {payload, once} = push;
    if (payload.ack === true) this.#options.awaited.expect(payload.id);
    return once === undefined ? hand(push) : this.#handed.once(once, () => hand(push));
  }

  #toSome({payload, except}: PushToHandOn, isMeant: (session: ConnectedSession) => boolean): number {
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

const asked = (payload: PushPayload, {except, once}: HandingOn, part = ''): PushToHandOn => ({
  payload,
  ...(except && {except}),
  ...(once && {once: `${payload.id} ${part}`}),
});

async function total(counts: readonly Promise<number>[]): Promise<number> {
  const settled = await Promise.allSettled(counts);
  return settled.reduce((sum, one) => sum + (one.status === 'fulfilled' ? one.value : 0), 0);
}
