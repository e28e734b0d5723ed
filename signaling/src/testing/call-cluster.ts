import {
  call as wire,
  ParleyError,
  session as sessionWire,
  room as roomWire,
  type EventDefinition,
  type ParamsOf,
  type PayloadOf,
  type RequestDefinition,
  type ResultOf,
} from '@parley/protocol';
import {createHub} from '../create-hub.js';
import type {Hub, HubLimits, HubObserver, LiveSession} from '../hub.js';
import type {HookSettings} from '../hooks/hook-settings.js';
import {createMemoryWorld, type MemoryWorld} from '../memory/world.js';
import type {Store} from '../ports.js';
import type {Spread} from '../spread/part.js';
import type {TokenGrant} from '../rights/token-grants.js';
import {CallView} from './call-view.js';
import {FakeMedia} from './fake-media.js';
import {someCapabilities, someDtls, someRtpParameters} from './some-parameters.js';
import {HandClock, settled} from './hand-clock.js';
import {readableTokens} from './readable-tokens.js';
import {RecordingBroadcaster, RecordingConnection} from './recording-connection.js';
import {SequentialIds} from './sequential-ids.js';
import {storeOptions} from './store-options.js';

const limits: HubLimits = {
  requestsPerSecond: 100_000,
  userRequestsPerSecond: 4_000_000,
  requestsInFlight: 10_000,
  invalidRequestsPerMinute: 0,
  roomEphemeralsPerSecond: 0,
  roomsPerSession: 100,
  sessions: {most: 100, policy: 'refuse_newest'},
  membersPerRoom: 100,
  replayEvents: 1_000,
  resumeWindowMs: 120_000,
  payloadBytes: 1_000_000,
  calls: {peers: 8, producers: 0, producersPerPeer: 4, bitrate: 0, videos: 0, voices: 0},
};

export interface CallNode {
  readonly name: string;
  readonly hub: Hub;
  readonly media: FakeMedia;
  readonly store: Store;
  readonly broadcaster: RecordingBroadcaster;
}

interface CallNodeOptions {
  readonly media?: boolean;
  readonly leaseMs?: number;
  readonly spread?: Spread;
  readonly hooks?: readonly HookSettings[];
}

/** Several nodes over one memory world, with media that can be counted and broken, on a clock that stands still. */
export class CallCluster {
  readonly clock = new HandClock();
  readonly ids = new SequentialIds();
  readonly world: MemoryWorld = createMemoryWorld({clock: this.clock, ids: this.ids});
  readonly nodes: CallNode[] = [];
  readonly defects: unknown[] = [];
  readonly #limits: HubLimits;
  readonly #observer: Partial<HubObserver>;

  constructor(overrides: Partial<HubLimits> = {}, observer: Partial<HubObserver> = {}) {
    this.#limits = {...limits, ...overrides};
    this.#observer = observer;
  }

  node(name: string, {media: available = true, leaseMs, spread = 'off', hooks = []}: CallNodeOptions = {}): CallNode {
    const media = new FakeMedia({available});
    const store = this.world.node(storeOptions(name, {media: available, ...(leaseMs !== undefined && {leaseMs})}));
    const broadcaster = new RecordingBroadcaster();
    const hub = createHub({
      clock: this.clock,
      ids: this.ids,
      store,
      broadcaster,
      media,
      tokens: readableTokens(this.clock),
      presence: {windowMs: 200, largeRoom: 200, roomsPerSession: 20, usersPerSession: 200, deliveriesPerSecond: 50_000},
      limits: this.#limits,
      spread,
      hooks,
      observer: this.#observer,
      keepalive: {intervalMs: 2_000, timeoutMs: 2_000},
      onDefect: (error) => this.defects.push(error),
    });
    const node = {name, hub, media, store, broadcaster};
    this.nodes.push(node);
    return node;
  }

  /** A client of its own user, in the room `den`, which is made if need be. */
  async client(node: CallNode, user: string, room = 'den', grants?: readonly TokenGrant[]): Promise<CallClient> {
    const client = new CallClient(user, grants);
    await client.connect(node);
    await client.ask(roomWire.create, {room}).catch(() => undefined);
    await client.ask(roomWire.join, {room});
    return client;
  }

  /** As if the process had been killed: without a farewell, and its media gone with it. */
  kill(node: CallNode): void {
    this.world.kill(node.name);
    node.media.kill();
  }

  async close(): Promise<void> {
    const closing = Promise.all(
      this.nodes.map(async ({hub, store}) => {
        await hub.close();
        await store.close();
      }),
    );
    for (let turn = 0; turn < 100; turn += 1) await this.clock.pass(100);
    await closing;
  }
}

/** A bare client: it knows the protocol and keeps its view of one call. */
export class CallClient {
  readonly user: string;
  readonly view = new CallView();
  readonly #grants: readonly TokenGrant[] | undefined;
  #connection: ViewedConnection | undefined;
  #live: LiveSession | undefined;
  #key: string | undefined;
  #lastId = 0;
  #attempt = 0;
  session = '';
  /** The node that it is, or was last, connected to. */
  at: CallNode | undefined;

  /** @param grants of its tokens; without them everything is left to its rooms. */
  constructor(user: string, grants?: readonly TokenGrant[]) {
    this.user = user;
    this.#grants = grants;
  }

  get connected(): boolean {
    return this.#live !== undefined;
  }

  /** Connects, or comes back, on any node. Of attempts that cross, the client takes the newest and leaves the others. */
  async connect(node: CallNode): Promise<PayloadOf<typeof sessionWire.ready>> {
    this.#attempt += 1;
    const attempt = this.#attempt;
    const resume = this.#key === undefined ? undefined : {session: this.session, key: this.#key, rooms: {}};
    const identity = {
      user: this.user,
      name: this.user,
      ...(this.#grants !== undefined && {grants: this.#grants}),
    };
    const handshake = {token: 'token', v: 1, attempt, ...(resume && {resume})};
    const admission = await node.hub.admit(identity, handshake);
    const isNewest = attempt === this.#attempt;
    const connection = new ViewedConnection(`${this.user}-${attempt}`, isNewest ? this.view : new CallView());
    node.broadcaster.connections.push(connection);
    if (isNewest) this.view.stale = resume !== undefined;
    const live = admission.start(connection);
    const [ready] = connection.of(sessionWire.ready);
    if (ready === undefined) throw new Error('no session.ready');
    if (!isNewest) {
      if (connection.open) connection.close('node_lost');
      live.dropped();
      return ready;
    }
    this.#connection = connection;
    this.at = node;
    this.#live = live;
    this.session = ready.session;
    this.#key = ready.key;
    return ready;
  }

  /** The connection breaks; the node notices. */
  drop(): void {
    const live = this.#live;
    this.#live = undefined;
    if (this.#connection?.open === true) this.#connection.close('node_lost');
    live?.dropped();
  }

  /** The connection breaks, and its node can tell nobody any more. */
  vanish(): void {
    this.#connection?.cut();
    this.#live = undefined;
  }

  ask<D extends RequestDefinition>(definition: D, params: ParamsOf<D>): Promise<ResultOf<D>> {
    return new Promise((resolve, reject) => {
      if (this.#live === undefined) {
        reject(new ParleyError('unavailable', {message: 'not connected'}));
        return;
      }
      const live = this.#live;
      live.receive(definition.name, params, (answer) => {
        if (this.#live !== live) {
          reject(new ParleyError('unavailable', {message: 'the connection went before the answer came'}));
          return;
        }
        if (!answer.ok) {
          reject(new ParleyError(answer.error.code, answer.error));
          return;
        }
        const data = definition.result.parse(answer.data) as ResultOf<D>;
        this.view.answered(definition.name, data, params);
        resolve(data);
      });
    });
  }

  id(): string {
    this.#lastId += 1;
    return `${this.user}-${this.#lastId}`;
  }

  join(room = 'den', id = this.id()): Promise<ResultOf<typeof wire.join>> {
    return this.ask(wire.join, {room, id, rtpCapabilities: someCapabilities});
  }

  /** Joins with both transports connected and everything subscribed. */
  async enter(room = 'den'): Promise<{send: string; receive: string}> {
    await this.join(room);
    const {transport: send} = await this.ask(wire.transportCreate, {room, id: this.id(), direction: 'send'});
    const {transport: receive} = await this.ask(wire.transportCreate, {room, id: this.id(), direction: 'receive'});
    await this.ask(wire.transportConnect, {room, transport: send, dtlsParameters: someDtls});
    await this.ask(wire.transportConnect, {room, transport: receive, dtlsParameters: someDtls});
    await this.ask(wire.subscribe, {room, transport: receive, producers: 'all'});
    return {send, receive};
  }

  /** Makes another transport in the place of one. */
  async replace(direction: 'send' | 'receive', replaces: string, room = 'den'): Promise<string> {
    const {transport} = await this.ask(wire.transportCreate, {room, id: this.id(), direction, replaces});
    await this.ask(wire.transportConnect, {room, transport, dtlsParameters: someDtls});
    return transport;
  }

  async publish(
    transport: string,
    source: 'microphone' | 'camera' | 'screen' = 'microphone',
    {room = 'den', id = this.id(), ...how}: {room?: string; id?: string; paused?: boolean; replaces?: string} = {},
  ): Promise<string> {
    const kind = source === 'microphone' ? 'audio' : 'video';
    const rtpParameters = someRtpParameters;
    const params = {room, id, transport, kind, source, rtpParameters, ...how} as const;
    return (await this.ask(wire.produce, params)).producer;
  }

  /** Confirms every consumer that the view has and has not confirmed. */
  async confirm(room = 'den'): Promise<string[]> {
    const consumers = this.view.unconfirmed();
    if (consumers.length > 0) await this.ask(wire.consumersReady, {room, consumers});
    return consumers;
  }

  events<D extends EventDefinition>(event: D): PayloadOf<D>[] {
    return this.view.eventsOf(event);
  }
}

/** Lets the client's view see each event as it comes, between the answers. */
class ViewedConnection extends RecordingConnection {
  readonly #view: CallView;
  #cut = false;

  constructor(id: string, view: CallView) {
    super(id);
    this.#view = view;
  }

  override record(name: string, payload: unknown): void {
    super.record(name, payload);
    if (this.open && !this.#cut) this.#view.told(name, payload);
  }

  /** From now on nothing reaches the client, though the node does not know. */
  cut(): void {
    this.#cut = true;
  }
}

/** Lets everything happen that happens within the offers' window. */
export async function offered(cluster: CallCluster): Promise<void> {
  await cluster.clock.pass(40);
  await settled();
}
