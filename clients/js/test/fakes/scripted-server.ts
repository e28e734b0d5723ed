import {
  chat,
  closeCodes,
  ParleyError,
  presence,
  requests,
  room as rooms,
  session as sessions,
  toWireError,
  type CloseReason,
  type Standing,
} from '@parley/protocol';
import type {OpenWire, Wire} from '../../src/wire/wire.js';
import {ScriptedRoom, type Stored} from './scripted-room.js';
import {ScriptedWire, type Session} from './scripted-wire.js';

type Handshake = sessions.Handshake;

const standing: Standing = {
  role: 'member',
  may: ['chat.send'],
  over: [],
  call: ['join', 'audio', 'video', 'screen', 'data'],
};

/**
 * A server of one page that follows docs/PROTOCOL.md for sessions, rooms and chat, and can be told to misbehave: to be
 * down, cut connections, refuse, lose answers, and hand events over as `deliver` says.
 */
export class ScriptedServer {
  readonly rooms = new Map<string, ScriptedRoom>();
  readonly deleted = new Set<string>();
  readonly handshakes: {readonly url: string; readonly auth: Handshake}[] = [];
  readonly asked: {readonly name: string; readonly params: unknown}[] = [];
  /** Overrides of single requests: throw a ParleyError to refuse, return undefined to never answer. */
  readonly on = new Map<string, (params: never, session: string) => unknown>();
  /** Called after a request took effect: true loses its answer. */
  loseAnswer: (name: string) => boolean = () => false;
  /** What becomes of a stored event on its way to a client. */
  deliver: (stored: Stored) => readonly Stored[] = (stored) => [stored];
  /** Refuses handshakes. */
  admit: (auth: Handshake, url: string) => ParleyError | undefined = () => undefined;
  down = false;
  /** Lets clients in whose `session.ready` does not arrive. */
  loseReady = false;
  readonly #sessions = new Map<string, Session>();
  #wires: ScriptedWire[] = [];
  #count = 0;

  readonly open: OpenWire = (url, auth, listener): Wire => {
    const wire = new ScriptedWire(listener);
    this.#wires.push(wire);
    this.handshakes.push({url, auth: sessions.handshake.parse(JSON.parse(JSON.stringify(auth)))});
    if (this.down) wire.end({kind: 'lost', message: 'connection refused'});
    else {
      wire.later(() => {
        this.#shake(wire, url, auth);
      });
    }
    return {
      send: (name, params, answer) => {
        wire.later(() => {
          this.#request(wire, name, JSON.parse(JSON.stringify(params)), answer);
        });
      },
      close: () => {
        this.#drop(wire);
      },
    };
  };

  room(id: string): ScriptedRoom {
    const room = this.rooms.get(id) ?? new ScriptedRoom(id);
    this.rooms.set(id, room);
    return room;
  }

  get connections(): number {
    return this.#wires.filter((wire) => wire.open && wire.session).length;
  }

  /** Cuts every connection, without a word. */
  cut(): void {
    for (const wire of this.#wires) {
      wire.end({kind: 'lost', message: 'transport close'});
      if (wire.session?.wire === wire) wire.session.wire = undefined;
    }
    this.#wires = [];
  }

  /** Ends every connection as a server does: with `session.closing`. */
  close(reason: CloseReason, retryAfterMs?: number): void {
    const {code, text: message} = closeCodes[reason];
    this.tell(sessions.closing.name, {code, reason, message, ...(retryAfterMs !== undefined && {retryAfterMs})});
    this.cut();
  }

  /** Forgets every session: nobody can resume. */
  forget(): void {
    this.#sessions.clear();
  }

  /** Sends an event to every connected client. */
  tell(name: string, payload: unknown): void {
    for (const wire of this.#wires) if (wire.session) wire.event(name, payload);
  }

  /** Appends to a room and hands it to those in it. */
  append(room: string, name: string, data: object, key?: string): Stored {
    const {stored, repeated} = this.room(room).append(name, data, key);
    if (!repeated) this.#publish(stored);
    return stored;
  }

  say(room: string, text: string, from = 'other'): Stored {
    return this.append(room, chat.message.name, {id: `m-${++this.#count}`, from, name: from, text});
  }

  #publish(stored: Stored): void {
    for (const wire of this.#wires) if (wire.session?.rooms.has(stored.payload.room)) this.#hand(wire, stored);
  }

  #hand(wire: ScriptedWire, stored: Stored): void {
    for (const one of this.deliver(stored)) wire.event(one.name, one.payload);
  }

  #drop(wire: ScriptedWire): void {
    wire.open = false;
    this.#wires = this.#wires.filter((other) => other !== wire);
    if (wire.session?.wire === wire) wire.session.wire = undefined;
  }

  #shake(wire: ScriptedWire, url: string, auth: Handshake): void {
    const refusal = this.admit(auth, url);
    if (refusal) {
      const known = Object.entries(closeCodes).find(([reason]) => reason === refusal.code);
      const closeCode = known?.[1].code ?? closeCodes.unavailable.code;
      wire.end({kind: 'refused', message: refusal.code, data: {...refusal.toWire(), closeCode}});
      return;
    }
    const {resume, attempt = 0} = auth;
    const old = resume && this.#sessions.get(resume.session);
    const resumed = old !== undefined && old.keys.includes(resume?.key ?? '') && attempt >= old.attempt;
    const session = resumed ? old : this.#newSession(auth);
    const key = `key-${this.handshakes.length}-of-${session.id}`;
    session.keys = [...(resumed && resume ? [resume.key] : []), key];
    session.attempt = attempt;
    session.wire = wire;
    wire.session = session;
    const kept = [...session.rooms].map((id) => {
      const room = this.room(id);
      const position = resume?.rooms[id];
      const missed = position ? room.since(...position) : [];
      return {ready: {room: id, epoch: room.epoch, head: room.head, recovered: missed !== undefined, standing}, missed};
    });
    if (this.loseReady) return;
    wire.event(sessions.ready.name, {
      session: session.id,
      key,
      user: session.user,
      name: session.user,
      node: url,
      resumed,
      rooms: kept.map(({ready}) => ready),
      calls: {available: true},
      limits: {
        payloadBytes: 65_536,
        textCharacters: 4_000,
        roomsPerSession: 100,
        sessionsPerUser: 100,
        requestsPerSecond: 50,
        resumeWindowMs: 120_000,
        replayEvents: 500,
      },
      keepalive: {intervalMs: 10_000, timeoutMs: 10_000},
      protocol: {version: 1, floor: 1},
      at: 1,
    });
    for (const {missed} of kept) for (const stored of missed ?? []) this.#hand(wire, stored);
  }

  #newSession({token, attempt = 0}: Handshake): Session {
    const n = ++this.#count;
    const session = {
      id: `session-${n}`,
      keys: [],
      user: token,
      rooms: new Set<string>(),
      attempt,
      wire: undefined,
    };
    this.#sessions.set(session.id, session);
    return session;
  }

  #request(wire: ScriptedWire, name: string, params: unknown, answer: (answer: unknown) => void): void {
    const {session} = wire;
    const definition = requests.get(name);
    if (!session || !definition) throw new Error(`unexpected ${name}`);
    this.asked.push({name, params});
    const reply = (data: unknown): void => {
      if (this.loseAnswer(name)) return;
      wire.later(() => {
        wire.listener.onHeard();
        answer(JSON.parse(JSON.stringify(data)));
      });
    };
    try {
      const own = this.on.get(name);
      const parsed = definition.params.parse(params);
      const data = own ? own(parsed as never, session.id) : this.#carryOut(wire, session, name, params, reply);
      if (data !== undefined) reply({ok: true, data});
    } catch (error) {
      reply({ok: false, error: toWireError(error)});
    }
  }

  /** The result, or undefined if it has replied itself. */
  #carryOut(
    wire: ScriptedWire,
    session: Session,
    name: string,
    params: unknown,
    reply: (data: unknown) => void,
  ): unknown {
    const known = (id: string): ScriptedRoom => {
      const room = this.rooms.get(id);
      if (!room) throw new ParleyError(this.deleted.has(id) ? 'room_deleted' : 'unknown_room');
      return room;
    };
    const joined = (id: string): ScriptedRoom => {
      if (!session.rooms.has(id)) throw new ParleyError('not_joined');
      return known(id);
    };
    const summary = ({id, members}: ScriptedRoom): rooms.RoomSummary => ({
      room: id,
      title: id,
      members: members.size,
      maxMembers: 100,
      slowModeMs: 0,
      access: 'open',
      joinAs: 'member',
      videoCodecs: ['VP8', 'VP9', 'H264', 'AV1'],
      createdAt: 1,
      joined: members.has(session.user),
    });
    switch (name) {
      case rooms.create.name: {
        const {room} = rooms.create.params.parse(params);
        if (this.rooms.has(room)) throw new ParleyError('room_exists');
        return summary(this.room(room));
      }
      case rooms.join.name: {
        const {room: id, since} = rooms.join.params.parse(params);
        const room = known(id);
        const missed = since ? room.since(since.epoch, since.offset) : [];
        session.rooms.add(id);
        room.members.add(session.user);
        const {epoch, head} = room;
        const place = {epoch, head, recovered: missed !== undefined};
        reply({ok: true, data: {room: summary(room), ...place, callPeers: 0, standing}});
        for (const stored of missed ?? []) this.#hand(wire, stored);
        return undefined;
      }
      case rooms.leave.name:
        session.rooms.delete(rooms.leave.params.parse(params).room);
        return {};
      case rooms.members.name: {
        const {room} = rooms.members.params.parse(params);
        return {
          members: [...joined(room).members].map((user) => ({
            user,
            name: user,
            role: 'member',
            joinedAt: 1,
            presence: 'online',
          })),
        };
      }
      case chat.send.name: {
        const {room, id, text} = chat.send.params.parse(params);
        joined(room);
        const {payload} = this.append(room, chat.message.name, {id, from: session.user, name: session.user, text}, id);
        return {epoch: payload.epoch, offset: payload.offset, at: payload.at};
      }
      case chat.history.name: {
        const query = chat.history.params.parse(params);
        const room = joined(query.room);
        return {epoch: room.epoch, head: room.head, ...room.page(query)};
      }
      case presence.subscribeRoom.name:
        return {mode: 'members'};
      case sessions.end.name:
        this.#sessions.delete(session.id);
        return {};
      default:
        return {};
    }
  }
}
