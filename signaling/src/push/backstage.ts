import {type ParleyError, type presence, type RoomId, type UserId} from '@parley/protocol';
import type {CallAdministration, GroupAdministration, RoomAdministration} from '../administration.js';
import type {Backstage, KickTarget, MembersPage, TokenRevocation} from '../hub.js';
import type {FeedPage, FeedQuery, Store} from '../ports.js';
import type {PushOutcome, PushReport, PushRequest, ScheduledPushes} from '../pushes.js';
import {requireRoom} from '../rooms/absence.js';
import {membersPage} from '../rooms/members-page.js';
import type {RoomWords} from '../rights/room-words.js';
import type {Farewells} from '../sessions/farewells.js';
import type {Revoking} from '../sessions/revoking.js';
import type {LocalSessions} from '../sessions/local-sessions.js';
import type {Watches} from '../watch/watches.js';
import type {Watch, WatchRequest} from '../watches.js';
import type {Pushing} from './pushing.js';
import type {PushingTogether} from './pushing-together.js';

export interface BackstageOptions {
  readonly store: Pick<Store, 'feeds' | 'rooms' | 'sessions'>;
  readonly local: LocalSessions;
  readonly pushing: Pushing;
  readonly together: PushingTogether;
  readonly scheduled: ScheduledPushes;
  readonly farewells: Farewells;
  readonly revoking: Revoking;
  readonly roomWords: RoomWords;
  readonly rooms: RoomAdministration;
  readonly groups: GroupAdministration;
  readonly calls: CallAdministration;
  readonly watches: Pick<Watches, 'open'>;
}

/** What backends may do, behind whatever door. */
export class HubBackstage implements Backstage {
  readonly rooms: RoomAdministration;
  readonly groups: GroupAdministration;
  readonly calls: CallAdministration;
  readonly scheduled: ScheduledPushes;
  readonly #options: BackstageOptions;

  constructor(options: BackstageOptions) {
    this.rooms = options.rooms;
    this.groups = options.groups;
    this.calls = options.calls;
    this.scheduled = options.scheduled;
    this.#options = options;
  }

  push(request: PushRequest): Promise<PushReport> {
    return this.#options.pushing.push(request);
  }

  pushTogether(room: RoomId, requests: readonly PushRequest[]): Promise<readonly (PushReport | ParleyError)[]> {
    return this.#options.together.push(room, requests);
  }

  pushOutcome(id: string): Promise<PushOutcome> {
    return this.#options.pushing.outcome(id);
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
    await requireRoom(this.#options.store.rooms, room);
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
    await requireRoom(rooms, room);
    return membersPage(room, page, {rooms, sessions, words});
  }

  watch(request: WatchRequest): Promise<Watch> {
    return this.#options.watches.open(request);
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
