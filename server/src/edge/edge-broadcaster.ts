import type {RoomId} from '@parley/protocol';
import type {Broadcaster} from '@parley/signaling';
import type {EdgeObserver} from '../observability/edge-observer.js';
import type {Published, RoomAdapter} from './room-adapter.js';
import {topicOf} from './topic.js';

/** Publishes to the connections of this node and counts it: Socket.IO's own hooks never see a native publication. */
export class EdgeBroadcaster implements Broadcaster {
  readonly #adapter: RoomAdapter;
  readonly #observer: Partial<EdgeObserver>;

  constructor(adapter: RoomAdapter, observer: Partial<EdgeObserver>) {
    this.#adapter = adapter;
    this.#observer = observer;
  }

  publish(room: RoomId, name: string, payload: unknown, {droppable = false}: {droppable?: boolean} = {}): void {
    this.#count('room', this.#adapter.publish(topicOf(room), name, payload, droppable));
  }

  publishJson(room: RoomId, name: string, payload: string): void {
    this.#count('room', this.#adapter.publishJson(topicOf(room), name, payload));
  }

  publishJsonToAll(name: string, payload: string): void {
    this.#count('all', this.#adapter.publishJsonToAll(name, payload));
  }

  #count(kind: 'room' | 'all', {deliveries, left}: Published): void {
    if (deliveries > 0) this.#observer.published?.(kind, deliveries);
    if (left > 0) this.#observer.dropped?.(left);
  }
}
