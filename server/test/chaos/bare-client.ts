import {protocolVersion, session as wire, type Answer, type PayloadOf} from '@parley/protocol';
import {io, type Socket} from 'socket.io-client';
import {BareOutbox} from './bare-outbox.js';
import {Client, type ClientOptions} from './client.js';
import {identityOf, type Addressed} from './identity.js';
import {Patience} from './patience.js';
import {PresenceBoard} from './presence-board.js';
import {square} from './rooms.js';

type Ready = PayloadOf<typeof wire.ready>;
type Closing = PayloadOf<typeof wire.closing>;
type Json = Readonly<Record<string, unknown>>;

const retryMs = 300;
const connectTimeoutMs = 3_000;
const answerTimeoutMs = 5_000;
const mostWaiting = 20;

type State =
  | {readonly state: 'connecting' | 'connected'; readonly socket: Socket}
  | {readonly state: 'waiting'}
  | {readonly state: 'over'; readonly reason: string};

/** A client that uses nothing but Socket.IO and the protocol's document: it resumes by hand and repairs nothing. */
export class BareClient extends Client {
  #state: State = {state: 'waiting'};
  #kept: {session: string; key: string} | undefined;
  #attempt = 0;
  #node: number;
  #written = 0;
  readonly #outbox = new BareOutbox();
  /** What is being asked about a room, one thing at a time. */
  readonly #asking = new Set<string>();
  /** For the answers that are waited for on the present connection. */
  readonly #patience = new Patience();
  readonly #board = new PresenceBoard();
  readonly #timer: NodeJS.Timeout;

  constructor(options: ClientOptions) {
    super(options);
    this.#node = options.random.between(0, options.urls.length - 1);
    this.#timer = setInterval(() => {
      this.#goOn();
    }, retryMs);
    this.#connect();
  }

  get session(): string | undefined {
    return this.#kept?.session;
  }

  get connected(): boolean {
    return this.#state.state === 'connected';
  }

  get over(): boolean {
    return this.#state.state === 'over';
  }

  get settled(): boolean {
    const out = [...this.rooms.keys()].some((room) => !this.wanted.has(room));
    return !out && this.#outbox.size === 0 && [...this.wanted].every((room) => this.rooms.has(room));
  }

  presenceOf(user: string): string | undefined {
    return this.#board.of(user);
  }

  send(room: string): void {
    if (!this.rooms.has(room) || this.#outbox.size >= mostWaiting) return;
    this.#written += 1;
    const id = `${this.name}-${this.#written}`;
    this.wrote(room, id);
    this.#outbox.add(id, room, `${this.name} says ${this.#written}`);
    this.#sendAll();
  }

  typing(room: string): void {
    if (this.rooms.has(room)) this.#ask('chat.typing', {room, typing: true}, () => undefined);
  }

  join(room: string): void {
    this.wanted.add(room);
    this.#goOn();
  }

  leave(room: string): void {
    this.wanted.delete(room);
    this.leftOnce.add(room);
    this.#goOn();
  }

  async stop(how: 'signed out' | 'vanished'): Promise<void> {
    clearInterval(this.#timer);
    if (how === 'signed out' && this.#state.state === 'connected') {
      const {socket} = this.#state;
      await socket
        .timeout(2_000)
        .emitWithAck('session.end', {})
        .catch(() => undefined);
    }
    this.#end('stopped');
  }

  #connect(): void {
    const {urls, token, random} = this.options;
    this.#attempt += 1;
    this.#node += random.chance(0.3) ? 1 : 0;
    const attempt = this.#attempt;
    void token().then((signed) => {
      if (this.#state.state !== 'waiting') return;
      const rooms = Object.fromEntries([...this.rooms].map(([room, {epoch, offset}]) => [room, [epoch, offset]]));
      const resume = this.#kept && {...this.#kept, rooms};
      const socket = io(urls[this.#node % urls.length], {
        transports: [random.chance(0.2) ? 'polling' : 'websocket'],
        forceNew: true,
        reconnection: false,
        timeout: connectTimeoutMs,
        auth: {token: signed, v: protocolVersion, attempt, ...(resume && {resume})},
      });
      this.#state = {state: 'connecting', socket};
      this.#bind(socket);
    });
  }

  #bind(socket: Socket): void {
    const deadline = setTimeout(() => {
      this.#lost(socket);
    }, connectTimeoutMs);
    let closing: Closing | undefined;
    socket.onAny((name: string, payload: unknown) => {
      if (closing) this.violation(`[CON11] ${this.name} saw ${name} after session.closing`);
      if (name === wire.closing.name) closing = payload as Closing;
      else if (name === wire.ready.name) {
        clearTimeout(deadline);
        this.#ready(socket, payload as Ready);
      } else if (this.#state.state === 'connected') this.#receive(name, payload as Json);
      else this.violation(`[SES1] ${this.name} saw ${name} before session.ready`);
    });
    socket.on('connect_error', (error: Error & {data?: {closeCode?: number}}) => {
      clearTimeout(deadline);
      if ((error.data?.closeCode ?? 0) >= 4_500) this.#sentAway(error.message);
      else this.#lost(socket);
    });
    socket.on('disconnect', () => {
      clearTimeout(deadline);
      if (closing && closing.code >= 4_500) this.#sentAway(closing.reason);
      else this.#lost(socket);
    });
  }

  #lost(socket: Socket): void {
    socket.offAny().off().disconnect();
    if (this.#state.state === 'over' || !('socket' in this.#state) || this.#state.socket !== socket) return;
    this.#state = {state: 'waiting'};
    this.#forgetAnswers();
    this.#outbox.connectionLost();
    const againMs = this.options.random.between(20, 600);
    const again = setTimeout(() => {
      this.#node += 1;
      if (this.#state.state === 'waiting') this.#connect();
    }, againMs);
    again.unref();
  }

  #sentAway(reason: string): void {
    this.sentAway(reason);
    this.#end(reason);
  }

  #end(reason: string): void {
    clearInterval(this.#timer);
    if ('socket' in this.#state) this.#state.socket.offAny().off().disconnect();
    this.#forgetAnswers();
    this.#state = {state: 'over', reason};
  }

  #forgetAnswers(): void {
    this.#asking.clear();
    this.#patience.end();
  }

  #ready(socket: Socket, {session, key, resumed, rooms}: Ready): void {
    this.#state = {state: 'connected', socket};
    const former = this.#kept?.session;
    this.arrived(former, resumed);
    this.#board.begin(resumed && !this.options.ledger.mayHaveLost);
    this.#kept = {session, key};
    const listed = new Set(rooms.map(({room}) => room));
    for (const room of this.rooms.keys()) if (!listed.has(room)) this.#out(room, resumed);
    for (const {room, epoch, head, recovered} of rooms) {
      const journal = this.journal(room);
      if (!journal.stand) journal.begins({epoch, offset: head}, 'found on resuming');
      else if (!recovered) journal.reset({epoch, offset: head}, 'recovered: false');
      else journal.note(`resumed: head ${head}`);
    }
    this.#goOn();
  }

  /** It was in the room before this connection, and is not now. */
  #out(room: string, resumed: boolean): void {
    const {alone, ledger} = this.options;
    if (room === square) this.#board.begin(false);
    this.journal(room).leaves(resumed ? 'not listed on resuming' : 'another session');
    if (resumed && alone && !this.leftOnce.has(room) && !ledger.mayHaveLost) {
      this.violation(`[SES2] ${this.name} resumed without ${room}`, room);
    }
  }

  #receive(name: string, payload: Json): void {
    const {room, epoch, offset, at} = payload;
    const stored = typeof epoch === 'string' && typeof offset === 'number' && typeof at === 'number';
    if (name === 'push.event') this.pushed(String(payload['id']), payload['data'] as Addressed);
    else if (!stored) this.heard(name);
    if (typeof room !== 'string') return;
    if (stored) this.event(room, {epoch, offset, at}, identityOf(name, payload));
    else if (name === 'room.reset') {
      this.journal(room).reset({epoch: String(epoch), offset: Number(payload['head'])}, 'room.reset');
    } else if (name.startsWith('presence.')) this.#board.receive(name, payload);
    if (!stored && name !== 'room.reset' && !this.rooms.has(room)) {
      this.violation(`[ROOM6] ${this.name} saw ${name} of ${room}, in which it is not`, room);
    }
  }

  /** Asks for whatever is not as it is wanted. */
  #goOn(): void {
    if (this.#state.state !== 'connected') return;
    for (const room of this.wanted) if (!this.rooms.has(room)) this.#enter(room);
    for (const room of this.rooms.keys()) if (!this.wanted.has(room)) this.#exit(room);
    if (this.rooms.has(square) && !this.#board.follows) {
      this.#about('presence', 'presence.room.subscribe', {room: square}, ({ok}) => {
        this.#board.follows = ok;
      });
    }
    this.#sendAll();
  }

  #enter(room: string): void {
    if (this.#asking.has(room)) return;
    const since = this.journal(room).lastStand;
    this.#about(room, 'room.join', {room, ...(since && {since})}, (answer: Answer<Json>) => {
      if (!answer.ok) {
        if (answer.error.code === 'unknown_room') this.#about(room, 'room.create', {room}, () => undefined);
        return;
      }
      const {epoch, head, recovered} = answer.data as {epoch: string; head: number; recovered: boolean};
      const journal = this.journal(room);
      if (since && recovered) journal.begins(since, 'joined again');
      else if (since) journal.reset({epoch, offset: head}, 'joined again, recovered: false');
      else journal.begins({epoch, offset: head}, 'joined');
    });
  }

  #exit(room: string): void {
    this.#about(room, 'room.leave', {room}, (answer) => {
      if (!answer.ok && answer.error.code !== 'unknown_room') return;
      this.journal(room).leaves('left');
    });
  }

  #sendAll(): void {
    if (!this.connected) return;
    for (const {id, room, text} of this.#outbox.take(this.wanted, this.rooms)) {
      this.#ask('chat.send', {room, id, text}, (answer: Answer<Json>) => {
        this.#outbox.answered(id, answer.ok || !answer.error.retryable);
        if (answer.ok) this.accepted(room, id, answer.data as {epoch: string; offset: number});
        else if (answer.error.code === 'invalid_payload') this.violation(`[ENV3] ${answer.error.message}`, room);
      });
    }
  }

  /** One request about a room at a time. */
  #about(room: string, name: string, params: Json, then: (answer: Answer<Json>) => void): void {
    if (this.#state.state !== 'connected' || this.#asking.has(room)) return;
    this.#asking.add(room);
    this.#ask(name, params, (answer) => {
      this.#asking.delete(room);
      then(answer);
    });
  }

  /** The answer is taken whenever it comes on this connection, as the protocol gives it. */
  #ask(name: string, params: Json, then: (answer: Answer<Json>) => void): void {
    if (this.#state.state !== 'connected') return;
    const {socket} = this.#state;
    const answered = this.#patience.begin(answerTimeoutMs, () => {
      this.journal('-').note(`no answer to ${name} in ${answerTimeoutMs} ms`);
      this.#lost(socket);
    });
    socket.emit(name, params, (answer: Answer<Json>) => {
      answered();
      if ('socket' in this.#state && this.#state.socket === socket) then(answer);
    });
  }
}
