import type {RoomId, SessionId, UserId} from '@parley/protocol';
import type {CallsPart} from '../calls-part.js';
import {byNode} from '../nodes/by-node.js';
import type {NodeWords} from '../nodes/node-words.js';
import type {RoomDirectory, SessionDirectory, SessionRecord} from '../ports.js';
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
    options.words.answer('hub.room.left', async ({room, user, sessions}) => {
      await Promise.all(sessions.map((session) => this.#leaveHere(session, room, user)));
      return {};
    });
  }

  /** To be called when the membership is over. Resolves when nothing of the room reaches the user's sessions any more. */
  async endSubscriptions(room: RoomId, user: UserId): Promise<void> {
    const {sessions, calls} = this.#options;
    const records = await sessions.ofUser(user);
    const connected = byNode(records.filter(({state}) => state === 'connected'));
    await Promise.all([
      ...[...connected].map(([node, there]) => this.#ask(node, room, user, there)),
      ...records.filter(({state}) => state === 'away').map(({session}) => sessions.leave(session, room)),
    ]);
    for (const record of records) if (record.call === room) calls.sessionLeftRoom(record, room);
  }

  async #ask(node: string, room: RoomId, user: UserId, records: readonly SessionRecord[]): Promise<void> {
    const {sessions, words} = this.#options;
    const ids = records.map(({session}) => session);
    try {
      await words.ask(node, 'hub.room.left', {room, user, sessions: ids});
    } catch {
      // The node is gone, and whoever resumes its sessions looks at the memberships; this only keeps their records short.
      await Promise.all(ids.map((session) => sessions.leave(session, room)));
    }
  }

  async #leaveHere(session: SessionId, room: RoomId, user: UserId): Promise<void> {
    const {local, rooms, sessions} = this.#options;
    local.leaveWhileArriving(session, room);
    const connected = local.find(session);
    if (!connected) return;
    const done = await connected.subscriptions.turn(room);
    try {
      // Joined again meanwhile: then the subscription is wanted.
      if (await rooms.member(room, user)) return;
      connected.subscriptions.end(room);
      await sessions.leave(session, room);
    } finally {
      done();
    }
  }
}
