import {events, requests} from '@parley/protocol';
import type {Clock} from '@parley/signaling';
import type {EdgeObserver, EmitterOutcome} from '../observability/edge-observer.js';
import type {Logger} from '../observability/logger.js';
import {isOperation, readEmitterMessage, roomOfChannel, type EmitterEvent} from './emitter-message.js';
import type {Published, RoomAdapter} from './room-adapter.js';
import {topicOf} from './topic.js';

/** Of refusals for the same reason one is logged in this time; all are counted. */
const logAgainMs = 10_000;
/** Names that Socket.IO itself has. */
const socketIoNames = new Set([
  'connect',
  'connect_error',
  'disconnect',
  'disconnecting',
  'newListener',
  'removeListener',
]);
/** First words of the names in the contract: whoever reaches Redis forges no event of ours. */
const ownWords = new Set([...events.keys(), ...requests.keys()].map((name) => name.split('.')[0]));

export interface EmitterBridgeOptions {
  readonly adapter: Pick<RoomAdapter, 'hasRoom' | 'emitTo'>;
  /** A greater message is refused. */
  readonly maxBytes: number;
  readonly clock: Clock;
  readonly observer: Partial<EdgeObserver>;
  readonly log: Pick<Logger, 'warn'>;
}

/**
 * Hands events of foreign producers (`@socket.io/redis-emitter`) to the clients of this node. Their rooms are Parley's rooms
 * by name, and sockets by id.
 *
 * They are no part of a room's feed: at most once, in no order relative to it, and not stored. Operations on sockets
 * (join, leave, disconnect) are refused: membership and sessions are Parley's, and its API has calls for them.
 */
export class EmitterBridge {
  readonly #options: EmitterBridgeOptions;
  readonly #loggedAt = new Map<EmitterOutcome, number>();

  constructor(options: EmitterBridgeOptions) {
    this.#options = options;
  }

  /** Never throws. */
  receive(channel: string, message: Buffer): void {
    if (isOperation(channel)) {
      this.#refuse('operation', 'it asks for an operation on sockets; use the operations API');
      return;
    }
    const room = roomOfChannel(channel);
    // Most rooms have nobody here: then nothing is decoded.
    if (room !== undefined && this.#known(room) === undefined) return;
    if (message.length > this.#options.maxBytes) {
      this.#refuse(
        'too_large',
        `it has ${message.length} bytes, and PARLEY_MAX_PAYLOAD allows ${this.#options.maxBytes}`,
      );
      return;
    }
    let event: EmitterEvent | undefined;
    try {
      event = readEmitterMessage(message);
    } catch (error) {
      this.#refuse('malformed', error instanceof Error ? error.message : 'it cannot be read');
      return;
    }
    if (event !== undefined) this.#deliver(event);
  }

  #deliver({name, args, rooms, except, volatile}: EmitterEvent): void {
    const {adapter, observer} = this.#options;
    if (socketIoNames.has(name) || ownWords.has(name.split('.')[0])) {
      this.#refuse(
        'reserved_name',
        `an event of the name ${JSON.stringify(name.slice(0, 64))} is not for others to send`,
      );
      return;
    }
    const here = rooms.map((room) => this.#known(room)).filter((room) => room !== undefined);
    if (rooms.length > 0 && here.length === 0) return;
    const without = except.map((room) => this.#known(room)).filter((room) => room !== undefined);
    const {deliveries, left}: Published = adapter.emitTo([name, ...args], {
      rooms: here,
      except: without,
      droppable: volatile,
    });
    observer.foreignEvent?.('delivered');
    if (deliveries > 0) observer.published?.(rooms.length === 0 ? 'all' : 'room', deliveries);
    if (left > 0) observer.dropped?.(left);
  }

  /** What the adapter calls it, if anybody here is in it. */
  #known(room: string): string | undefined {
    const {adapter} = this.#options;
    return [topicOf(room), room].find((name) => adapter.hasRoom(name));
  }

  #refuse(outcome: Exclude<EmitterOutcome, 'delivered'>, why: string): void {
    const {clock, observer, log} = this.#options;
    observer.foreignEvent?.(outcome);
    const now = clock.now();
    if (now - (this.#loggedAt.get(outcome) ?? -Infinity) < logAgainMs) return;
    this.#loggedAt.set(outcome, now);
    log.warn({outcome}, `a message of a Socket.IO emitter was refused: ${why}`);
  }
}
