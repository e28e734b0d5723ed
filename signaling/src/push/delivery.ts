import {push as wire, type RoomId, type SessionId, type UserId} from '@parley/protocol';
import {byNode} from '../nodes/by-node.js';
import type {NodeWords, PushPayload, PushToHandOn} from '../nodes/node-words.js';
import type {Broadcaster, Clock, Whereabouts} from '../ports.js';
import type {PushExcept} from '../pushes.js';
import type {RoomHubs} from '../rooms/room-hubs.js';
import type {ConnectedSession} from '../sessions/connected-session.js';
import type {LocalSessions} from '../sessions/local-sessions.js';
import type {Awaited} from './awaited.js';
import {exclusion} from './exclusion.js';
import {HandedOnce} from './handed-once.js';
import {HandingTogether} from './handing-together.js';

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
  readonly #together: HandingTogether;

  constructor(options: DeliveryOptions) {
    this.#options = options;
    const {clock, words, local, hubs, broadcaster} = options;
    this.#handed = new HandedOnce(clock);
    this.#together = new HandingTogether(words);
    words.answer('hub.push.sessions', ({pushes}) => ({
      reached: pushes.map((push) => this.#handOn(push, ({json}) => this.#toSessions(push.sessions, json))),
    }));
    words.answer('hub.push.users', ({users, ...push}) => {
      const wanted = new Set(users);
      return {reached: this.#handOn(push, (given) => this.#toSome(given, ({user}) => wanted.has(user)))};
    });
    words.answer('hub.push.room', ({room, ...push}) => ({
      reached: this.#handOn(push, (given) => {
        if (given.except) return this.#toSome(given, (session) => session.inRoom(room));
        const reached = hubs.find(room)?.size ?? 0;
        if (reached > 0) broadcaster.publishJson(room, wire.received.name, given.json);
        return reached;
      }),
    }));
    words.answer('hub.push.all', (push) => ({
      reached: this.#handOn(push, (given) => {
        if (given.except) return this.#toSome(given, () => true);
        broadcaster.publishJsonToAll(wire.received.name, given.json);
        return local.size;
      }),
    }));
    words.answer('hub.room.size', ({room}) => ({sessions: hubs.find(room)?.size ?? 0}));
  }

  /** Asks only the nodes that have the sessions. */
  async toSessions(places: readonly Whereabouts[], payload: PushPayload, how: HandingOn): Promise<Handed> {
    const push = asked(payload, how);
    const reached = await total(
      [...byNode(places)].map(([node, sessions]) => this.#together.hand(node, {sessions, ...push})),
    );
    return {addressed: places.length, reached};
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
    const push = asked(payload, how);
    return this.#onEveryNode((node) => this.#options.words.ask(node, 'hub.push.all', push));
  }

  /** Sessions that are in the room at this moment. */
  inRoom(room: RoomId): Promise<Handed> {
    return this.#onEveryNode(async (node) => {
      const {sessions} = await this.#options.words.ask(node, 'hub.room.size', {room});
      return {reached: sessions};
    });
  }

  #handOn(push: PushToHandOn, hand: (push: PushToHandOn) => number): number {
    const {id, ack, once} = push;
    if (ack) this.#options.awaited.expect(id);
    return once === undefined ? hand(push) : this.#handed.once(once, () => hand(push));
  }

  #toSessions(sessions: readonly SessionId[], json: string): number {
    return sessions.filter((id) => this.#options.local.find(id)?.sendJson(wire.received, json)).length;
  }

  #toSome({json, except}: PushToHandOn, isMeant: (session: ConnectedSession) => boolean): number {
    const isExcluded = exclusion(except);
    let reached = 0;
    for (const session of this.#options.local) {
      if (isMeant(session) && !isExcluded(session) && session.sendJson(wire.received, json)) reached += 1;
    }
    return reached;
  }

  async #onEveryNode(hand: (node: string) => Promise<{reached: number}>): Promise<Handed> {
    const reached = await total(this.#options.words.nodes.map(async (node) => (await hand(node)).reached));
    return {addressed: reached, reached};
  }
}

const asked = (payload: PushPayload, {except, once}: HandingOn, part = ''): PushToHandOn => ({
  id: payload.id,
  ...(payload.ack === true && {ack: true}),
  json: JSON.stringify(payload),
  ...(except && {except}),
  ...(once && {once: `${payload.id} ${part}`}),
});

async function total(counts: readonly Promise<number>[]): Promise<number> {
  const settled = await Promise.allSettled(counts);
  return settled.reduce((sum, one) => sum + (one.status === 'fulfilled' ? one.value : 0), 0);
}
