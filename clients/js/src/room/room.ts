import type {Access, JoinAs, Position, room as wire, VideoCodec} from '@parley/protocol';
import type {Listenable} from '../emitter.js';
import type {CallActivity, Pace, RoomEvents, StoredEvent} from './room-events.js';
import type {RoomRights} from './room-rights.js';
import type {RoomPresence} from './room-presence.js';
import type {RoomCall} from './room-call.js';
import type {SentMessage} from './sent-message.js';

/**
 * - `joining`: the server has not answered yet, for the first time or after a connection was lost for long.
 * - `joined`: events arrive.
 * - `away`: the connection is gone; events will be made up for when it is back.
 * - `left`: for good.
 */
export type RoomState =
  | {readonly status: 'joining'}
  | {readonly status: 'joined'}
  | {readonly status: 'away'}
  | {readonly status: 'left'; readonly reason: string};

export interface RoomSettings {
  readonly title?: string;
  /** Whoever wants to joins (`open`), or who was invited or is let in otherwise; for others there is no `private` room. */
  readonly access?: Access;
  /** What those become who join by themselves. */
  readonly joinAs?: JoinAs;
  /** How long a member waits between two messages, 0 to 21 600 000. */
  readonly slowModeMs?: number;
  /** What video of calls is published with from now on, the preferred one first. */
  readonly videoCodecs?: readonly VideoCodec[];
}

/** A page of stored events, ascending and without a hole. `more`: there are further ones in that direction. */
export interface HistoryPage {
  readonly events: readonly StoredEvent[];
  /** Offset of the first and the last event of the page, of unknown kinds too: go on `before` or `after` them. */
  readonly first: number | undefined;
  readonly last: number | undefined;
  readonly epoch: string;
  readonly head: number;
  readonly more: boolean;
}

/**
 * A room that the client is in.
 *
 * ```ts
 * const room = await parley.join('lobby');
 * room.on('message', ({name, text, sent}) => sent ? confirm(sent.id) : show(name, text));
 * room.on('reset', () => reload());
 * await room.send('hello').done;
 * ```
 */
export interface Room extends Listenable<RoomEvents> {
  readonly id: string;
  readonly title: string;
  /** What video of calls is published with, the preferred one first. The event `settings` tells of changes. */
  readonly videoCodecs: readonly VideoCodec[];
  readonly state: RoomState;
  /** Up to where events were delivered; keep it with your messages to `join` with `since` in the page's next life. */
  readonly position: Position | undefined;
  /** Messages that are still to be accepted, in the order of sending. */
  readonly outgoing: readonly SentMessage[];
  /** Who is typing: user id to name. */
  readonly whoTypes: ReadonlyMap<string, string>;
  readonly callActivity: CallActivity;
  /**
   * Slow mode: what is sent before `nextAt` waits in the outbox until then. The event `pace` tells of changes.
   *
   * ```ts
   * room.on('pace', ({nextAt}) => countDownTo(nextAt));
   * ```
   */
  readonly pace: Pace;
  /** What this client may do in the room, and what it may do to others there. The event `rights` tells of changes. */
  readonly rights: RoomRights;
  /** Who of the members is present. */
  readonly presence: RoomPresence;
  /** The call of this room. */
  readonly call: RoomCall;

  /**
   * Sends a message, now or as soon as there is a connection. Messages of a room are accepted in the order of sending,
   * each at most once however often it had to be repeated.
   *
   * ```ts
   * const sent = room.send('hello'); // {id, status: 'pending', …}
   * ```
   * @throws ParleyError `invalid_payload` if the text has not 1–4000 characters after trimming, `overloaded` if the
   *   outbox is full, or the reason why the room was left.
   */
  send(text: string): SentMessage;

  /**
   * A page of stored events: the newest, those before an offset, or those after one.
   *
   * ```ts
   * const newest = await room.history({limit: 50});
   * const older = newest.more ? await room.history({before: newest.first, limit: 50}) : undefined;
   * ```
   * @param query `limit` is 1–200, by default the server's choice; either `before` or `after`.
   */
  history(query?: {before?: number | undefined; after?: number | undefined; limit?: number}): Promise<HistoryPage>;

  /**
   * A page of members with their presence at this moment. Go on with `cursor` until there is none. To be told of changes,
   * follow `presence`.
   *
   * ```ts
   * const {members, cursor} = await room.members({limit: 100});
   * ```
   */
  members(query?: {cursor?: string; limit?: number}): Promise<{
    readonly members: readonly wire.MemberSummary[];
    readonly cursor?: string | undefined;
  }>;

  /**
   * Says that the user is typing, or stopped. Call it with every key press: it tells the others no more often than
   * needed. Lost without notice while there is no connection.
   */
  typing(typing?: boolean): void;

  /**
   * Changes the room's settings; what is not given stays. Members are told by the event `settings`.
   *
   * @throws ParleyError `forbidden`, `not_joined`, `unknown_room`, `room_deleted`.
   */
  update(settings: RoomSettings): Promise<void>;

  /** Ends the user's membership, on all devices. Messages that still wait fail. */
  leave(): Promise<void>;
}
