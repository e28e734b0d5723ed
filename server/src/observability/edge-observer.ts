import type {CloseReason, ErrorCode, LimitName} from '@parley/protocol';

/** What became of a message of a foreign producer. */
export const emitterOutcomes = ['delivered', 'reserved_name', 'operation', 'too_large', 'malformed'] as const;
export type EmitterOutcome = (typeof emitterOutcomes)[number];

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
  /** A message of a Socket.IO emitter that concerned somebody here. */
  foreignEvent(outcome: EmitterOutcome): void;
}
