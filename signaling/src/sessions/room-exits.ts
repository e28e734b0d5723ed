import type {RoomId, SessionId, UserId} from '@parley/protocol';
import type {CallsPart} from '../calls-part.js';
import {byNode} from '../nodes/by-node.js';
import type {Departure, NodeWords} from '../nodes/node-words.js';
import type {RoomDirectory, SessionDirectory} from '../ports.js';
import type {LocalSessions} from './local-sessions.js';

export interface RoomExitsOptions {
  readonly sessions: SessionDirectory;
  readonly rooms: RoomDirectory;
  readonly local: LocalSessions;
  readonly words: NodeWords;
  readonly calls: CallsPart;
}

/** Ends the subscriptions of all sessions of a user who left a room, on whichever node they are. */
export class RoomExits {
  readonly #options: RoomExitsOptions;

  constructor(options: RoomExitsOptions) {
    this.#options = options;
    options.words.answer('hub.room.left', async ({room, user, sessions, why}) => {
      await Promise.all(sessions.map((session) => this.#leaveHere(session, room, user, why)));
      return {};
    });
    options.words.answer('hub.room.deleted', async ({room}) => {
      await this.deletedHere(room);
      return {};
    });
  }

  /** To be called when the room is no more. Resolves like {@link endSubscriptions}, for all sessions that are connected. */
  async deleted(room: RoomId): Promise<void> {
    const {words} = this.#options;
    await Promise.all(words.nodes.map((node) => words.insist(node, 'hub.room.deleted', {room})));
  }

  /** The sessions of this node. A node hears of a deletion by the room's feed as well, whoever deleted it and died. */
  async deletedHere(room: RoomId): Promise<void> {
    const {local} = this.#options;
    for (const {session} of local.arriving) local.leaveWhileArriving(session, room);
    const inRoom = [...local].filter(({subscriptions}) => subscriptions.rooms.includes(room));
    await Promise.all(inRoom.map(({id, user}) => this.#leaveHere(id, room, user, {reason: 'deleted'})));
  }

  /**
   * To be called when the membership is over. Resolves when nothing of the room reaches the user's sessions any more, or
   * a node that does not answer is being told again until it does or is gone.
   */
  async endSubscriptions(room: RoomId, user: UserId, why: Departure = {reason: 'left'}): Promise<void> {
    const {sessions, calls, words} = this.#options;
    const records = await sessions.ofUser(user);
    const connected = byNode(records.filter(({state}) => state === 'connected'));
    await Promise.all([
      ...[...connected].map(([node, there]) => words.insist(node, 'hub.room.left', {room, user, sessions: there, why})),
      ...records.filter(({state}) => state === 'away').map(({session}) => sessions.leave(session, room)),
    ]);
    for (const record of records) if (record.call === room) calls.sessionLeftRoom(record, room);
  }

  async #leaveHere(session: SessionId, room: RoomId, user: UserId, why: Departure): Promise<void> {
    const {local, rooms, sessions, calls} = this.#options;
    local.leaveWhileArriving(session, room);
    const connected = local.find(session);
    if (!connected) return;
    const done = await connected.subscriptions.turn(room);
    try {
      // Joined again meanwhile: then the subscription is wanted.
      if (await rooms.member(room, user)) return;
      if (connected.inRoom(room)) connected.exclude(room, why);
      await sessions.leave(session, room);
      if (why.reason === 'deleted') calls.sessionLeftRoom({session, user, name: connected.name}, room);
    } finally {
      done();
    }
  }
}
