import {createHash} from 'node:crypto';
import {ParleyError, push as wire, type presence, type RoomId, type UserId} from '@parley/protocol';
import type {CallAdministration, GroupAdministration, RoomAdministration} from '../administration.js';
import type {Backstage, KickTarget, MembersPage, PushReport, PushRequest, TokenRevocation} from '../hub.js';
import type {PushPayload} from '../nodes/node-words.js';
import type {Clock, FeedPage, FeedQuery, Ids, SessionRecord, Store} from '../ports.js';
import {membersPage} from '../rooms/members-page.js';
import type {RoomWords} from '../rights/room-words.js';
import type {Farewells} from '../sessions/farewells.js';
import type {Revoking} from '../sessions/revoking.js';
import type {LocalSessions} from '../sessions/local-sessions.js';
import type {Delivery} from './delivery.js';
import type {Once} from './once.js';

export interface BackstageOptions {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly store: Pick<Store, 'feeds' | 'rooms' | 'sessions'>;
  readonly local: LocalSessions;
  readonly delivery: Delivery;
  readonly once: Once;
  readonly farewells: Farewells;
  readonly revoking: Revoking;
  readonly roomWords: RoomWords;
  readonly rooms: RoomAdministration;
  readonly groups: GroupAdministration;
  readonly calls: CallAdministration;
}

type Sent = Omit<PushReport, 'repeated'>;
type StoredPush = Pick<PushPayload, 'id' | 'topic' | 'data'>;

/** The same for a push and its repetition, another for any other. */
const printOf = ({target, topic, data, store}: Omit<PushRequest, 'key'>): string =>
  createHash('sha256')
    .update(JSON.stringify([target, topic, data, store]))
    .digest('base64url');

/** What backends may do, behind whatever door. */
export class HubBackstage implements Backstage {
  readonly rooms: RoomAdministration;
  readonly groups: GroupAdministration;
  readonly calls: CallAdministration;
  readonly #options: BackstageOptions;

  constructor(options: BackstageOptions) {
    this.rooms = options.rooms;
    this.groups = options.groups;
    this.calls = options.calls;
    this.#options = options;
  }

  async push(request: PushRequest): Promise<PushReport> {
    if (request.store && !('room' in request.target)) {
      throw new ParleyError('invalid_payload', {field: 'store', message: 'only a push to a room can be stored'});
    }
    if (request.key === undefined) return {...(await this.#send(request)), repeated: false};
    const {once} = this.#options;
    const {answer, repeated} = await once.run(`push/${request.key}`, printOf(request), () => this.#send(request));
    return {...answer, repeated};
  }

  async kick(target: KickTarget, message?: string): Promise<{sessions: number}> {
    const {farewells} = this.#options;
    const sessions = 'user' in target ? await this.#sessionIds(target.user) : [target.session];
    const except = 'user' in target ? target.except : undefined;
    const concerned = sessions.filter((session) => session !== except);
    const kicked = await Promise.all(concerned.map((session) => farewells.kick(session, message)));
    return {sessions: kicked.filter(Boolean).length};
  }

  revokeTokens(request: TokenRevocation): Promise<{sessions: number}> {
    return this.#options.revoking.revoke(request);
  }

  async sessionsOf(user: UserId): ReturnType<Backstage['sessionsOf']> {
    const {sessions} = this.#options.store;
    const [records, seen] = await Promise.all([sessions.ofUser(user), sessions.seenAt([user])]);
    const seenAt = seen.get(user);
    return {sessions: records, ...(seenAt !== undefined && {seenAt})};
  }

  async history(room: RoomId, query: FeedQuery): Promise<FeedPage> {
    await this.#requireRoom(room);
    return this.#options.store.feeds.read(room, query);
  }

  async presenceOf(users: readonly UserId[]): Promise<readonly presence.UserPresence[]> {
    const found = await this.#options.store.sessions.presenceOf(users);
    return users.map((user) => {
      const {status = 'offline', devices = []} = found.get(user) ?? {};
      return {user, status, devices: devices.map((device) => ({...device}))};
    });
  }

  async members(room: RoomId, page: {cursor?: string; limit: number}): Promise<MembersPage> {
    const {store, roomWords: words} = this.#options;
    const {rooms, sessions} = store;
    await this.#requireRoom(room);
    return membersPage(room, page, {rooms, sessions, words});
  }

  async #send(request: PushRequest): Promise<Sent> {
    const {clock, ids, store, delivery} = this.#options;
    const {target, topic, data} = request;
    const id = `p_${ids.id()}`;
    const payload: PushPayload = {id, topic, data, at: clock.now()};
    if ('room' in target) {
      await this.#requireRoom(target.room);
      if (request.store) return this.#store(target.room, request, id);
      return {id, reached: await delivery.toRoom(target.room, {...payload, room: target.room})};
    }
    if ('all' in target) return {id, reached: await delivery.toAll(payload)};
    const records = 'user' in target ? await store.sessions.ofUser(target.user) : await this.#find(target.session);
    return {id, reached: await delivery.toSessions(records, payload)};
  }

  async #store(room: RoomId, request: PushRequest, id: string): Promise<Sent> {
    const {topic, data, key} = request;
    const {store, delivery} = this.#options;
    const event = {name: wire.stored.name, data: {id, topic, data}};
    // No user id begins with a slash, so this key meets no message's.
    const options = key === undefined ? {} : {key: `/push/${key}`};
    const {epoch, offset, repeated} = await store.feeds.append(room, event, options);
    const first = repeated ? await this.#storedAt(room, offset) : event.data;
    if (first && printOf({...request, ...first}) !== printOf(request))
      throw new ParleyError('conflict', {field: 'key'});
    return {id: first?.id ?? id, reached: await delivery.inRoom(room), position: {epoch, offset}};
  }

  /** A push that is in the log though its receipt is not: the node that appended it did not live to say so. */
  async #storedAt(room: RoomId, offset: number): Promise<StoredPush | undefined> {
    const {entries} = await this.#options.store.feeds.read(room, {after: offset - 1, limit: 1});
    // What is under a push's key is a push.
    return entries.find((entry) => entry.offset === offset)?.data as StoredPush | undefined;
  }

  async #find(session: string): Promise<readonly SessionRecord[]> {
    const record = await this.#options.store.sessions.find(session);
    return record ? [record] : [];
  }

  async #requireRoom(room: RoomId): Promise<void> {
    if (!(await this.#options.store.rooms.get(room))) throw new ParleyError('unknown_room');
  }

  /** While the store is away, those of this node: they at least can be shown the door. */
  async #sessionIds(user: UserId): Promise<readonly string[]> {
    const {store, local} = this.#options;
    try {
      return (await store.sessions.ofUser(user)).map(({session}) => session);
    } catch (error) {
      const here = local.ofUser(user);
      if (here.length === 0) throw error;
      return here.map(({id}) => id);
    }
  }
}
