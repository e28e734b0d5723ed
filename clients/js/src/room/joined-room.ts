import {ParleyError, room as definitions, type Position, type ResultOf, type Standing} from '@parley/protocol';
import {Emitter, type Unsubscribe} from '../emitter.js';
import type {KeptRoom} from '../session/attempt.js';
import {askToJoin} from './ask-to-join.js';
import {departureReason, errorAfter} from './departure-reason.js';
import {FeedOrder, type FeedPage} from './feed-order.js';
import {LateStart} from './late-start.js';
import {Outbox} from './outbox.js';
import {readHistory, readMissed, type HistoryQuery} from './history.js';
import type {PlacedEvent} from './placed.js';
import type {RoomCall} from './room-call.js';
import {OwnPace} from './own-pace.js';
import {readStored, type CallActivity, type Pace, type RoomEvents} from './room-events.js';
import {FollowedPresence} from './room-presence.js';
import type {RoomPort} from './room-port.js';
import {OwnRights} from './room-rights.js';
import type {HistoryPage, Room, RoomSettings, RoomState} from './room.js';
import type {SentMessage} from './sent-message.js';
import {OwnTyping, TypingOthers, type Typing} from './typing.js';

/** A {@link Room} together with what only the registry may call. */
export class JoinedRoom implements Room {
  readonly id: string;
  readonly call: RoomCall;
  readonly presence: FollowedPresence;
  readonly rights: OwnRights;
  readonly #port: RoomPort;
  readonly #events = new Emitter<RoomEvents>();
  readonly #order: FeedOrder;
  readonly #outbox: Outbox;
  readonly #others: TypingOthers;
  readonly #own: OwnTyping;
  readonly #pace: OwnPace;
  /** Joined, and about to deliver. */
  readonly #start: LateStart;
  #state: RoomState = {status: 'joining'};
  #settings: Pick<Room, 'title' | 'videoCodecs'>;
  #callActivity: CallActivity = {active: false, peers: 0};
  /** The room's head when it was attached: own departures up to here are replayed ones, followed by a return. */
  #attachedAt = 0;

  constructor(id: string, port: RoomPort) {
    const {ask, clock, newId, outboxLimit: limit} = port;
    this.id = id;
    this.call = port.call;
    this.#port = port;
    this.#settings = {title: id, videoCodecs: []};
    this.#start = new LateStart(clock);
    this.presence = new FollowedPresence({
      room: id,
      ask,
      clock,
      tell: (news) => {
        this.#events.emit('presence', news);
      },
    });
    this.rights = new OwnRights(id, ask, (rights) => {
      this.call.limit(rights.call);
      this.#events.emit('rights', rights);
    });
    this.#pace = new OwnPace(clock, (pace) => {
      this.#events.emit('pace', pace);
    });
    this.#outbox = new Outbox({room: id, clock, ask, newId, limit, onWait: this.#pace.wait});
    this.#own = new OwnTyping(id, clock, ask);
    this.#others = new TypingOthers(clock, (typing) => {
      this.#events.emit('typing', typing);
    });
    this.#order = new FeedOrder({
      clock,
      deliver: (event) => {
        this.#deliver(event);
      },
      reset: (position) => {
        this.#outbox.continuityLost();
        this.#events.emit('reset', position);
      },
      caughtUp: () => {
        this.#outbox.open();
      },
      load: (after) => this.#load(after),
    });
  }

  on<Name extends keyof RoomEvents>(name: Name, handler: (value: RoomEvents[Name]) => void): Unsubscribe {
    return this.#events.on(name, handler);
  }

  get title(): string {
    return this.#settings.title;
  }

  get videoCodecs(): Room['videoCodecs'] {
    return this.#settings.videoCodecs;
  }

  get state(): RoomState {
    return this.#state;
  }

  get position(): Position | undefined {
    return this.#order.position;
  }

  get outgoing(): readonly SentMessage[] {
    return this.#outbox.pending;
  }

  get whoTypes(): ReadonlyMap<string, string> {
    return this.#others.names;
  }

  get callActivity(): CallActivity {
    return this.#callActivity;
  }

  get pace(): Pace {
    return this.#pace.now;
  }

  send(text: string): SentMessage {
    const sent = this.#outbox.push(text);
    this.#own.forget();
    return sent;
  }

  history(query: HistoryQuery = {}): Promise<HistoryPage> {
    return readHistory(this.#port.ask, this.id, query);
  }

  members(query: {cursor?: string; limit?: number} = {}): Promise<ResultOf<typeof definitions.members>> {
    return this.#port.ask(definitions.members, {room: this.id, ...query}, {repeatable: true});
  }

  typing(typing = true): void {
    if (this.#state.status === 'joined') this.#own.set(typing);
  }

  async update({videoCodecs, ...settings}: RoomSettings): Promise<void> {
    const changes = {room: this.id, ...settings, ...(videoCodecs && {videoCodecs: [...videoCodecs]})};
    const updated = await this.#port.ask(definitions.update, changes, {repeatable: true});
    this.#settings = updated;
    this.#pace.setSlowMode(updated.slowModeMs);
  }

  async leave(): Promise<void> {
    if (this.#state.status === 'left') return;
    await this.call.leave();
    await this.#port.ask(definitions.leave, {room: this.id}, {repeatable: true});
    this.ended('left');
  }

  /**
   * Joins, or joins again after the session was lost; rejects with what the server refuses it for. `first`: nobody can
   * listen yet, so events wait for the next turn of the event loop. Those missed `since` may come in one batch with the
   * answer, before whoever waits for the room has it in hand.
   */
  async enter({
    since,
    create = false,
    first = false,
  }: {since?: Position | undefined; create?: boolean; first?: boolean} = {}): Promise<void> {
    this.#state = {status: 'joining'};
    const asked = {since, create, inOrder: this.told.rights};
    const {room, epoch, head, recovered, callPeers} = await askToJoin(this.#port.ask, this.id, asked);
    // Left meanwhile, by the application: an answer may be on its way then.
    if (this.isLeft) return;
    this.#settings = room;
    this.#pace.setSlowMode(room.slowModeMs);
    this.#setCallActivity(callPeers);
    const position = since && recovered ? since : {epoch, offset: head};
    this.#begin(first, position, () => {
      this.#attach(position, head, since !== undefined && !recovered);
    });
    this.presence.joinedAgain();
  }

  /** The session goes on, on a new connection, with this room in it. */
  resumed({epoch, head, recovered, standing}: KeptRoom): void {
    const position = this.#order.position;
    this.#state = {status: 'joined'};
    this.rights.become(standing);
    if (position && recovered) this.#attach(position, head, false);
    else this.#attach({epoch, offset: head}, head, true);
  }

  /** The connection is gone. */
  away(): void {
    if (this.isLeft) return;
    this.#start.now();
    this.#order.detach();
    this.#outbox.hold();
    this.#others.clear();
    if (this.#state.status === 'joined') this.#state = {status: 'away'};
  }

  /** The client is not in the room any more. Idempotent. */
  ended(reason: string, error = errorAfter(reason), by?: string): void {
    if (this.isLeft) return;
    this.#start.cancel();
    this.#state = {status: 'left', reason};
    this.#order.detach();
    this.#outbox.close(error);
    this.#others.clear();
    this.presence.end();
    this.#events.emit('left', {reason, ...(by !== undefined && {by})});
  }

  get isLeft(): boolean {
    return this.#state.status === 'left';
  }

  receive(event: PlacedEvent): void {
    if (!this.isLeft) this.#order.receive(event);
  }

  /** What has no place in the order. */
  readonly told = {
    rights: ({standing}: {standing: Standing}): void => {
      this.rights.become(standing);
    },
    reset: (position: Position): void => {
      if (this.#state.status !== 'joined') return;
      this.#begin(this.#start.isWaiting, position, () => {
        this.#order.reset(position);
      });
    },
    typing: (typing: Typing): void => {
      if (!this.isLeft) this.#others.receive(typing);
    },
    call: ({peers}: {peers: number}): void => {
      this.#setCallActivity(peers);
    },
    push: (push: RoomEvents['push']): void => {
      this.#events.emit('push', push);
    },
  };

  #begin(later: boolean, position: Position, begin: () => void): void {
    this.#state = {status: 'joined'};
    if (later) this.#order.place(position);
    this.#start.begin(later, begin);
  }

  #attach(position: Position, head: number, lost: boolean): void {
    this.#attachedAt = head;
    if (lost) this.#order.reset(position);
    else this.#order.attach(position, head);
  }

  async #load(after: number): Promise<FeedPage> {
    try {
      return await readMissed(this.#port.ask, this.id, after);
    } catch (error) {
      if (error instanceof ParleyError && !error.retryable) this.ended(departureReason(error), error);
      throw error;
    }
  }

  #deliver(placedEvent: PlacedEvent): void {
    const stored = readStored(placedEvent);
    switch (stored?.event) {
      case 'message': {
        const {payload} = stored;
        this.#others.stopped(payload.from);
        const sent = this.#outbox.echoed(payload.id, payload);
        this.#events.emit('message', sent ? {...payload, sent} : payload);
        return;
      }
      case 'member': {
        const {user, change, offset, by} = stored.payload;
        const isOver = change === 'left' || change === 'removed';
        if (isOver) {
          this.#others.stopped(user);
          this.presence.memberLeft(user);
        }
        this.#events.emit('member', stored.payload);
        if (isOver && user === this.#port.user() && offset > this.#attachedAt) this.ended(change, undefined, by);
        return;
      }
      case 'settings':
        this.#settings = stored.payload;
        this.#pace.setSlowMode(stored.payload.slowModeMs);
        this.#events.emit('settings', stored.payload);
        return;
      case 'push':
        this.#events.emit('push', stored.payload);
        return;
      case undefined:
        return;
    }
  }

  #setCallActivity(peers: number): void {
    if (peers === this.#callActivity.peers) return;
    this.#callActivity = {active: peers > 0, peers};
    this.#events.emit('call', this.#callActivity);
  }
}
