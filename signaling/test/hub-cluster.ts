import {
  ParleyError,
  protocolVersion,
  session as sessionWire,
  type Answer,
  type ErrorCode,
  type EventDefinition,
  type ParamsOf,
  type PayloadOf,
  type RequestDefinition,
  type ResultOf,
  type WireError,
} from '@parley/protocol';
import {createHub} from '../src/create-hub.js';
import type {Admission, Hub, Identity, HubLimits, HubObserver, LiveSession, PresenceRules} from '../src/hub.js';
import type {HookSettings} from '../src/hooks/hook-settings.js';
import {createMemoryWorld, type MemoryWorld} from '../src/memory/index.js';
import type {MediaEngine, Store, WebPushSender} from '../src/ports.js';
import {
  HandClock,
  readableTokens,
  RecordingBroadcaster,
  SequentialIds,
  settled,
  storeOptions,
  type Frame,
  type RecordingConnection,
} from '../src/testing/index.js';

type Resume = NonNullable<sessionWire.Handshake['resume']>;
type Resumable = Pick<Resume, 'session' | 'key'>;

export const limits: HubLimits = {
  requestsPerSecond: 1_000,
  userRequestsPerSecond: 4_000_000,
  requestsInFlight: 10_000,
  invalidRequestsPerMinute: 0,
  roomEphemeralsPerSecond: 0,
  roomsPerSession: 100,
  sessions: {most: 100, policy: 'refuse_newest'},
  membersPerRoom: 1_000,
  replayEvents: 500,
  resumeWindowMs: 120_000,
  payloadBytes: 100_000,
  calls: {peers: 10, producers: 0, producersPerPeer: 4, bitrate: 0, videos: 0, voices: 0},
};

export const presenceRules: PresenceRules = {
  windowMs: 200,
  largeRoom: 200,
  roomsPerSession: 20,
  usersPerSession: 200,
  deliveriesPerSecond: 50_000,
};

const noMedia: MediaEngine = {
  available: false,
  unavailableReason: 'There is no media worker here.',
  rtpCapabilities: {codecs: [], headerExtensions: []},
  fullForMs: undefined,
  load: 0,
  pipeAddress: undefined,
  iceAccess: () => ({servers: [], lifetimeMs: undefined}),
  open: () => Promise.reject(new ParleyError('calls_unavailable')),
};

interface ClusterOptions {
  readonly limits?: Partial<HubLimits>;
  readonly presence?: Partial<PresenceRules>;
  readonly webPush?: WebPushSender;
  readonly store?: Parameters<typeof storeOptions>[1];
  readonly hooks?: readonly HookSettings[];
  /** Puts something between a node and its store. */
  readonly wrapStore?: (store: Store, node: string) => Store;
}

/** Hubs over one world in memory, with a clock that the test turns. */
export class HubCluster {
  readonly clock = new HandClock();
  readonly world: MemoryWorld = createMemoryWorld({clock: this.clock, ids: new SequentialIds('log')});
  readonly nodes: HubNode[] = [];
  readonly #options: ClusterOptions;

  constructor(nodes: number, options: ClusterOptions = {}) {
    this.#options = options;
    for (let n = 1; n <= nodes; n += 1) this.addNode(`node-${n}`);
  }

  addNode(name: string): HubNode {
    const node = new HubNode(name, this, this.#options);
    this.nodes.push(node);
    return node;
  }

  node(index: number): HubNode {
    const node = this.nodes[index];
    if (!node) throw new Error(`there is no node ${index}`);
    return node;
  }

  /** Ends a node as if its process were killed. */
  kill(node: HubNode): void {
    node.alive = false;
    this.world.kill(node.name);
  }

  /** Defects of all nodes: a test that expects none ends with looking here. */
  get defects(): readonly unknown[] {
    return this.nodes.flatMap(({defects}) => defects);
  }

  /** Closes all hubs; then no timer may be left. */
  async close(): Promise<void> {
    this.world.setAvailable(true);
    const closing = Promise.all(this.nodes.map(({hub}) => hub.close()));
    await this.clock.pass(3_000);
    await closing;
    await Promise.all(this.nodes.map(({store}) => store.close()));
    // A node that was killed is taken for dead by then.
    await this.clock.pass(10_000);
  }
}

export class HubNode {
  alive = true;
  readonly name: string;
  readonly store: Store;
  readonly hub: Hub;
  readonly broadcaster = new RecordingBroadcaster();
  readonly defects: unknown[] = [];
  readonly observed: string[] = [];

  constructor(name: string, {clock, world}: HubCluster, options: ClusterOptions) {
    this.name = name;
    const store = world.node(storeOptions(name, options.store));
    this.store = options.wrapStore?.(store, name) ?? store;
    this.hub = createHub({
      clock,
      ids: new SequentialIds(`${name}-`),
      store: this.store,
      broadcaster: this.broadcaster,
      media: noMedia,
      tokens: readableTokens(clock),
      limits: {...limits, ...options.limits},
      presence: {...presenceRules, ...options.presence},
      ...(options.webPush && {webPush: options.webPush}),
      keepalive: {intervalMs: 10_000, timeoutMs: 5_000},
      hooks: options.hooks ?? [],
      observer: this.#observer(),
      onDefect: (error) => this.defects.push(error),
    });
  }

  /** `user` may be all that a token says, or a user whose token never expires. */
  admit(user: string | Identity, handshake: Partial<Omit<sessionWire.Handshake, 'token'>> = {}): Promise<Admission> {
    const identity = typeof user === 'string' ? {user, name: user.toUpperCase()} : user;
    return this.hub.admit(identity, {token: 'verified', v: protocolVersion, ...handshake});
  }

  async connect(
    user: string | Identity,
    handshake: Partial<Omit<sessionWire.Handshake, 'token'>> = {},
  ): Promise<HubClient> {
    const admission = await this.admit(user, handshake);
    const connection = this.broadcaster.connect();
    return new HubClient(this, connection, admission.start(connection));
  }

  resume(
    user: string | Identity,
    {session, key}: Resumable,
    {rooms = {}, attempt = 0}: {rooms?: Resume['rooms']; attempt?: number} = {},
  ): Promise<HubClient> {
    return this.connect(user, {resume: {session, key, rooms}, attempt});
  }

  #observer(): HubObserver {
    const note = (what: string): void => void this.observed.push(what);
    return {
      sessionOpened: (outcome) => {
        note(`opened ${outcome}`);
      },
      sessionClosed: (reason) => {
        note(`closed ${reason}`);
      },
      resumeKeyReused: (session, user) => {
        note(`key reused ${session} ${user}`);
      },
      roomRecovered: (recovered, replayed) => {
        note(`recovered ${recovered} ${replayed}`);
      },
      requestDone: (name, code) => {
        note(`${name} ${code}`);
      },
      feedReset: () => {
        note('reset');
      },
      limitReached: (limit) => {
        note(`limit ${limit}`);
      },
      presenceTold: (kind, deliveries) => {
        note(`presence ${kind} ${deliveries}`);
      },
      hookAsked: (_, hook, outcome) => {
        note(`hook ${hook} ${outcome}`);
      },
      hookFailed: () => undefined,
      hookCircuit: () => undefined,
      callPeers: () => undefined,
      callBegan: () => undefined,
      callEnded: () => undefined,
      callMediaBegan: () => undefined,
      callPeerBack: () => undefined,
      callTransportReplaced: (direction) => {
        note(`transport replaced ${direction}`);
      },
      callPipeBroken: () => undefined,
      pushKept: (outcome, users) => {
        note(`push ${outcome} ${users}`);
      },
      pushesWaiting: (users) => {
        note(`waiting ${users}`);
      },
      scheduledPush: (outcome) => {
        note(`scheduled push ${outcome}`);
      },
      scheduledPushesWaiting: () => undefined,
      happened: (news) => {
        note(`${news.name} ${JSON.stringify(news.data)}`);
      },
    };
  }
}

/** A session on its connection, as its client sees it. */
export class HubClient {
  readonly node: HubNode;
  readonly connection: RecordingConnection;
  readonly live: LiveSession;

  constructor(node: HubNode, connection: RecordingConnection, live: LiveSession) {
    this.node = node;
    this.connection = connection;
    this.live = live;
  }

  get ready(): PayloadOf<typeof sessionWire.ready> {
    const [ready] = this.of(sessionWire.ready);
    if (!ready) throw new Error('session.ready did not come');
    return ready;
  }

  get frames(): readonly Frame[] {
    return this.connection.frames;
  }

  of<D extends EventDefinition>(event: D): PayloadOf<D>[] {
    return this.connection.of(event);
  }

  request<D extends RequestDefinition>(definition: D, params: ParamsOf<D>): Promise<Answer<ResultOf<D>>> {
    return this.ask(definition.name, params) as Promise<Answer<ResultOf<D>>>;
  }

  /** A request as any client may send it, right or wrong. */
  ask(name: string, params: unknown): Promise<Answer<unknown>> {
    return new Promise((resolve) => {
      this.live.receive(name, params, resolve);
    });
  }

  /** The answer's data, parsed by the contract's schema. */
  async ok<D extends RequestDefinition>(definition: D, params: ParamsOf<D>): Promise<ResultOf<D>> {
    const answer = await this.request(definition, params);
    if (!answer.ok) throw new Error(`${definition.name} was refused: ${answer.error.code}`);
    return definition.result.parse(answer.data) as ResultOf<D>;
  }

  async refused<D extends RequestDefinition>(definition: D, params: ParamsOf<D>): Promise<WireError> {
    const answer = await this.request(definition, params);
    if (answer.ok) throw new Error(`${definition.name} was not refused`);
    return answer.error;
  }

  async code<D extends RequestDefinition>(definition: D, params: ParamsOf<D>): Promise<ErrorCode> {
    return (await this.refused(definition, params)).code;
  }

  /** The connection is cut, and everything that follows from it has happened. */
  async drop(): Promise<void> {
    this.connection.close('keepalive_timeout');
    this.live.dropped();
    await settled();
  }
}
