import {
  ParleyError,
  type ErrorCode,
  errorCatalogue,
  presence,
  session as sessionEvents,
  type ParamsOf,
  type RequestDefinition,
  type ResultOf,
} from '@parley/protocol';
import type {LoadDevice} from './call/device.js';
import type {ConnectionChange} from './call/port.js';
import type {Clock} from './clock.js';
import {Emitter, type Listenable, type Unsubscribe} from './emitter.js';
import {Inbound, type Listen} from './inbound.js';
import type {ParleyOptions} from './parley-options.js';
import {UserPresences, type UserPresenceNews} from './presence/user-presence.js';
import {Pushes} from './push/pushes.js';
import type {Random} from './random.js';
import {RoomCall} from './room/room-call.js';
import type {Push} from './room/room-events.js';
import type {Room} from './room/room.js';
import {Rooms, type JoinOptions} from './room/rooms.js';
import type {Ready} from './session/attempt.js';
import {KeptSession} from './session/kept-session.js';
import {Requests, type RequestOptions} from './session/requests.js';
import {SessionLoop} from './session/session-loop.js';
import type {ConnectionState, Identity, Trouble} from './session/state.js';
import type {Surroundings} from './session/surroundings.js';
import {TokenSource} from './session/token-source.js';
import {UserSessions, type UserSessionChange} from './session/user-sessions.js';
import {Settleable} from './settleable.js';
import {thisBrowser} from './web-push/push-browser.js';
import {WebPush} from './web-push/web-push.js';
import type {OpenWire, Wire} from './wire/wire.js';

/** The world that a client lives in; tests give it another. */
export interface World {
  readonly open: OpenWire;
  readonly clock: Clock;
  readonly random: Random;
  readonly surroundings: Surroundings;
  /** Instead of the browser's own WebRTC. */
  readonly loadDevice?: LoadDevice;
}

export interface ParleyEvents {
  state: ConnectionState;
  /** Pushes to the user, a group of theirs, the session or everyone, the stored ones in order. Those to a joined room come by the room. */
  push: Push;
  /** The state and the changes of users that `presence` follows. */
  presence: UserPresenceNews;
  /** Another session of the user was opened, named, or ended for good. */
  session: UserSessionChange;
}

/**
 * A client: one session, kept alive across lost connections and nodes until it is closed. Made by {@link connect}.
 */
export class Parley implements Listenable<ParleyEvents> {
  /** Resolves with the first connection; rejects if the client was closed before there was one. */
  readonly ready: Promise<Identity>;
  /**
   * Listens to an event of the protocol that has no place in a room's order; the others come by their room.
   *
   * ```ts
   * import {call} from '@parley/protocol';
   * parley.listen(call.status, ({room, peers}) => badge(room, peers));
   * ```
   */
  readonly listen: Listen;
  /** Presence of users, wherever they are. That of a room's members is with the room. */
  readonly presence: UserPresences;
  /** The user's own sessions, on all devices. */
  readonly sessions: UserSessions;
  /** What a backend stored for the user. */
  readonly pushes: Pushes;
  /** Notifications of this browser while the page is closed. */
  readonly webPush: WebPush;
  readonly #events = new Emitter<ParleyEvents>();
  readonly #connection = new Emitter<{change: ConnectionChange}>();
  readonly #inbound = new Inbound();
  readonly #requests: Requests;
  readonly #rooms: Rooms;
  readonly #loop: SessionLoop;
  #hasBeenUp = false;
  readonly #ready = new Settleable<Identity>();

  constructor(options: ParleyOptions, {open, clock, random, surroundings, loadDevice}: World) {
    const {
      url,
      token,
      device,
      deviceId,
      storage,
      connectTimeoutMs = 10_000,
      requestTimeoutMs = 10_000,
      outboxLimit = 500,
    } = options;
    this.ready = this.#ready.promise;
    this.listen = this.#inbound.listen;
    this.#requests = new Requests(clock, requestTimeoutMs);
    const {ask} = this.#requests;
    const newId = (): string => random.id();
    const user = (): string | undefined => this.#loop.identity?.user;
    this.presence = new UserPresences({
      ask,
      clock,
      tell: (news) => {
        this.#events.emit('presence', news);
      },
    });
    this.sessions = new UserSessions(ask);
    this.webPush = new WebPush(ask, thisBrowser);
    this.listen(sessionEvents.changed, (change) => {
      this.#events.emit('session', change);
      // It may have been another page of this browser, which is not woken any more then.
      if (change.change === 'ended') this.webPush.connected();
    });
    const onPush = (push: Push): void => {
      this.#events.emit('push', push);
    };
    this.pushes = new Pushes({ask, clock, listen: this.#inbound.listen, onPush});
    this.#rooms = new Rooms({
      clock,
      inbound: this.#inbound,
      room: (id) => ({
        ask,
        clock,
        newId,
        outboxLimit,
        user,
        call: new RoomCall({
          room: id,
          ask,
          clock,
          newId,
          loadDevice,
          doubt: () => {
            this.#loop.doubt();
          },
          listen: this.#inbound.listen,
          onConnection: (handler) => this.#connection.on('change', handler),
        }),
      }),
      onPresence: (told) => {
        this.presence.receive(told);
      },
      onPush,
    });
    this.#loop = new SessionLoop({
      urls: typeof url === 'string' ? [url] : url,
      device,
      deviceId,
      attemptTimeoutMs: connectTimeoutMs,
      tokens: new TokenSource(token),
      kept: new KeptSession(storage),
      positions: () => this.#rooms.positions(),
      open,
      clock,
      random,
      surroundings,
      listener: {
        onReady: (ready, wire) => {
          this.#up(ready, wire);
        },
        onEvent: (name, payload) => {
          if (!this.#rooms.receive(name, payload)) this.#inbound.receive(name, payload);
        },
        onDown: () => {
          this.#down();
        },
        onState: (state) => {
          this.#became(state);
        },
      },
    });
  }

  /** What the connection is doing at this moment; `on('state', …)` tells of changes. */
  get state(): ConnectionState {
    return this.#loop.state;
  }

  on<Name extends keyof ParleyEvents>(name: Name, handler: (value: ParleyEvents[Name]) => void): Unsubscribe {
    return this.#events.on(name, handler);
  }

  /**
   * Joins a room. A second join of the same room gives the same one.
   *
   * ```ts
   * const room = await parley.join('lobby', {create: true});
   * ```
   * @throws ParleyError `unknown_room`, `room_deleted`, `room_full`, `too_many_rooms`, `forbidden`, or `unavailable` without a connection.
   */
  join(room: string, options: JoinOptions = {}): Promise<Room> {
    return this.#rooms.join(room, options);
  }

  /**
   * Sends any request of the protocol, typed by its definition.
   *
   * ```ts
   * import {room} from '@parley/protocol';
   * const {rooms} = await parley.request(room.list, {limit: 50}, {repeatable: true});
   * ```
   * @throws ParleyError with the code of the refusal, `unavailable` if there was no connection in time, `timeout` if the
   *   answer did not come and the outcome is unknown.
   */
  request<D extends RequestDefinition>(
    definition: D,
    params: ParamsOf<D>,
    options: Pick<RequestOptions, 'timeoutMs' | 'repeatable'> = {},
  ): Promise<ResultOf<D>> {
    return this.#requests.ask(definition, params, options);
  }

  /**
   * Signs the session out and stays away: other members see the user go at once. Requests and messages that still wait
   * fail. Idempotent. (A page that goes away need not close: the session waits for its return.)
   */
  close(): Promise<void> {
    return this.#loop.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #up(ready: Ready, wire: Wire): void {
    this.#requests.connected(wire);
    const back = this.#rooms.resume(ready);
    this.pushes.connected();
    this.webPush.connected();
    if (!ready.resumed) this.presence.sessionIsNew();
    else if (!this.#hasBeenUp) this.#followNobody();
    this.#hasBeenUp = true;
    this.#connection.emit('change', {up: true, session: ready.session, resumed: ready.resumed});
    const open = (): void => {
      this.#requests.open(wire);
    };
    back.then(open, open);
  }

  /** The session is that of an earlier life of the page, which followed whom it liked. */
  #followNobody(): void {
    const options = {repeatable: true, early: true};
    // Refused or unanswered, it costs some events that nobody listens to.
    this.#requests.ask(presence.unsubscribeRoom, {}, options).catch(() => undefined);
    this.#requests.ask(presence.unsubscribeUsers, {}, options).catch(() => undefined);
  }

  #down(): void {
    this.#requests.disconnected();
    this.#rooms.away();
    this.#connection.emit('change', {up: false, closed: false});
  }

  #became(state: ConnectionState): void {
    if (state.status === 'connected') this.#ready.resolve(state);
    if (state.status === 'closed') {
      const error = closedError(state);
      this.#requests.close(error);
      this.#rooms.close(error);
      this.pushes.close();
      this.#ready.reject(error);
      this.#connection.emit('change', {up: false, closed: true});
    }
    this.#events.emit('state', state);
  }
}

const isCode = (reason: string): reason is ErrorCode => Object.hasOwn(errorCatalogue, reason);

/** What requests fail with once the client is closed: the code that the server gave, if it is one of the catalogue. */
function closedError({reason, message, because}: Trouble): ParleyError {
  return new ParleyError(isCode(reason) ? reason : 'forbidden', {
    message: `The client is closed: ${message}`,
    ...(because !== undefined && {reason: because}),
  });
}
