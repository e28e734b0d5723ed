import type {
  Backstage,
  FeedPage,
  FeedQuery,
  PushReport,
  PushRequest,
  SessionRecord,
  TokenRevocation,
} from '@parley/signaling';

type KickTarget = Parameters<Backstage['kick']>[0];

/** Writes down what it is asked, and answers what it was told to. */
export class FakeBackstage implements Backstage {
  readonly pushes: PushRequest[] = [];
  readonly kicks: {target: KickTarget; message?: string}[] = [];
  readonly revocations: TokenRevocation[] = [];
  readonly queries: FeedQuery[] = [];
  sessions: readonly SessionRecord[] = [];
  page: FeedPage = {epoch: 'e1', head: 0, tail: 1, entries: []};
  kicked = 1;
  /** Thrown instead of every answer. */
  failure: Error | undefined;

  async push(request: PushRequest): Promise<PushReport> {
    this.pushes.push(request);
    const position = {epoch: 'e1', offset: this.pushes.length};
    return this.#answer({id: `p${this.pushes.length}`, reached: 2, repeated: false, ...(request.store && {position})});
  }

  async kick(target: KickTarget, message?: string): Promise<{sessions: number}> {
    this.kicks.push({target, ...(message !== undefined && {message})});
    return this.#answer({sessions: this.kicked});
  }

  async revokeTokens(request: TokenRevocation): Promise<{sessions: number}> {
    this.revocations.push(request);
    return this.#answer({sessions: this.kicked});
  }

  async sessionsOf(): Promise<readonly SessionRecord[]> {
    return this.#answer(this.sessions);
  }

  async history(_room: string, query: FeedQuery): Promise<FeedPage> {
    this.queries.push(query);
    return this.#answer(this.page);
  }

  #answer<T>(value: T): T {
    if (this.failure !== undefined) throw this.failure;
    return value;
  }
}
