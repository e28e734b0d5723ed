import {
  closeCodes,
  limitCatalogue,
  mayReconnect,
  session,
  type Answer,
  type CloseReason,
  type EventDefinition,
  type PayloadOf,
  type RoomId,
} from '@parley/protocol';
import type {Clock, Connection} from '@parley/signaling';
import type {Socket} from 'socket.io';
import type {EdgeObserver} from '../observability/edge-observer.js';
import {beforeEngineCloses, discardUnsent, ping, webSocketOf, type WebSocket} from './engine-shapes.js';
import type {OpenSockets, SocketOwner} from './open-sockets.js';
import {jsonEvent} from './json-event.js';
import {PollingBacklog} from './polling-backlog.js';
import {topicOf} from './topic.js';

/** Why a connection ended: a reason of ours, or the client or its network went away. */
export type EndReason = CloseReason | 'client';

export interface SocketConnectionOptions {
  readonly clock: Clock;
  readonly sockets: OpenSockets;
  readonly bufferBytes: number;
  readonly observer: Partial<EdgeObserver>;
  readonly onDefect: (error: unknown, context: Readonly<Record<string, string>>) => void;
}

/** Called once, within the call that ends it; `ours` if it was ended by `close`, so that its caller knows already. */
export type OnEnd = (reason: EndReason, ours: boolean) => void;

/** How long a slow client may take to read up to its `session.closing` before the connection is cut. */
const farewellMs = 5_000;

/** A client's Socket.IO socket as the {@link Connection} that signaling knows. */
export class SocketConnection implements Connection, SocketOwner {
  readonly id: string;
  readonly #socket: Socket;
  readonly #options: SocketConnectionOptions;
  readonly #onEnd: OnEnd;
  #open = true;
  /** Whether anything came since the last probe; undefined until the first one. */
  #heard: boolean | undefined;
  /** Not sent yet; undefined while there are none: most connections have none most of the time. */
  #answers: (() => void)[] | undefined;

  /** @param options are shared by all connections: there are many, and each may last for days */
  constructor(socket: Socket, options: SocketConnectionOptions, onEnd: OnEnd) {
    this.id = socket.id;
    this.#socket = socket;
    this.#options = options;
    this.#onEnd = onEnd;
    const {conn} = socket;
    beforeEngineCloses(conn, (why) => {
      this.fail(why === 'silent' ? 'keepalive_timeout' : 'protocol_error');
    });
    const ws = webSocketOf(conn);
    if (ws === undefined) this.#beginPolling();
    else options.sockets.own(ws, this);
  }

  get open(): boolean {
    return this.#open;
  }

  send<D extends EventDefinition>({name}: D, payload: PayloadOf<D>): void {
    this.#send(() => {
      this.#socket.emit(name, payload);
    });
  }

  sendJson(name: string, payload: string): void {
    this.#send(() => {
      this.#socket.conn.write(jsonEvent(this.#socket.nsp.name, name, payload));
    });
  }

  #send(write: () => void): void {
    if (!this.#open) return;
    this.#sendAnswers();
    write();
    this.#options.observer.published?.('direct', 1);
    this.#options.sockets.settle();
  }

  attach(room: RoomId): void {
    if (!this.#open) return;
    this.#sendAnswers();
    void this.#socket.join(topicOf(room));
  }

  detach(room: RoomId): void {
    if (this.#open) void this.#socket.leave(topicOf(room));
  }

  probe(): boolean {
    if (!this.#open) return false;
    const {conn} = this.#socket;
    const heard = this.#heard ?? true;
    // Most connections are never probed: only for those that are, each packet is noted.
    if (this.#heard === undefined) {
      conn.on('packet', () => {
        this.#heard = true;
      });
    }
    this.#heard = false;
    ping(conn);
    return heard;
  }

  close(reason: CloseReason, options: {message?: string; retryAfterMs?: number} = {}): void {
    this.#end(reason, {...options, ours: true});
  }

  /** Ends it for a reason that signaling does not know yet, and tells it. */
  fail(reason: CloseReason, message?: string): void {
    this.#end(reason, {...(message !== undefined && {message}), ours: false});
  }

  /** The transport is gone. */
  lost(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#onEnd('client', false);
  }

  /**
   * Something was dropped for this socket, so nothing may follow. Leaving all topics discards what uWS holds of this
   * turn; the farewell waits until the client has read enough for it to fit, and not for long.
   */
  onSlow(ws: WebSocket): void {
    if (!this.#open) return;
    const {sockets, clock, bufferBytes} = this.#options;
    this.#open = false;
    this.#leaveRooms();
    const cut = clock.after(farewellMs, () => {
      if (sockets.isOpen(ws)) ws.close();
    });
    sockets.whenBelow(ws, bufferBytes / 2, () => {
      cut.cancel();
      const {code, text} = closeCodes.slow_consumer;
      this.#socket.emit(session.closing.name, {code, reason: 'slow_consumer', message: text});
      ws.end(code, 'slow_consumer');
    });
    this.#onEnd('slow_consumer', false);
  }

  onFlooding(): void {
    this.fail('protocol_error', limitCatalogue.inbound.text);
  }

  onOversized(): void {
    this.#options.observer.limitReached?.('payload');
    this.fail('protocol_error', limitCatalogue.payload.text);
  }

  /**
   * An answer to a request; nobody is told after the end. It keeps its place among what is sent and published, but waits
   * until Node's callback is over, so that what a batch of the store answers leaves in one write.
   */
  answer(acknowledge: (answer: Answer<unknown>) => void, answer: Answer<unknown>): void {
    if (!this.#open) return;
    if (this.#answers === undefined) {
      this.#answers = [];
      this.#options.sockets.hold(() => {
        this.#sendAnswers();
      });
    }
    this.#answers.push(() => {
      acknowledge(answer);
    });
  }

  #sendAnswers(): void {
    const answers = this.#answers;
    if (answers === undefined) return;
    this.#answers = undefined;
    const send = (): void => {
      for (const answer of answers) this.#guard(answer);
    };
    const ws = answers.length > 1 ? this.#webSocket() : undefined;
    if (ws === undefined) send();
    else ws.cork(send);
  }

  #guard(answer: () => void): void {
    if (!this.#open) return;
    try {
      answer();
    } catch (error) {
      this.#options.onDefect(error, {during: 'answer'});
    }
  }

  #end(reason: CloseReason, options: {message?: string; retryAfterMs?: number; ours: boolean}): void {
    if (!this.#open) return;
    this.#sendAnswers();
    const {code, text} = closeCodes[reason];
    const {message = text, retryAfterMs, ours} = options;
    this.#socket.emit(session.closing.name, {code, reason, message, ...(retryAfterMs !== undefined && {retryAfterMs})});
    this.#open = false;
    this.#leaveRooms();
    this.#endTransport(code, reason);
    this.#onEnd(reason, ours);
  }

  /** From here on no publication reaches the socket, not even one of this very turn. */
  #leaveRooms(): void {
    this.#socket.nsp.adapter.delAll(this.#socket.id);
  }

  #endTransport(code: number, reason: CloseReason): void {
    const {conn} = this.#socket;
    // Socket.IO's clients come back by themselves if their transport ends, and do not after a disconnect packet.
    if (!mayReconnect(code)) this.#socket.disconnect();
    const ws = this.#webSocket();
    if (ws === undefined) conn.close();
    else ws.end(code, reason);
  }

  #beginPolling(): void {
    const {conn} = this.#socket;
    const {sockets, bufferBytes} = this.#options;
    const giveUp = (): void => {
      if (!this.#open) return;
      discardUnsent(conn);
      this.fail('slow_consumer');
    };
    const onExceeded = (): void => {
      sockets.soon(giveUp);
    };
    const backlog = new PollingBacklog(conn, {limitBytes: bufferBytes, onExceeded});
    conn.once('upgrade', () => {
      backlog.stop();
      const ws = this.#webSocket();
      if (ws !== undefined) sockets.own(ws, this);
    });
  }

  #webSocket(): WebSocket | undefined {
    const ws = webSocketOf(this.#socket.conn);
    return ws !== undefined && this.#options.sockets.isOpen(ws) ? ws : undefined;
  }
}
