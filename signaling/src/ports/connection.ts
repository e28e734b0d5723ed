import type {CloseReason, EventDefinition, PayloadOf, RoomId} from '@parley/protocol';

/**
 * One transport to one client: what the edge gives to signaling.
 *
 * Guarantee: what is sent arrives in the order of the calls, room traffic after `attach` included, or the connection
 * ends. After `close` returns nothing more than `session.closing` reaches the wire: not the room's traffic either.
 * Without the order, replay and live events would interleave; without the second, a kicked client would go on listening.
 */
export interface Connection {
  readonly id: string;
  readonly open: boolean;
  send<D extends EventDefinition>(event: D, payload: PayloadOf<D>): void;
  /** The same for a payload that is JSON already: a stored event from the feed. */
  sendJson(name: string, payload: string): void;
  /**
   * From now on the room's publications reach this connection. Takes effect within the call. A name that no room can have
   * stands for an audience of its own.
   */
  attach(room: RoomId): void;
  detach(room: RoomId): void;
  /**
   * Asks the client for a sign of life, besides the keep-alive, and says whether there was one since the last time it was
   * asked; the first time, true. Every client answers by itself.
   */
  probe(): boolean;
  /** Sends `session.closing` and ends the transport. Idempotent. */
  close(reason: CloseReason, options?: {message?: string; retryAfterMs?: number}): void;
}

/**
 * Publishing to every connection of this node that is attached to a room.
 *
 * Guarantee: the event is encoded once, and handed to the transports in the order of the calls. A droppable event is
 * left out for connections that are behind.
 */
export interface Broadcaster {
  publish(room: RoomId, name: string, payload: unknown, options?: {droppable?: boolean}): void;
  /** The same for a payload that is JSON already. */
  publishJson(room: RoomId, name: string, payload: string): void;
  /** To every connection of this node. */
  publishJsonToAll(name: string, payload: string): void;
}
