import type {CloseReason, ErrorCode, LimitName} from '@parley/protocol';

/** Monitoring of the public edge: told what happened, never asked, never able to change it. None of these throws. */
export interface EdgeObserver {
  connectionOpened(transport: 'websocket' | 'polling'): void;
  /** `client`: it went away by itself, or its network did. */
  connectionClosed(reason: CloseReason | 'client'): void;
  handshakeRefused(code: ErrorCode): void;
  /** Refused with `overloaded` and an appointment, because more came than the node takes in per second. */
  handshakeDeferred(): void;
  /** A limit was passed, and whoever did was refused or sent away. */
  limitReached(limit: LimitName): void;
  /** One event was encoded and handed to this many connections. Called for every publication: cheap. */
  published(kind: 'room' | 'all' | 'direct', deliveries: number): void;
  /** A droppable event was left out for connections that are behind. */
  dropped(connections: number): void;
}
