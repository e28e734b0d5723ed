import {Adapter, type BroadcastOptions} from 'socket.io-adapter';
import type {Namespace, Socket} from 'socket.io';
import type {TemplatedApp} from 'uWebSockets.js';
import {webSocketOf, type WebSocket} from './engine-shapes.js';
import {eventType, jsonEvent} from './json-event.js';
import type {OpenSockets} from './open-sockets.js';

/** Begins a packet of Engine.IO that is a message. */
const message = '4';
/** No room's name: the polling sockets of everybody are kept under it. */
const everyone = '';

interface EventPacket {
  readonly type: number;
  readonly data: readonly unknown[];
  nsp?: string;
}

/** What has been handed to how many connections. */
export interface Published {
  readonly deliveries: number;
  /** Connections that a droppable event was left out for. */
  readonly left: number;
}
const nobody: Published = {deliveries: 0, left: 0};

/**
 * Socket.IO's rooms on uWS's topics: a publication is encoded once, and no socket that has a WebSocket is touched by
 * JavaScript. Sockets that are long-polling are kept in a set per room until they upgrade.
 *
 * Socket.IO's own way (`attachApp`) replaces the methods of the shared prototype by those of one app; this class keeps
 * to itself, so that several apps live in one process, and it unsubscribes what leaves, so that a socket that is closed
 * hears nothing more. Every socket has one topic of its own, `everyone`'s: uWS discards what was published in a turn
 * to a socket that gives up its last topic in it, which is wanted only for those that are given up altogether.
 */
export class RoomAdapter extends Adapter {
  readonly #namespace: Namespace;
  readonly #app: TemplatedApp;
  readonly #open: OpenSockets;
  readonly #polling = new Map<string, Set<Socket>>();

  constructor(namespace: Namespace, app: TemplatedApp, sockets: OpenSockets) {
    super(namespace);
    this.#namespace = namespace;
    this.#app = app;
    this.#open = sockets;
  }

  override addAll(id: string, rooms: Set<string>): void {
    const isNew = !this.sids.has(id);
    void super.addAll(id, rooms);
    const socket = this.#namespace.sockets.get(id);
    if (socket === undefined) return;
    // A socket's room of its own has no topic: what goes there goes to the socket itself.
    const topics = [...rooms].filter((room) => room !== id);
    if (isNew) topics.push(everyone);
    const ws = this.#webSocket(socket);
    if (ws === undefined) {
      for (const room of topics) this.#addPolling(room, socket);
      if (isNew) this.#moveOnUpgrade(socket);
    } else {
      for (const room of topics) ws.subscribe(this.#topic(room));
    }
  }

  override del(id: string, room: string): void {
    void super.del(id, room);
    const socket = this.#namespace.sockets.get(id);
    if (socket === undefined) return;
    this.#removePolling(room, socket);
    this.#webSocket(socket)?.unsubscribe(this.#topic(room));
  }

  override delAll(id: string): void {
    const rooms = [...(this.sids.get(id) ?? [])];
    super.delAll(id);
    const socket = this.#namespace.sockets.get(id);
    if (socket === undefined) return;
    const ws = this.#webSocket(socket);
    for (const room of [...rooms, everyone]) {
      this.#removePolling(room, socket);
      ws?.unsubscribe(this.#topic(room));
    }
  }

  override broadcast(packet: EventPacket, options: BroadcastOptions): void {
    const [room = everyone, ...others] = options.rooms;
    const simple = others.length === 0 && (options.except?.size ?? 0) === 0 && !this.sids.has(room);
    if (!simple) super.broadcast(packet, options);
    else this.#publish(room, this.#encoded(packet), options.flags?.volatile === true);
  }

  /** To everybody in a room of this node. */
  publish(room: string, name: string, payload: unknown, droppable: boolean): Published {
    const members = this.rooms.get(room)?.size ?? 0;
    return members === 0
      ? nobody
      : this.#count(members, this.#publish(room, this.#encoded(eventOf(name, payload)), droppable));
  }

  /** The same for a payload that is JSON, which goes around Socket.IO's encoder and its search for binary parts. */
  publishJson(room: string, name: string, payload: string): Published {
    const members = this.rooms.get(room)?.size ?? 0;
    if (members === 0) return nobody;
    return this.#count(members, this.#publish(room, [jsonEvent(this.#namespace.name, name, payload)], false));
  }

  /** To everybody on this node, a payload that is JSON. */
  publishJsonToAll(name: string, payload: string): Published {
    const event = jsonEvent(this.#namespace.name, name, payload);
    return this.#count(this.sids.size, this.#publish(everyone, [event], false));
  }

  #encoded(packet: EventPacket): readonly (string | Buffer)[] {
    packet.nsp = this.#namespace.name;
    return this.#namespace.server.encoder.encode(packet as never) as (string | Buffer)[];
  }

  hasRoom(room: string): boolean {
    return this.rooms.has(room);
  }

  /** To those of this node who are in one of the rooms (none: everybody) and in none of the others. */
  emitTo(
    data: readonly unknown[],
    to: {rooms: readonly string[]; except: readonly string[]; droppable: boolean},
  ): Published {
    const packet: EventPacket = {type: eventType, data};
    const [room = everyone, ...others] = to.rooms;
    if (others.length === 0 && to.except.length === 0 && !this.sids.has(room)) {
      const members = room === everyone ? this.sids.size : (this.rooms.get(room)?.size ?? 0);
      return members === 0 ? nobody : this.#count(members, this.#publish(room, this.#encoded(packet), to.droppable));
    }
    const except = new Set(to.except);
    const ids = new Set(
      to.rooms.length === 0 ? this.sids.keys() : to.rooms.flatMap((each) => [...(this.rooms.get(each) ?? [])]),
    );
    for (const each of except) for (const id of this.rooms.get(each) ?? []) ids.delete(id);
    super.broadcast(packet, {rooms: new Set(to.rooms), except, flags: {volatile: to.droppable}});
    return {deliveries: ids.size, left: 0};
  }

  #count(members: number, left: number): Published {
    return {deliveries: members - left, left};
  }

  /** Returns for how many it was left out. */
  #publish(room: string, encoded: readonly (string | Buffer)[], droppable: boolean): number {
    this.#open.settle();
    const topic = this.#topic(room);
    const behind = droppable ? this.#behindIn(topic) : [];
    for (const ws of behind) ws.unsubscribe(topic);
    for (const part of encoded) {
      if (typeof part === 'string') this.#app.publish(topic, message + part, false);
      else this.#app.publish(topic, part, true);
    }
    for (const ws of behind) ws.subscribe(topic);
    const left = behind.length + this.#writePolling(room, encoded, droppable);
    this.#open.settle();
    return left;
  }

  #writePolling(room: string, encoded: readonly (string | Buffer)[], droppable: boolean): number {
    let left = 0;
    for (const socket of this.#polling.get(room) ?? []) {
      if (droppable && !socket.conn.transport.writable) left += 1;
      else for (const part of encoded) socket.conn.write(part, {compress: false});
    }
    return left;
  }

  #behindIn(topic: string): WebSocket[] {
    const behind: WebSocket[] = [];
    for (const ws of this.#open.behind()) if (ws.isSubscribed(topic)) behind.push(ws);
    return behind;
  }

  #moveOnUpgrade(socket: Socket): void {
    // Engine.IO flushes what it held for polling right after this event, before anything can be published.
    socket.conn.once('upgrade', () => {
      const ws = this.#webSocket(socket);
      const rooms = this.sids.get(socket.id);
      if (rooms === undefined) return;
      for (const room of [...rooms, everyone]) {
        if (this.#removePolling(room, socket)) ws?.subscribe(this.#topic(room));
      }
    });
  }

  #webSocket(socket: Socket): WebSocket | undefined {
    const ws = webSocketOf(socket.conn);
    return ws !== undefined && this.#open.isOpen(ws) ? ws : undefined;
  }

  #topic(room: string): string {
    return `${this.#namespace.name}\u001f${room}`;
  }

  #addPolling(room: string, socket: Socket): void {
    const sockets = this.#polling.get(room);
    if (sockets === undefined) this.#polling.set(room, new Set([socket]));
    else sockets.add(socket);
  }

  #removePolling(room: string, socket: Socket): boolean {
    const sockets = this.#polling.get(room);
    const removed = sockets?.delete(socket) === true;
    if (sockets?.size === 0) this.#polling.delete(room);
    return removed;
  }
}

const eventOf = (name: string, payload: unknown): EventPacket => ({type: eventType, data: [name, payload]});
