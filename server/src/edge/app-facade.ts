import type {HttpResponse, TemplatedApp, us_socket_context_t, WebSocketBehavior} from 'uWebSockets.js';
import type {ClientAddresses} from './client-address.js';
import type {WebSocket} from './engine-shapes.js';
import {addressGroup} from './address-group.js';
import type {HandshakeGate, TurnedAway} from './handshake-gate.js';
import type {InboundRate} from './inbound-rate.js';
import type {OpenSockets} from './open-sockets.js';
import {RequestSnapshot} from './request-snapshot.js';

export interface AppFacadeOptions {
  readonly app: TemplatedApp;
  readonly sockets: OpenSockets;
  readonly gate: HandshakeGate;
  readonly addresses: ClientAddresses;
  /** By WebSocket, and by id of connections that long-poll. */
  readonly inbound: InboundRate<WebSocket | string>;
  /** Whether there is a connection of this id. */
  readonly isOpen: (id: string) => boolean;
  readonly payloadBytes: number;
  readonly bufferBytes: number;
  /** After how long without a frame uWS may take a socket for dead; only a backstop behind Engine.IO's pings. */
  readonly idleTimeoutMs: number;
  readonly onDefect: (error: unknown, context: Readonly<Record<string, string>>) => void;
}

/** What Engine.IO registers with an app. */
interface EngineApp {
  any(path: string, handler: HttpHandler): EngineApp;
  ws(path: string, behavior: WebSocketBehavior<unknown>): EngineApp;
}
type HttpHandler = (res: HttpResponse, req: RequestSnapshot) => void;
type UpgradeHandler = (res: HttpResponse, req: RequestSnapshot, context: us_socket_context_t) => void;

const floodRetryAfterMs = 1_000;

/** uWS takes whole seconds from 8 to 960, in steps of four. */
const idleSeconds = (idleTimeoutMs: number): number =>
  Math.min(960, Math.max(16, Math.ceil(idleTimeoutMs / 4_000) * 4));

/**
 * Stands between Engine.IO and uWS.
 *
 * Engine.IO is given copies of requests, because it looks at them later than uWS allows, and of binary frames, because
 * uWS takes them back; the address of a client is that which the trusted proxies report; new handshakes go through the
 * gate; what uWS has to drop is noted; and uWS sends no pings of its own.
 */
export function appFacade(options: AppFacadeOptions): EngineApp {
  const {app, sockets, gate, addresses, inbound, isOpen, payloadBytes, bufferBytes, idleTimeoutMs, onDefect} = options;

  const judge = (request: RequestSnapshot, address: string): TurnedAway | undefined => {
    const id = request.ofConnection;
    if (id === undefined) return gate.judge(request, address);
    if (!isOpen(id)) return gate.judgeStray(address);
    if (request.getMethod() !== 'post') return undefined;
    // What does not say its length may be as long as is allowed.
    const bytes = Number(request.getHeader('content-length')) || payloadBytes;
    return inbound.take(id, bytes) ? undefined : {status: '429 Too Many Requests', retryAfterMs: floodRetryAfterMs};
  };

  /** Undefined if the request has been answered already. */
  const admit = (res: HttpResponse, request: RequestSnapshot): RequestSnapshot | undefined => {
    const address = addresses.of(res, request);
    // Engine.IO asks the response for the address; from now on it hears this one.
    const bytes = new TextEncoder().encode(address).buffer;
    res['getRemoteAddressAsText'] = () => bytes;
    const turnedAway = judge(request, addressGroup(address));
    if (turnedAway === undefined) return request;
    res
      .writeStatus(turnedAway.status)
      .writeHeader('Retry-After', String(Math.ceil(turnedAway.retryAfterMs / 1_000)))
      .writeHeader('Access-Control-Allow-Origin', '*')
      .end(undefined, true);
    return undefined;
  };

  /** What is thrown in a handler of uWS, before there is an answer, would abort the process. */
  const guarded = (res: HttpResponse, handle: () => void): void => {
    try {
      handle();
    } catch (error) {
      onDefect(error, {during: 'request'});
      res.close();
    }
  };

  const facade: EngineApp = {
    any(path, handler) {
      app.any(path, (res, req) => {
        if (req.getMethod() === 'options') {
          preflight(res);
          return;
        }
        guarded(res, () => {
          const request = admit(res, new RequestSnapshot(req));
          if (request !== undefined) handler(res, request);
        });
      });
      return facade;
    },

    ws(path, behavior) {
      const upgrade = behavior.upgrade as unknown as UpgradeHandler;
      app.ws<unknown>(path, {
        idleTimeout: idleSeconds(idleTimeoutMs),
        sendPingsAutomatically: false,
        // No compression is offered: uWS would compress a publication anew for each of its recipients.
        maxBackpressure: bufferBytes,
        closeOnBackpressureLimit: false,
        // Up to twice the limit a frame is taken in, so that its sender can be told why the connection ends.
        maxPayloadLength: 2 * payloadBytes,
        upgrade: (res, req, context) => {
          guarded(res, () => {
            const request = admit(res, new RequestSnapshot(req));
            if (request !== undefined) upgrade(res, request, context);
          });
        },
        open: (ws) => {
          sockets.opened(ws);
          void behavior.open?.(ws);
        },
        message: (ws, frame, isBinary) => {
          if (!inbound.take(ws, frame.byteLength)) flooding(sockets, ws);
          else if (frame.byteLength > payloadBytes) oversized(sockets, ws);
          else void behavior.message?.(ws, isBinary ? frame.slice(0) : frame, isBinary);
        },
        dropped: (ws) => {
          sockets.noteDrop(ws);
        },
        drain: (ws) => {
          sockets.noteDrain(ws);
        },
        close: (ws, code, reason) => {
          sockets.closed(ws);
          behavior.close?.(ws, code, reason);
        },
      });
      return facade;
    },
  };
  return facade;
}

function flooding(sockets: OpenSockets, ws: WebSocket): void {
  const owner = sockets.ownerOf(ws);
  if (owner === undefined) ws.close();
  else owner.onFlooding();
}

function oversized(sockets: OpenSockets, ws: WebSocket): void {
  const owner = sockets.ownerOf(ws);
  if (owner === undefined) ws.close();
  else owner.onOversized();
}

/** Any page may ask: whether its origin may connect is told by the handshake, and no cookie is ever looked at. */
function preflight(res: HttpResponse): void {
  res
    .writeStatus('204 No Content')
    .writeHeader('Access-Control-Allow-Origin', '*')
    .writeHeader('Access-Control-Allow-Methods', 'GET, POST')
    .writeHeader('Access-Control-Allow-Headers', 'Content-Type')
    .writeHeader('Access-Control-Max-Age', '86400')
    .endWithoutBody();
}
