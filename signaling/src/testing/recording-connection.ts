import type {CloseReason, EventDefinition, PayloadOf, RoomId} from '@parley/protocol';
import type {Broadcaster, Connection} from '../ports.js';

export interface Frame {
  readonly name: string;
  readonly payload: unknown;
}

/** A connection that writes down what a client would see on the wire, in order. */
export class RecordingConnection implements Connection {
  readonly id: string;
  readonly frames: Frame[] = [];
  readonly rooms = new Set<RoomId>();
  /** Whether the client answers. */
  answers = true;
  closed: {reason: CloseReason; message?: string; retryAfterMs?: number} | undefined;

  constructor(id: string) {
    this.id = id;
  }

  get open(): boolean {
    return this.closed === undefined;
  }

  /** Payloads of the frames of this name, as they came. */
  of<D extends EventDefinition>(event: D): PayloadOf<D>[] {
    return this.frames
      .filter(({name}) => name === event.name)
      .map(({payload}) => event.payload.parse(payload) as PayloadOf<D>);
  }

  send<D extends EventDefinition>(event: D, payload: PayloadOf<D>): void {
    this.record(event.name, event.payload.parse(payload));
  }

  sendJson(name: string, payload: string): void {
    this.record(name, JSON.parse(payload));
  }

  /** A frame goes to the client, if there is a connection. */
  record(name: string, payload: unknown): void {
    if (this.open) this.frames.push({name, payload});
  }

  attach(room: RoomId): void {
    if (this.open) this.rooms.add(room);
  }

  detach(room: RoomId): void {
    this.rooms.delete(room);
  }

  probe(): boolean {
    return this.answers;
  }

  close(reason: CloseReason, options: {message?: string; retryAfterMs?: number} = {}): void {
    if (!this.open) return;
    this.closed = {reason, ...options};
    this.rooms.clear();
  }
}

/** Brings publications to the recording connections that it made and that are attached to the room. */
export class RecordingBroadcaster implements Broadcaster {
  readonly published: (Frame & {readonly room: RoomId | undefined; readonly droppable: boolean})[] = [];
  readonly connections: RecordingConnection[] = [];

  connect(id = `connection-${this.connections.length + 1}`): RecordingConnection {
    const connection = new RecordingConnection(id);
    this.connections.push(connection);
    return connection;
  }

  publish(room: RoomId, name: string, payload: unknown, {droppable = false}: {droppable?: boolean} = {}): void {
    this.published.push({room, name, payload, droppable});
    for (const connection of this.connections) if (connection.rooms.has(room)) connection.record(name, payload);
  }

  publishJson(room: RoomId, name: string, payload: string): void {
    this.publish(room, name, JSON.parse(payload));
  }

  publishJsonToAll(name: string, json: string): void {
    const payload: unknown = JSON.parse(json);
    this.published.push({room: undefined, name, payload, droppable: false});
    for (const connection of this.connections) connection.record(name, payload);
  }
}
