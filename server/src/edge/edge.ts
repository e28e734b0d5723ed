import type {LimitName} from '@parley/protocol';
import type {Broadcaster, Clock, Hub} from '@parley/signaling';
import {Server, type Namespace} from 'socket.io';
import type {TemplatedApp} from 'uWebSockets.js';
import type {TokenVerifier} from '../auth/token-verifier.js';
import type {NetworkConfig} from '../config/config.js';
import type {EdgeObserver} from '../observability/edge-observer.js';
import type {Logger} from '../observability/logger.js';
import {AcceptRate} from './accept-rate.js';
import {appFacade} from './app-facade.js';
import {ClientAddresses} from './client-address.js';
import {EmitterBridge} from './emitter-bridge.js';
import {EngineServer} from './engine-io.js';
import {hasConnection} from './engine-shapes.js';
import {EdgeBroadcaster} from './edge-broadcaster.js';
import {AddressSeats} from './address-seats.js';
import {HandshakeGate} from './handshake-gate.js';
import {HandshakeRate} from './handshake-rate.js';
import {InboundRate} from './inbound-rate.js';
import {createUwsApp, listen, type Listening} from './listen.js';
import {bindHub, type ParleyServer} from './live-sockets.js';
import {loadUws, type Uws} from './load-uws.js';
import {OpenSockets} from './open-sockets.js';
import {Origins} from './origins.js';
import {RoomAdapter} from './room-adapter.js';

export interface EdgeOptions {
  readonly network: NetworkConfig;
  readonly payloadBytes: number;
  readonly verifier: TokenVerifier;
  readonly clock: Clock;
  readonly observer: Partial<EdgeObserver>;
  readonly onDefect: (error: unknown, context: Readonly<Record<string, string>>) => void;
}

/** Registers further HTTP routes on the port for clients. */
export type Routes = (app: TemplatedApp, origins: Origins) => void;

/** How long a client may take from its first request to the end of its handshake. */
const handshakeMs = 20_000;
/** A client with this much unread, or a quarter of what is allowed, gets no droppable events. */
const behindBytes = 64 * 1_024;
const path = '/socket.io/';

/** How bytes reach the clients of this node: uWS, Engine.IO and Socket.IO, behind the ports of signaling. */
export class Edge {
  /** Usable from the start; there is nobody to hear it until `open`. */
  readonly broadcaster: Broadcaster;
  readonly #options: EdgeOptions;
  readonly #uws: Uws;
  readonly #app: TemplatedApp;
  readonly #io: ParleyServer;
  readonly #engine: EngineServer;
  readonly #sockets: OpenSockets;
  readonly #handshakes: HandshakeRate;
  readonly #gate: HandshakeGate;
  readonly #origins: Origins;
  #listening: Listening | undefined;
  #closed = false;

  static async create(options: EdgeOptions): Promise<Edge> {
    return new Edge(options, await loadUws());
  }

  private constructor(options: EdgeOptions, uws: Uws) {
    const {network, payloadBytes, clock, observer} = options;
    this.#options = options;
    this.#uws = uws;
    const app = createUwsApp(uws, network);
    this.#app = app;
    const sockets = new OpenSockets({clock, behindBytes: Math.min(behindBytes, network.bufferBytes / 4)});
    this.#sockets = sockets;
    this.#origins = new Origins(network.origins, network.loopback);

    const {intervalMs: pingInterval, timeoutMs: pingTimeout} = network.keepalive;
    const engineOptions = {
      pingInterval,
      pingTimeout,
      maxHttpBufferSize: payloadBytes,
      // Engine.IO compresses polling answers asynchronously and then writes to a response that may be gone.
      httpCompression: false,
    };
    this.#engine = new EngineServer(engineOptions);
    const onLimit = (limit: LimitName): void => {
      observer.limitReached?.(limit);
    };
    this.#handshakes = new HandshakeRate(network.handshakesPerSecond, clock);
    this.#gate = new HandshakeGate({
      origins: this.#origins,
      rate: this.#handshakes,
      accepts: new AcceptRate(network.acceptsPerSecond, clock),
      maxConnections: network.maxConnections,
      connections: () => this.#engine.clientsCount,
      onDeferred: observer.handshakeDeferred,
      onLimit,
    });
    this.#engine.on('headers', addHeaders);
    this.#engine.attach(
      appFacade({
        app,
        sockets,
        gate: this.#gate,
        addresses: new ClientAddresses(network.trustedProxies),
        inbound: new InboundRate({clock, bytesPerSecond: network.inboundBytesPerSecond, onLimit}),
        isOpen: (id) => hasConnection(this.#engine, id),
        payloadBytes,
        bufferBytes: network.bufferBytes,
        idleTimeoutMs: 2 * (pingInterval + pingTimeout),
        onDefect: options.onDefect,
      }),
      {path},
    );

    this.#io = new Server({
      serveClient: false,
      connectTimeout: handshakeMs,
      // Socket.IO calls it with `new`, which an arrow function does not bear.
      adapter: function (namespace: Namespace) {
        return new RoomAdapter(namespace, app, sockets);
      } as never,
    });
    this.#io.bind(this.#engine);
    this.broadcaster = new EdgeBroadcaster(this.#adapter(), observer);
  }

  /** What foreign producers publish is handed to it. */
  emitterBridge(log: Pick<Logger, 'warn'>): EmitterBridge {
    const {payloadBytes: maxBytes, clock, observer} = this.#options;
    return new EmitterBridge({adapter: this.#adapter(), maxBytes, clock, observer, log});
  }

  /** Engine.IO connections at this moment, handshakes under way included. */
  get connections(): number {
    return this.#engine.clientsCount;
  }

  /** @throws {ConfigError} if the port is taken. */
  async open(hub: Hub, routes: Routes): Promise<{readonly url: string; readonly port: number}> {
    bindHub(this.#io, hub, {
      ...this.#options,
      sockets: this.#sockets,
      bufferBytes: this.#options.network.bufferBytes,
      seats: new AddressSeats(this.#options.network.connectionsPerAddress),
      onAbuse: (address) => {
        this.#handshakes.offended(address);
      },
    });
    routes(this.#app, this.#origins);
    this.#listening = await listen(this.#uws, this.#app, this.#options.network);
    return this.#listening;
  }

  /** New connections are refused, by TCP and, on those that there are, with `draining`. Idempotent. */
  stopListening(): void {
    this.#gate.drain();
    this.#listening?.stop();
  }

  /** Ends whatever is still connected, without a farewell: that is the hub's. Idempotent. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.stopListening();
    await this.#io.close();
    this.#app.close();
  }

  #adapter(): RoomAdapter {
    const {adapter} = this.#io.of('/');
    if (adapter instanceof RoomAdapter) return adapter;
    throw new Error('Socket.IO did not take the room adapter.');
  }
}

interface HeadersRequest {
  getHeader(name: string): string;
}

/**
 * Any page may read answers of long-polling: whether its origin may connect is told by the handshake, and a page cannot
 * be told what it may not read. uWS closes a connection that was asked to be closed, and has to say so: an agent that
 * keeps connections alive would use it again.
 */
function addHeaders(headers: Record<string, string>, request: HeadersRequest): void {
  headers['Access-Control-Allow-Origin'] = '*';
  if (request.getHeader('connection').toLowerCase() === 'close') headers['Connection'] = 'close';
}
