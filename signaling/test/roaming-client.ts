import {chat, room, session, type Position} from '@parley/protocol';
import type {LiveSession} from '../src/hub.js';
import type {RecordingConnection} from '../src/testing/index.js';
import type {HubNode} from './hub-cluster.js';

interface Seat {
  readonly node: HubNode;
  readonly connection: RecordingConnection;
  readonly live: LiveSession;
  /** Frames that the client has looked at. */
  read: number;
}

/**
 * A client of one room that behaves as the SDK does: it reads one connection at a time, resumes with the positions it
 * has got to, and repeats what was not acknowledged. It writes down every break of the promise.
 */
export class RoamingClient {
  readonly user: string;
  readonly received: {offset: number; id: string}[] = [];
  readonly broken: string[] = [];
  readonly unsent = new Map<string, string>();
  resumes = 0;
  #position: Position | undefined;
  #credentials: {session: string; key: string} | undefined;
  #attempt = 0;
  readonly #seats: Seat[] = [];
  #seat: Seat | undefined;

  constructor(user: string) {
    this.user = user;
  }

  get connected(): boolean {
    return this.#seat?.connection.open === true;
  }

  /** Connections that live nodes still hold open for it: one, if it is connected. */
  get held(): number {
    return this.#seats.filter(({node, connection}) => node.alive && connection.open).length;
  }

  /** Opens a connection, which replaces the one it has. Resolves when it is there or was refused. */
  async connect(node: HubNode): Promise<void> {
    this.read();
    this.#seat = undefined;
    this.#attempt += 1;
    const attempt = this.#attempt;
    const rooms: Record<string, [string, number]> = this.#position
      ? {den: [this.#position.epoch, this.#position.offset]}
      : {};
    const resume = this.#credentials && {...this.#credentials, rooms};
    const admission = await node.admit(this.user, {attempt, ...(resume && {resume})}).catch(() => undefined);
    // A node that was killed meanwhile answers nobody.
    if (!admission || !node.alive) return;
    if (attempt !== this.#attempt) {
      // Overtaken by a newer attempt of its own; now and then it comes about all the same, and is nobody's concern.
      if (attempt % 2 === 0) admission.abandon();
      else admission.start(node.broadcaster.connect()).dropped();
      return;
    }
    const connection = node.broadcaster.connect();
    this.#seat = {node, connection, live: admission.start(connection), read: 0};
    this.#seats.push(this.#seat);
    this.read();
  }

  /** The transport is gone, and the node notices. */
  cut(): void {
    const seat = this.#seat;
    if (!seat) return;
    this.read();
    seat.connection.close('keepalive_timeout');
    seat.live.dropped();
  }

  /** Its node is gone: nobody there notices anything any more. */
  nodeKilled(node: HubNode): void {
    if (this.#seat?.node !== node) return;
    this.read();
    this.#seat.connection.close('node_lost');
  }

  join(): Promise<void> {
    return new Promise((resolve) => {
      this.#seat?.live.receive(room.join.name, {room: 'den'}, (answer) => {
        if (answer.ok) {
          const {epoch, head} = room.join.result.parse(answer.data);
          this.#position = {epoch, offset: head};
        }
        resolve();
      });
    });
  }

  send(id: string): void {
    this.unsent.set(id, id);
    const seat = this.#seat;
    seat?.live.receive(chat.send.name, {room: 'den', id, text: id}, (answer) => {
      if (answer.ok) this.unsent.delete(id);
      else if (answer.error.code !== 'unavailable') this.broken.push(`${id} was refused: ${answer.error.code}`);
    });
  }

  /** Looks at what came on its connection since it last looked. */
  read(): void {
    const seat = this.#seat;
    if (!seat) return;
    for (const {name, payload} of seat.connection.frames.slice(seat.read)) {
      seat.read += 1;
      if (name === session.ready.name) this.#ready(session.ready.payload.parse(payload));
      else if (name === room.reset.name) this.broken.push('the room was reset');
      else if (name === chat.message.name || name === room.member.name) this.#stored(payload);
    }
  }

  #ready(ready: ReturnType<typeof session.ready.payload.parse>): void {
    if (this.#credentials) {
      this.resumes += 1;
      if (!ready.resumed) this.broken.push('the session was not resumed');
      const [den] = ready.rooms;
      if (this.#position && !den?.recovered) this.broken.push('the room was not recovered');
    }
    this.#credentials = {session: ready.session, key: ready.key};
  }

  #stored(payload: unknown): void {
    const {epoch, offset, id = ''} = payload as {epoch: string; offset: number; id?: string};
    const last = this.#position;
    if (epoch !== last?.epoch) this.broken.push(`epoch ${epoch} after ${last?.epoch ?? 'none'}`);
    else if (offset !== last.offset + 1) this.broken.push(`offset ${offset} after ${last.offset}`);
    this.#position = {epoch, offset};
    this.received.push({offset, id});
  }
}
