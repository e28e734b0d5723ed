import {LimitReached, ParleyError, type Answer} from '@parley/protocol';
import type {Admission, Clock, Hub, LiveSession} from '@parley/signaling';
import type {DefaultEventsMap, Server, Socket} from 'socket.io';
import type {TokenVerifier} from '../auth/token-verifier.js';
import type {EdgeObserver} from '../observability/edge-observer.js';
import {addressGroup} from './address-group.js';
import type {AddressSeats} from './address-seats.js';
import {admitHandshake} from './admission.js';
import {forgetRequest, webSocketOf} from './engine-shapes.js';
import type {OpenSockets} from './open-sockets.js';
import {HandshakeRefusal} from './refusal.js';
import {RequestSnapshot} from './request-snapshot.js';
import {SocketConnection, type OnEnd} from './socket-connection.js';

/** What a Socket.IO socket carries: first its admission, then, once it is connected, its session. */
export type SocketData =
  | {readonly phase: 'admitted'; readonly admission: Admission; readonly abandon: () => void}
  | {readonly phase: 'live'; readonly connection: SocketConnection; readonly live: LiveSession};

export type ParleySocket = Socket<DefaultEventsMap, DefaultEventsMap, DefaultEventsMap, {of?: SocketData}>;
export type ParleyServer = Server<DefaultEventsMap, DefaultEventsMap, DefaultEventsMap, {of?: SocketData}>;

export interface LiveSocketsOptions {
  readonly verifier: TokenVerifier;
  readonly clock: Clock;
  readonly sockets: OpenSockets;
  readonly bufferBytes: number;
  readonly seats: AddressSeats;
  /** A connection from there was closed because its client broke the protocol, or went on in spite of refusals. */
  readonly onAbuse: (address: string) => void;
  readonly observer: Partial<EdgeObserver>;
  /** Defects of ours, for the log. */
  readonly onDefect: (error: unknown, context: Readonly<Record<string, string>>) => void;
}

const crowdedRetryAfterMs = 5_000;

/** Binds the hub to a Socket.IO server: handshakes to `admit`, connections to sessions, events to requests. */
export function bindHub(io: ParleyServer, hub: Hub, options: LiveSocketsOptions): void {
  io.use((socket, next) => {
    void admit(socket, hub, options).then(
      () => {
        next();
      },
      (thrown: unknown) => {
        refuse(socket, thrown, next, options);
      },
    );
  });
  io.on('connection', (socket) => {
    begin(socket, options);
  });
}

async function admit(socket: ParleySocket, hub: Hub, options: LiveSocketsOptions): Promise<void> {
  const {verifier, seats, observer} = options;
  const {conn} = socket;
  const request: unknown = socket.request;
  // A second CONNECT on a connection would be a second session on one transport.
  if (!(request instanceof RequestSnapshot)) throw new ParleyError('conflict', {message: 'Connected already.'});
  forgetRequest(conn);
  if (request.refusal !== undefined) throw request.refusal;
  const address = addressGroup(conn.remoteAddress);
  if (!seats.take(address)) {
    observer.limitReached?.('connections_per_address');
    throw new LimitReached('connections_per_address', {retryAfterMs: crowdedRetryAfterMs});
  }
  const admission = await admitHandshake(socket.handshake.auth, verifier, hub).catch((error: unknown) => {
    seats.giveBack(address);
    throw error;
  });
  const abandon = (): void => {
    seats.giveBack(address);
    admission.abandon();
  };
  if (conn.readyState !== 'open') {
    abandon();
    return;
  }
  socket.data.of = {phase: 'admitted', admission, abandon};
  conn.once('close', abandon);
}

function refuse(
  socket: ParleySocket,
  thrown: unknown,
  next: (refusal: HandshakeRefusal) => void,
  {observer, onDefect}: LiveSocketsOptions,
): void {
  const refusal = new HandshakeRefusal(thrown);
  const {code} = refusal.data;
  if (code === 'internal') onDefect(thrown, {during: 'handshake'});
  observer.handshakeRefused?.(code);
  next(refusal);
  // Socket.IO sends the refusal in the next tick; the connection serves no purpose after it.
  process.nextTick(() => {
    socket.conn.close();
  });
}

function begin(socket: ParleySocket, options: LiveSocketsOptions): void {
  const {of} = socket.data;
  if (of?.phase !== 'admitted') {
    socket.disconnect(true);
    return;
  }
  const {observer} = options;
  socket.conn.off('close', of.abandon);
  forgetHandshake(socket);
  const connection = new SocketConnection(socket, options, tellEnd(socket, options));
  socket.onAny(onRequest);
  socket.on('disconnect', onDisconnect);
  socket.on('error', onSocketError);
  const ws = webSocketOf(socket.conn);
  observer.connectionOpened?.(ws === undefined ? 'polling' : 'websocket');
  const start = (): void => {
    socket.data.of = {phase: 'live', connection, live: of.admission.start(connection)};
  };
  // `session.ready` and what is replayed after it leave in as few packets as possible.
  if (ws === undefined) start();
  else ws.cork(start);
}

/** A function of its own, so that it keeps nothing of the admission: it lives as long as the connection. */
const tellEnd =
  (socket: ParleySocket, {observer, seats, onAbuse}: LiveSocketsOptions): OnEnd =>
  (reason, ours) => {
    const address = addressGroup(socket.conn.remoteAddress);
    seats.giveBack(address);
    observer.connectionClosed?.(reason);
    if (reason === 'slow_consumer') observer.limitReached?.('unread');
    if (reason === 'protocol_error') onAbuse(address);
    const {of} = socket.data;
    if (!ours && of?.phase === 'live') of.live.dropped();
  };

const forgotten: ParleySocket['handshake'] = Object.freeze({
  headers: {},
  time: '',
  address: '',
  xdomain: false,
  secure: false,
  issued: 0,
  url: '',
  query: {},
  auth: {},
});

/** A connection may last for days: it keeps neither the token nor the headers that it came with. */
function forgetHandshake(socket: {handshake: ParleySocket['handshake']}): void {
  socket.handshake = forgotten;
}

// The listeners are shared by all sockets: Socket.IO calls them with the socket as `this`.

function onRequest(this: ParleySocket, name: unknown, ...args: unknown[]): void {
  const {of} = this.data;
  if (of?.phase !== 'live') return;
  const {connection, live} = of;
  const last = args.at(-1);
  const acknowledge = typeof last === 'function' ? (last as (answer: Answer<unknown>) => void) : undefined;
  if (acknowledge !== undefined) args.pop();
  const answer =
    acknowledge === undefined
      ? undefined
      : (given: Answer<unknown>) => {
          connection.answer(acknowledge, given);
        };
  if (args.length === 1) live.receive(String(name), args[0], answer);
  else live.refuse(String(name), notOneArgument(args.length), answer);
}

const notOneArgument = (count: number): ParleyError =>
  new ParleyError('invalid_payload', {message: `A request has one argument, not ${count}.`, field: ''});

function onDisconnect(this: ParleySocket): void {
  const {of} = this.data;
  if (of?.phase === 'live') of.connection.lost();
}

/** Also called if a client sends an event of this name; only Socket.IO itself gives an Error. */
function onSocketError(this: ParleySocket, error: unknown): void {
  const {of} = this.data;
  if (error instanceof Error && of?.phase === 'live') of.connection.fail('protocol_error');
}
