import type {
  call as wire,
  callNews,
  callReceiving,
  CallRight,
  media,
  Role,
  RoomId,
  SessionId,
  UserId,
} from '@parley/protocol';
import type {ConsumerInfo} from '../ports.js';
import {FirstAnswers} from './first-answers.js';
import {KeptMinimum} from './kept-minimum.js';
import {PathJudge} from './path-judge.js';
import type {SteadyLayers} from './steady-layers.js';
import {PeerStream} from './peer-stream.js';

/** In calls of more peers than this most are muted, and there is more to tell than anybody looks at. */
export const largeCall = 12;

export type Direction = 'send' | 'receive';
/** `closed`: it is gone at the engine, and known for as long as another may take its place. */
export type MediaState = 'new' | 'connected' | 'disconnected' | 'failed' | 'closed';

export interface CallTransport {
  readonly id: string;
  readonly direction: Direction;
  /** It took the place of another. */
  readonly isReplacement: boolean;
  media: MediaState;
  /** What the client connected with, to tell a repeat from a contradiction. */
  dtls: string | undefined;
  ice: {readonly generation: number; readonly parameters: media.IceParameters};
}

export interface CallProducer {
  /** As everybody knows it, whichever transport it comes by. */
  readonly id: string;
  readonly peer: Peer;
  /** Its name in the engine; undefined while it is held, for want of a transport. */
  carriedAs: string | undefined;
  transport: string;
  readonly kind: media.MediaKind;
  readonly source: wire.ProducerSummary['source'];
  readonly consumers: Set<CallConsumer>;
  /** Spatial layers that it is sent in; 1 for sound. */
  layers: number;
  /** How large the whole picture is, if its publisher said so. */
  size: wire.PictureSize | undefined;
  /** The highest layer that its publisher was told to send, from 0; -1 for none. */
  watched: number;
  /** It goes into files, in all its layers. */
  recorded: boolean;
  /** What it may be sent with, in bits per second. */
  bitrate: number;
  paused: boolean;
}

export interface CallConsumer {
  readonly info: ConsumerInfo;
  readonly peer: Peer;
  transport: string;
  readonly producer: CallProducer;
  /** The one whose place it takes. */
  readonly replaces: string | undefined;
  /** It is gone at the engine, and another is to take its place. */
  held: boolean;
  /** The client has it set up. */
  ready: boolean;
  /** When it is closed if the client has not: by the clock, pushed back whenever it is offered again. */
  confirmBy: number;
  /** The client wants it paused. */
  paused: boolean;
  /** The highest spatial layer that the client wants; the highest that there is if it did not say. */
  spatial: number | undefined;
  /** Of the frames of that layer, which the client wants; all if it did not say. */
  temporal: number | undefined;
  /** How it goes before others, if the client said so. */
  priority: number | undefined;
  readonly steady: SteadyLayers;
  /** What the engine was asked last. */
  asked: {readonly spatial: number; readonly temporal: number | undefined; readonly priority: number};
  /** The path carries no layer of it, or it gives way to what goes before it, and the client was told. */
  starved: boolean;
  /** As far as is known its publisher sends it: if none of it comes, that is for want of bandwidth. */
  arrives: boolean;
  /** It is stopped for a while so that what goes before it has room. */
  givesWay: boolean;
  /** There are more than may be sent at once, and others go before it. */
  withheld: boolean;
  /** The client wants it however many there are. */
  pinned: boolean;
  /** The engine was asked to send it. */
  flows: boolean;
}

/** Which producers a peer wants. */
export type Wanted =
  | {readonly kind: 'none'}
  | {readonly kind: 'all'; readonly transport: string}
  | {readonly kind: 'listed'; readonly transport: string; readonly producers: ReadonlySet<string>};

/** Who wants to come in. */
export interface Comer {
  readonly session: SessionId;
  readonly user: UserId;
  readonly name: string;
  readonly node: string;
  readonly role: Role;
  readonly rights: readonly CallRight[];
}

/** Who asks to join. */
export interface Arrival extends Comer {
  readonly joinId: string;
  readonly capabilities: media.RtpCapabilities;
}

/** A session in the call. */
export class Peer {
  readonly session: SessionId;
  readonly user: UserId;
  /** By its token. */
  readonly ownName: string;
  readonly joinId: string;
  readonly capabilities: media.RtpCapabilities;
  readonly joinedAt: number;
  readonly answers = new FirstAnswers();
  readonly stream: PeerStream;
  readonly transports = new Map<string, CallTransport>();
  readonly producers = new Map<string, CallProducer>();
  readonly consumers = new Map<string, CallConsumer>();
  /** The node that it is, or was last, connected to. */
  node: string;
  /** Whether signaling reaches it. */
  present = true;
  /** Whether its client answers, as far as its node knows. */
  responsive = true;
  wanted: Wanted = {kind: 'none'};
  /** Where it wants the data channels that are for it; undefined: nowhere. */
  dataTransport: string | undefined;
  /** What it is told besides what all are. */
  follows: ReadonlySet<callNews.CallTopic> = new Set();
  /** How many cameras and microphones it wants at most; undefined: as many as the call gives. */
  receives: {readonly videos?: number | undefined; readonly voices?: number | undefined} = {};
  /** How well it is connected. */
  readonly path = new PathJudge();
  /** What it is sent less of, where its path is too weak for all. */
  readonly minimum = new KeptMinimum();
  /** What it is called here. */
  name: string;
  role: Role;
  rights: readonly CallRight[];
  handRaisedAt: number | null = null;
  metadata: Readonly<Record<string, string>> = {};
  /** It was told to come again: what it has stays meanwhile, and is another's when it has come. */
  moving = false;
  /** What the others were told last. */
  told: wire.PeerSummary['state'] = 'connected';

  constructor(arrival: Arrival, joinedAt: number, streamId: string) {
    const {session, user, name, node, role, rights, joinId, capabilities} = arrival;
    this.session = session;
    this.user = user;
    this.ownName = name;
    this.name = name;
    this.role = role;
    this.rights = rights;
    this.node = node;
    this.joinId = joinId;
    this.capabilities = capabilities;
    this.joinedAt = joinedAt;
    this.stream = new PeerStream(streamId);
  }

  /** Whether signaling and media are as they should be: media that was never up is not missed, but for what was before. */
  get state(): wire.PeerSummary['state'] {
    if (!this.present || !this.responsive) return 'reconnecting';
    for (const {media} of this.transports.values()) {
      if (media === 'disconnected' || media === 'failed' || media === 'closed') return 'reconnecting';
    }
    for (const {carriedAs, transport} of this.producers.values()) {
      const path = this.transports.get(transport);
      if (carriedAs === undefined || (path?.isReplacement === true && path.media === 'new')) return 'reconnecting';
    }
    return 'connected';
  }

  /** Whether anything of its media is up, as far as the engine knows. */
  get carriesMedia(): boolean {
    for (const {media} of this.transports.values()) if (media === 'connected') return true;
    return false;
  }

  get profile(): wire.PeerProfile {
    const {role, rights, handRaisedAt, metadata} = this;
    return {role, rights: [...rights], handRaisedAt, metadata: {...metadata}};
  }

  wants(producer: CallProducer): boolean {
    if (producer.peer.session === this.session) return false;
    switch (this.wanted.kind) {
      case 'none':
        return false;
      case 'all':
        return true;
      case 'listed':
        return this.wanted.producers.has(producer.id);
    }
  }

  consumes(producer: CallProducer): boolean {
    return this.consumerOf(producer)?.held === false;
  }

  /** One at most. */
  consumerOf(producer: CallProducer): CallConsumer | undefined {
    for (const consumer of producer.consumers) if (consumer.peer === this) return consumer;
    return undefined;
  }

  /** The transport, unless it is gone at the engine. */
  standing(transport: string | undefined): CallTransport | undefined {
    const found = transport === undefined ? undefined : this.transports.get(transport);
    return found?.media === 'closed' ? undefined : found;
  }
}

/** Who and what is in a call. Everything hangs on a peer; the maps by id are there to find it. */
export class CallState {
  readonly room: RoomId;
  readonly startedAt: number;
  readonly peers = new Map<SessionId, Peer>();
  readonly producers = new Map<string, CallProducer>();
  /** The same, by what the engine calls them. */
  readonly carried = new Map<string, CallProducer>();
  readonly consumers = new Map<string, CallConsumer>();
  /** Whose transports offer TCP alone. */
  readonly withoutUdp = new Set<SessionId>();
  /** How many bits per second they are sent at most, who asked to see how that is. */
  readonly downlinks = new Map<SessionId, number>();
  /** How much the workers that carry it are to be spared. */
  strain: callReceiving.StrainDegree = 'none';
  /** Who speaks, or spoke last. */
  speaker: Peer | undefined;

  constructor(room: RoomId, startedAt: number) {
    this.room = room;
    this.startedAt = startedAt;
  }

  /**
   * Everybody, and every producer, for a peer that asks: its own included, but for what it published before it moved. Of
   * itself it sees that it is there.
   */
  snapshot(asking?: Peer): {peers: wire.PeerSummary[]; producers: wire.ProducerSummary[]; startedAt: number} {
    return {
      peers: [...this.peers.values()].map((peer) => ({
        peer: peer.session,
        user: peer.user,
        name: peer.name,
        state: peer === asking ? 'connected' : peer.told,
        joinedAt: peer.joinedAt,
        profile: peer.profile,
      })),
      producers: [...this.producers.values()].filter((one) => !isFormer(one, asking)).map(producerSummary),
      startedAt: this.startedAt,
    };
  }

  transportOwner(transport: string): {peer: Peer; transport: CallTransport} | undefined {
    for (const peer of this.peers.values()) {
      const found = peer.transports.get(transport);
      if (found !== undefined) return {peer, transport: found};
    }
    return undefined;
  }
}

/** Whether the session published it in its stay before this one, at a node that leaves. */
export const isFormer = (producer: CallProducer, peer: Peer | undefined): boolean =>
  producer.peer !== peer && producer.peer.session === peer?.session;

function producerSummary({id, peer, kind, source, paused}: CallProducer): wire.ProducerSummary {
  return {producer: id, peer: peer.session, kind, source, paused};
}
