import {
  limitCatalogue,
  ParleyError,
  room as roomWire,
  session as wire,
  type ErrorCode,
  type EventDefinition,
  type LimitName,
  type PayloadOf,
  type RoomId,
  type SessionId,
  type Standing,
  type UserId,
} from '@parley/protocol';
import type {RequestSession} from '../dispatch/handler.js';
import type {Dispatcher, Reply} from '../dispatch/dispatcher.js';
import {RequestGate, type GateSizes} from '../dispatch/request-gate.js';
import type {UserRates} from '../dispatch/user-rates.js';
import type {HubLimits, HubObserver, HubOptions, Identity, LiveSession, TokenRules} from '../hub.js';
import type {Clock, Connection, FeedEntry} from '../ports.js';
import type {RoomHold} from '../rooms/room-hubs.js';
import {SessionRights} from '../rights/session-rights.js';
import type {RoomWord} from '../rights/standing.js';
import {closeReasons, type Ending} from './ending.js';
import {KeyArrival} from './key-arrival.js';
import {Subscriptions} from './subscriptions.js';
import {TokenTerm} from './token-term.js';

type State =
  | {readonly state: 'connected'; readonly connection: Connection}
  /** Begins no more requests; `done` is called when those that were begun are answered. */
  | {readonly state: 'finishing'; readonly connection: Connection; readonly done: () => void}
  | {readonly state: 'closed'; readonly ending: Ending};

export interface SessionFacts {
  readonly id: SessionId;
  readonly user: UserId;
  readonly name: string;
  /** Which of the session's connections this is. */
  readonly generation: number;
  /** The token that it stands on, as verified. */
  readonly token: Identity;
}

export interface ConnectedSessionOptions {
  readonly clock: Clock;
  readonly tokens: Pick<TokenRules, 'warningMs' | 'toleranceMs'>;
  readonly limits: Pick<HubLimits, 'roomsPerSession'>;
  readonly keepalive: HubOptions['keepalive'];
  readonly gate: GateSizes;
  readonly users: UserRates;
  readonly observer: Pick<HubObserver, 'limitReached'>;
  readonly dispatcher: Dispatcher<ConnectedSession>;
  /** The session is no longer in the room, though its connection goes on. */
  onLeft(session: ConnectedSession, room: RoomId): void;
  /** Called at most once: the client of a resumed session has the key that this connection gave it. */
  onKeyArrived(session: ConnectedSession): void;
  /** Called once, when the connection is closed and nothing is subscribed any more. */
  onEnded(session: ConnectedSession, ending: Ending): void;
  /** It may not be in the room any more; nothing of the room reaches it already, and it was told so. */
  onExcluded(session: ConnectedSession, room: RoomId): void;
  /** It is in the room's call, perhaps, and is something else, or may do something else, from now on. */
  onStanding(session: ConnectedSession, room: RoomId, standing: Standing): void;
}

const nobody: Reply = () => undefined;

/** A session for as long as it has this connection. */
export class ConnectedSession implements RequestSession, LiveSession {
  readonly id: SessionId;
  readonly user: UserId;
  readonly name: string;
  readonly generation: number;
  readonly subscriptions: Subscriptions;
  readonly rights: SessionRights;
  readonly #gate: RequestGate;
  readonly #options: ConnectedSessionOptions;
  readonly #term: TokenTerm;
  readonly #key: KeyArrival | undefined;
  #token: Identity;
  #state: State;

  constructor(facts: SessionFacts, connection: Connection, options: ConnectedSessionOptions) {
    this.id = facts.id;
    this.user = facts.user;
    this.name = facts.name;
    this.generation = facts.generation;
    this.subscriptions = new Subscriptions(connection, {
      limit: options.limits.roomsPerSession,
      onLeft: (room) => {
        options.onLeft(this, room);
      },
    });
    this.rights = new SessionRights(facts.token.grants, {
      clock: options.clock,
      onChanged: (room, standing) => {
        this.send(roomWire.rights, {room, standing});
        options.onStanding(this, room, standing);
      },
      onExcluded: (room, reason) => {
        this.exclude(room, {reason});
        options.onExcluded(this, room);
      },
    });
    this.#gate = new RequestGate(options.gate, options.users.join(facts.user));
    this.#options = options;
    this.#state = {state: 'connected', connection};
    this.#term = new TokenTerm({
      clock: options.clock,
      rules: options.tokens,
      onExpiring: (expiresAt) => {
        this.send(wire.expiring, {expiresAt, at: options.clock.now()});
      },
      onExpired: () => {
        this.end('token_expired');
      },
    });
    this.#token = facts.token;
    this.#term.begin(facts.token);
    // The first connection's key has none before it.
    if (facts.generation === 1) return;
    this.#key = new KeyArrival(options.clock, options.keepalive, () => {
      options.onKeyArrived(this);
    });
  }

  get session(): SessionId {
    return this.id;
  }

  get connected(): boolean {
    return this.#state.state !== 'closed';
  }

  /** The token that it stands on. */
  get token(): Identity {
    return this.#token;
  }

  /** Stands on another token of its user from now on. */
  refresh(token: Identity): void {
    if (this.#state.state === 'closed') return;
    this.#token = token;
    this.#term.begin(token);
    this.rights.replaceGrants(token.grants);
  }

  inRoom(room: RoomId): boolean {
    return this.subscriptions.has(room);
  }

  standing(room: RoomId): Standing | undefined {
    return this.rights.in(room);
  }

  granted(room: RoomId): ReturnType<SessionRights['granted']> {
    return this.rights.granted(room);
  }

  /** Begins what it hears of a room, within this call, if it may be in it; otherwise it is told that it may not. */
  enter({hold, missed, word}: {hold: RoomHold; missed: readonly FeedEntry[] | undefined; word: RoomWord}): void {
    const {room} = hold.hub;
    const verdict = this.connected ? this.rights.enter(room, word) : undefined;
    if (verdict?.admitted !== false) {
      this.subscriptions.begin(hold, missed);
      return;
    }
    this.subscriptions.disclaim(room);
    hold.release();
    this.send(roomWire.removed, {room, reason: verdict.reason});
    this.#options.onExcluded(this, room);
  }

  /** Ends what it hears of a room, within this call, and tells it so. */
  exclude(room: RoomId, why: Omit<PayloadOf<typeof roomWire.removed>, 'room'>): void {
    this.leave(room);
    this.send(roomWire.removed, {room, ...why});
  }

  /** Ends what it hears of a room, within this call. */
  leave(room: RoomId): void {
    this.rights.leave(room);
    this.subscriptions.end(room);
  }

  receive(name: string, params: unknown, answer: Reply = nobody): void {
    this.#pass(name, answer, (reply) => {
      const {dispatcher} = this.#options;
      if (this.#state.state === 'finishing') dispatcher.refuse(name, new ParleyError('draining'), reply);
      else dispatcher.dispatch(this, name, params, reply);
    });
  }

  refuse(name: string, error: ParleyError, answer: Reply = nobody): void {
    this.#pass(name, answer, (reply) => {
      this.#options.dispatcher.refuse(name, error, reply);
    });
  }

  /**
   * From now on requests are refused with `draining`. Undefined if all that were begun are answered, else resolves when
   * they are, or the connection ends.
   */
  finish(): Promise<void> | undefined {
    if (this.#state.state !== 'connected') return undefined;
    const {connection} = this.#state;
    if (this.#gate.inFlight === 0) {
      this.#state = {state: 'finishing', connection, done: () => undefined};
      return undefined;
    }
    return new Promise((done) => {
      this.#state = {state: 'finishing', connection, done};
    });
  }

  dropped(): void {
    this.end('dropped');
  }

  /** False if it is not connected any more. */
  send<D extends EventDefinition>(event: D, payload: PayloadOf<D>): boolean {
    if (this.#state.state === 'closed') return false;
    this.#state.connection.send(event, payload);
    return true;
  }

  /** The same for a payload that is JSON already. */
  sendJson({name}: EventDefinition, payload: string): boolean {
    if (this.#state.state === 'closed') return false;
    this.#state.connection.sendJson(name, payload);
    return true;
  }

  /** What is published to this audience reaches it from now on. */
  attach(audience: string): void {
    if (this.#state.state === 'connected') this.#state.connection.attach(audience);
  }

  detach(audience: string): void {
    if (this.#state.state === 'connected') this.#state.connection.detach(audience);
  }

  /** Whether its client was heard since it was last asked; undefined if it is not connected any more. */
  probe(): boolean | undefined {
    return this.#state.state === 'closed' ? undefined : this.#state.connection.probe();
  }

  /** Idempotent: only the first ending counts. */
  end(ending: Ending, options: {message?: string; retryAfterMs?: number} = {}): void {
    if (this.#state.state === 'closed') return;
    const {connection} = this.#state;
    if (this.#state.state === 'finishing') this.#state.done();
    this.#state = {state: 'closed', ending};
    this.#term.end();
    this.rights.end();
    this.#key?.end();
    this.subscriptions.endAll();
    this.#options.users.leave(this.user, this.#options.clock.now());
    const reason = closeReasons[ending];
    if (reason) connection.close(reason, options);
    this.#options.onEnded(this, ending);
  }

  /** Begins what is allowed to begin; its answer, however late, makes room for another. */
  #pass(name: string, answer: Reply, begin: (reply: Reply) => void): void {
    if (this.#state.state === 'closed') return;
    const {clock, dispatcher} = this.#options;
    this.#key?.shown();
    const asked = this.#gate.ask(clock.now());
    switch (asked.verdict) {
      case 'pass':
        begin((given) => {
          try {
            answer(given);
          } finally {
            this.#answered(given.ok ? 'ok' : given.error.code);
          }
        });
        break;
      case 'refuse':
        dispatcher.refuse(name, asked.error, answer);
        break;
      case 'abuse':
        this.#abused(asked.limit);
        break;
    }
  }

  #answered(code: ErrorCode | 'ok'): void {
    const passed = this.#gate.answered(code, this.#options.clock.now());
    if (passed !== undefined) this.#abused(passed);
    if (this.#gate.inFlight === 0 && this.#state.state === 'finishing') this.#state.done();
  }

  #abused(limit: LimitName): void {
    if (this.#state.state === 'closed') return;
    this.#options.observer.limitReached(limit);
    this.end('abusive', {message: limitCatalogue[limit].text});
  }
}
