import {
  chat,
  push,
  room,
  type Access,
  type EventDefinition,
  type JoinAs,
  type Json,
  type PayloadOf,
  type Position,
  type Role,
  type VideoCodec,
} from '@parley/protocol';
import {understand} from '../wire/understand.js';
import type {PlacedEvent} from './placed.js';
import type {Rights} from './room-rights.js';
import type {PresenceNews} from './room-presence.js';
import type {SentMessage} from './sent-message.js';
import type {Typing} from './typing.js';

/** Where a stored event stands, and when it was stored (milliseconds since the Unix epoch, by the server's clock). */
export interface Place {
  readonly room: string;
  readonly epoch: string;
  readonly offset: number;
  readonly at: number;
}

/** A chat message. */
export interface Message extends Place {
  readonly id: string;
  readonly from: string;
  readonly name: string;
  readonly text: string;
  /** What `room.send` returned for it, if this client sent it: the echo of a message that is drawn already. */
  readonly sent?: SentMessage;
}

/** Somebody became a member of the room, or ceased to be one. */
export interface MemberChange extends Place {
  readonly user: string;
  readonly name: string;
  /**
   * `left` by themselves, `removed` by somebody (`by`, or the backend), or given another `role`.
   */
  readonly change: 'joined' | 'left' | 'removed' | 'role';
  /** What they are from then on; of who left, what they were. */
  readonly role: Role;
  readonly by?: string | undefined;
}

/** Somebody, or without a user the backend, changed the room's settings; these are the new ones. */
export interface SettingsChange extends Place {
  readonly user?: string | undefined;
  readonly name?: string | undefined;
  readonly title: string;
  readonly slowModeMs: number;
  readonly videoCodecs: VideoCodec[];
  readonly access: Access;
  readonly joinAs: JoinAs;
}

/** How fast messages of this user may follow one another. */
export interface Pace {
  /** The room's slow mode: how long a member waits between two messages; 0: not at all. */
  readonly slowModeMs: number;
  /** From when on the room takes the next message (milliseconds since the Unix epoch, by this client's clock). */
  readonly nextAt: number;
}

/**
 * What a backend pushed. `at` is when it was pushed; `offset` is there if it was stored, in the room or for the user. Of the
 * latter `expiresAt` says until when it is given to devices, and one with the same `collapseKey` makes it pointless.
 */
export interface Push {
  readonly id: string;
  readonly topic: string;
  readonly data: Json;
  readonly at: number;
  readonly room?: string | undefined;
  readonly offset?: number;
  readonly epoch?: string;
  readonly expiresAt?: number;
  readonly collapseKey?: string;
}

/** Whether there is a call in the room, and how many are in it. */
export interface CallActivity {
  readonly active: boolean;
  readonly peers: number;
}

/**
 * Why the client is no longer in a room: `left` by its user, on whichever device; `removed` by somebody or the backend;
 * `expired` with a grant of the token; `deleted` with the room itself, now or while the client was away; or the code of a refusal.
 */
export interface Departure {
  readonly reason: string;
  /** The user who removed them, if it was one. */
  readonly by?: string;
}

/** What a room tells. The first four are its stored events: each once, in one order that is the same for all. */
export interface RoomEvents {
  message: Message;
  member: MemberChange;
  settings: SettingsChange;
  /** Pushes to the room; the stored ones among them are in order with messages. */
  push: Push;
  /**
   * Continuity is lost: events are missing before `epoch` and `offset`, and the room goes on after them. Load what
   * there is by `room.history()`.
   */
  reset: Position;
  typing: Typing;
  /** See `room.pace`. */
  pace: Pace;
  /** What this client may do here is another thing from now on: see `room.rights`. */
  rights: Rights;
  /** Who of the members came, dropped or went, while `room.presence` is followed. */
  presence: PresenceNews;
  call: CallActivity;
  /** The client is no longer in the room. Nothing follows. */
  left: Departure;
}

/** A stored event, as `room.history()` gives it: named like the event of the room. */
export type StoredEvent =
  | {readonly event: 'message'; readonly payload: Message}
  | {readonly event: 'member'; readonly payload: MemberChange}
  | {readonly event: 'settings'; readonly payload: SettingsChange}
  | {readonly event: 'push'; readonly payload: Push};

/** What a stored event says; undefined for kinds that this version does not know. */
export function readStored({name, payload}: PlacedEvent): StoredEvent | undefined {
  const parse = <D extends EventDefinition>(definition: D): PayloadOf<D> | undefined =>
    understand<D['payload']>(definition.payload, payload);
  switch (name) {
    case chat.message.name: {
      const message = parse(chat.message);
      return message && {event: 'message', payload: message};
    }
    case room.member.name: {
      const member = parse(room.member);
      return member && {event: 'member', payload: member};
    }
    case room.updated.name: {
      const updated = parse(room.updated);
      return updated && {event: 'settings', payload: updated};
    }
    case push.stored.name: {
      const stored = parse(push.stored);
      return stored && {event: 'push', payload: stored};
    }
    default:
      return undefined;
  }
}
