import type {presence} from '@parley/protocol';
import type {
  Backstage,
  FeedPage,
  FeedQuery,
  MembersPage,
  PushOutcome,
  PushReport,
  PushRequest,
  SessionRecord,
  TokenRevocation,
} from '@parley/signaling';
import {emptyWatch, noCalls, noGroups, noneScheduled, noRooms} from './empty-house.js';

type KickTarget = Parameters<Backstage['kick']>[0];

/** Writes down what it is asked, and answers what it was told to. */
export class FakeBackstage implements Backstage {
  readonly rooms = noRooms;
  readonly groups = noGroups;
  readonly calls = noCalls;
  readonly scheduled = noneScheduled;
  readonly pushes: PushRequest[] = [];
  readonly kicks: {target: KickTarget; message?: string}[] = [];
  readonly revocations: TokenRevocation[] = [];
  readonly queries: FeedQuery[] = [];
  sessions: readonly SessionRecord[] = [];
  readonly presence = new Map<string, presence.UserPresence>();
  readonly memberQueries: {cursor?: string; limit: number}[] = [];
  membersPage: MembersPage = {members: []};
  seenAt: number | undefined;
  page: FeedPage = {epoch: 'e1', head: 0, tail: 1, entries: []};
  kicked = 1;
  /** Thrown instead of every answer. */
  failure: Error | undefined;

  async push(request: PushRequest): Promise<PushReport> {
    this.pushes.push(request);
    const position = {epoch: 'e1', offset: this.pushes.length};
    return this.#answer({
      id: `p${this.pushes.length}`,
      addressed: 3,
      reached: 2,
      repeated: false,
      ...(request.store && {position}),
    });
  }

  pushTogether(_room: string, requests: readonly PushRequest[]): Promise<readonly PushReport[]> {
    return Promise.all(requests.map((request) => this.push(request)));
  }

  async pushOutcome(id: string): Promise<PushOutcome> {
    const none = {
      refused: 0,
      waiting: 0,
      superseded: 0,
      expired: 0,
      browsers: 0,
      browsersReached: 0,
      browsersFailed: 0,
    };
    return this.#answer({id, at: 1, addressed: 3, reached: 2, acknowledged: 2, stored: 1, ...none});
  }

  async kick(target: KickTarget, message?: string): Promise<{sessions: number}> {
    this.kicks.push({target, ...(message !== undefined && {message})});
    return this.#answer({sessions: this.kicked});
  }

  async revokeTokens(request: TokenRevocation): Promise<{sessions: number}> {
    this.revocations.push(request);
    return this.#answer({sessions: this.kicked});
  }

  async sessionsOf(): ReturnType<Backstage['sessionsOf']> {
    const {sessions, seenAt} = this;
    return this.#answer({sessions, ...(seenAt !== undefined && {seenAt})});
  }

  async history(_room: string, query: FeedQuery): Promise<FeedPage> {
    this.queries.push(query);
    return this.#answer(this.page);
  }

  async presenceOf(users: readonly string[]): Promise<readonly presence.UserPresence[]> {
    return this.#answer(users.map((user) => this.presence.get(user) ?? {user, status: 'offline', devices: []}));
  }

  async members(_room: string, query: {cursor?: string; limit: number}): Promise<MembersPage> {
    this.memberQueries.push(query);
    return this.#answer(this.membersPage);
  }

  async watch(): ReturnType<Backstage['watch']> {
    return this.#answer(emptyWatch());
  }

  #answer<T>(value: T): T {
    if (this.failure !== undefined) throw this.failure;
    return value;
  }
}
