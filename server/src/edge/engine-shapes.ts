import type {Socket as EngineSocket} from 'engine.io';
import type {EngineServer} from './engine-io.js';
import type {WebSocket as UwsWebSocket} from 'uWebSockets.js';

/** A client's WebSocket in uWS. Dead as soon as it is closed: every method throws then. */
export type WebSocket = UwsWebSocket<unknown>;

/**
 * What Engine.IO has but does not declare, in one place: this is what to look at when Engine.IO is updated.
 *
 * The server keeps its sockets by id as `clients`. Its uWS transport keeps the WebSocket as `socket`; its sockets keep unsent packets in `writeBuffer`, announce each
 * packet by `packetCreate` and each emptying by `flush`, end by calling their own `onClose`, and send what
 * is no message by `sendPacket`.
 */
interface UndeclaredTransport {
  readonly socket?: WebSocket;
}

interface UndeclaredServer {
  readonly clients: object;
}

interface UndeclaredSocket {
  readonly writeBuffer: unknown[];
  onClose: (reason: string, description?: unknown) => void;
  request: unknown;
  sendPacket(type: 'ping'): void;
}

/** The WebSocket of a connection, which may be closed already; undefined while it is long-polling. */
export function webSocketOf(connection: EngineSocket): WebSocket | undefined {
  const {transport} = connection;
  return transport.name === 'websocket' ? (transport as UndeclaredTransport).socket : undefined;
}

/** Whether the engine has a connection of this id; any text may be asked for. */
export function hasConnection(engine: EngineServer, id: string): boolean {
  return Object.hasOwn((engine as unknown as UndeclaredServer).clients, id);
}

/** Forgets what has not been sent yet. */
export function discardUnsent(connection: EngineSocket): void {
  undeclared(connection).writeBuffer.length = 0;
}

/** Lets go of the first request, its headers and its native response: a connection may last for days. */
export function forgetRequest(connection: EngineSocket): void {
  undeclared(connection).request = undefined;
}

/** Sends a ping besides Engine.IO's own. Clients answer each, and Engine.IO takes any answer for its keep-alive. */
export function ping(connection: EngineSocket): void {
  undeclared(connection).sendPacket('ping');
}

/** Why Engine.IO closes a connection by itself: its client was silent, or sent what is no packet. */
export type EngineVerdict = 'silent' | 'malformed';

/** Calls `farewell` when Engine.IO is about to close the connection by itself, while it can still send. */
export function beforeEngineCloses(connection: EngineSocket, farewell: (why: EngineVerdict) => void): void {
  const inner = undeclared(connection);
  const onClose = inner.onClose.bind(connection);
  inner.onClose = (reason, description) => {
    if (reason === 'ping timeout') farewell('silent');
    else if (reason === 'parse error' || isWrongHeartbeat(description)) farewell('malformed');
    onClose(reason, description);
  };
}

/** A ping from the client: in Engine.IO's fourth version the server pings. */
const isWrongHeartbeat = (description: unknown): boolean =>
  description instanceof Error && description.message === 'invalid heartbeat direction';

const undeclared = (connection: EngineSocket): UndeclaredSocket => connection as unknown as UndeclaredSocket;
