import {call, callNews, ParleyError, people} from '@parley/protocol';
import {testFakeParameters} from 'mediasoup-client';
import type {ScriptedServer} from './scripted-server.js';

interface Producer extends call.ProducerSummary {
  readonly id: string;
}

const room = 'lobby';
const profile: call.PeerProfile = {role: 'member', rights: ['join', 'audio'], handRaisedAt: null, metadata: {}};
const settings = {
  locked: false,
  recordable: 'mixed',
  lobby: false,
  limits: {peers: 10, producers: 0, producersPerPeer: 4, bitrate: 0, videos: 0, voices: 0},
};
const mimeTypes = {audio: 'audio/opus', video: 'video/VP8'};

/** The engine's side of one call with one real client, as the protocol describes it. */
export class ScriptedCall {
  readonly #server: ScriptedServer;
  /** What the client has published, by producer id. */
  readonly producers = new Map<string, Producer>();
  readonly others = new Map<string, call.PeerSummary>();
  readonly offered = new Map<string, call.ConsumerOffer>();
  readonly ready = new Set<string>();
  /** What `call.consumer.set` said, in order. */
  readonly wishes: {consumer: string; paused: boolean | undefined; size: object | undefined}[] = [];
  transports: {transport: string; direction: 'send' | 'receive'}[] = [];
  readonly published: call.ProducerSummary[] = [];
  joined: string | undefined;
  speaker: string | null = null;
  /** How a recording of the call ended that nobody was told of. */
  recordingEnded: call.RecordingEnd | undefined;
  quality: callNews.ConnectionQuality[] = [];
  /** What `call.follow` asked for last. */
  followed: readonly string[] = [];
  /** How long the credentials of TURN servers are good for. */
  iceLifetimeMs: number | undefined;
  #count = 0;

  constructor(server: ScriptedServer) {
    this.#server = server;
    this.#install();
  }

  /** Refuses to let anybody in until they knocked, and were let in. */
  openLobby(): void {
    const {on} = this.#server;
    const join = on.get(call.join.name);
    on.set(call.join.name, () => {
      throw new ParleyError('call_lobby');
    });
    on.set(people.knock.name, () => ({admitted: false}));
    this.letIn = () => {
      if (join) on.set(call.join.name, join);
      this.#server.tell(people.admitted.name, {room});
    };
  }

  letIn: () => void = () => undefined;

  asked(name: string): number {
    return this.#server.asked.filter((asked) => asked.name === name).length;
  }

  arrive(peer: string): void {
    this.others.set(peer, {peer, user: peer, name: peer, state: 'connected', joinedAt: 1, profile});
    this.#server.tell(call.peer.name, {room, peer, user: peer, name: peer, change: 'joined', profile, at: 1});
  }

  depart(peer: string): void {
    this.others.delete(peer);
    this.#server.tell(call.peer.name, {room, peer, user: peer, name: peer, change: 'left', at: 1});
  }

  /** Another peer publishes; gives the offer that the client gets. */
  publish(peer: string, source: call.ProducerSummary['source'], tell = true): call.ConsumerOffer {
    const kind = source === 'microphone' || source === 'screenAudio' ? 'audio' : 'video';
    const producer = `p-${++this.#count}`;
    this.published.push({producer, peer, kind, source, paused: false});
    const {rtpParameters} = testFakeParameters.generateConsumerRemoteParameters({codecMimeType: mimeTypes[kind]});
    const offer = {
      consumer: `c-${this.#count}`,
      transport: this.#receive,
      producer,
      peer,
      kind,
      source,
      type: 'simple',
      rtpParameters,
      producerPaused: false,
      withheld: false,
    };
    const parsed = call.consumersOffered.payload.parse({room, consumers: [JSON.parse(JSON.stringify(offer))]})
      .consumers[0]!;
    this.offered.set(parsed.consumer, parsed);
    if (!tell) return parsed;
    this.#server.tell(call.producer.name, {room, producer, peer, kind, source, change: 'published'});
    this.#server.tell(call.consumersOffered.name, {room, consumers: [parsed]});
    return parsed;
  }

  closeConsumer({consumer}: call.ConsumerOffer): void {
    this.offered.delete(consumer);
    this.#server.tell(call.consumersClosed.name, {room, consumers: [consumer]});
  }

  /** The node that ran it is gone. */
  lose(): void {
    this.#forget();
    this.#server.tell(call.closed.name, {room, reason: 'lost'});
  }

  /** The node that runs it is about to go; another has it from now on, with nobody in it yet but those who come. */
  move(): void {
    this.#forget();
    this.published.length = 0;
    this.others.clear();
    this.#server.tell(call.closed.name, {room, reason: 'moved'});
  }

  /** The client's transport to receive; before there is one, any name will do. */
  get #receive(): string {
    return this.transports.find(({direction}) => direction === 'receive')?.transport ?? 'none';
  }

  /** The server has given one of the client's transports up. */
  failTransport(direction: 'send' | 'receive'): void {
    const {transport} = this.transports.find((one) => one.direction === direction)!;
    this.#server.tell(call.transportFailed.name, {room, transport});
  }

  /** Offers anew what the client had, in the place of that; as a server does for a new transport to receive. */
  offerAgain(): call.ConsumerOffer[] {
    const offers = [...this.offered.values()].map((before) => {
      const {rtpParameters} = testFakeParameters.generateConsumerRemoteParameters({
        codecMimeType: mimeTypes[before.kind],
      });
      const consumer = `c-${++this.#count}`;
      const offer = {...before, consumer, transport: this.#receive, rtpParameters, replaces: before.consumer};
      return call.consumersOffered.payload.parse({room, consumers: [JSON.parse(JSON.stringify(offer))]}).consumers[0]!;
    });
    this.offered.clear();
    for (const offer of offers) this.offered.set(offer.consumer, offer);
    if (offers.length > 0) this.#server.tell(call.consumersOffered.name, {room, consumers: offers});
    return offers;
  }

  #replace(replaces: string): void {
    if (!this.transports.some(({transport}) => transport === replaces)) throw new ParleyError('unknown_media');
    this.transports = this.transports.filter(({transport}) => transport !== replaces);
  }

  #forget(): void {
    this.joined = undefined;
    this.followed = [];
    this.transports = [];
    this.producers.clear();
    this.offered.clear();
    this.ready.clear();
  }

  #install(): void {
    const {on} = this.#server;
    const inCall = (): void => {
      if (this.joined === undefined) throw new ParleyError('not_in_call');
    };
    on.set(call.prepare.name, () => ({
      routerRtpCapabilities: testFakeParameters.generateRouterRtpCapabilities(),
      iceServers: [{urls: 'turn:turn.example.org', username: `${this.asked(call.prepare.name)}`, credential: 'x'}],
      ...(this.iceLifetimeMs !== undefined && {iceLifetimeMs: this.iceLifetimeMs}),
    }));
    on.set(call.join.name, (_params, session) => {
      this.joined = session;
      return {
        peer: session,
        peers: [...this.others.values()],
        producers: this.published,
        startedAt: 1,
        ...settings,
      };
    });
    on.set(call.leave.name, () => {
      this.#forget();
      return {};
    });
    on.set(call.transportCreate.name, ({direction, replaces}: {direction: 'send' | 'receive'; replaces?: string}) => {
      inCall();
      if (replaces !== undefined) this.#replace(replaces);
      if (this.transports.some((transport) => transport.direction === direction)) throw new ParleyError('conflict');
      const transport = `t-${++this.#count}`;
      this.transports.push({transport, direction});
      const {iceParameters, iceCandidates} = testFakeParameters.generateTransportRemoteParameters();
      const value = Array.from({length: 32}, () => 'AB').join(':');
      return {
        transport,
        iceParameters,
        iceCandidates,
        dtlsParameters: {role: 'auto', fingerprints: [{algorithm: 'sha-256', value}]},
        sctpParameters: {port: 5_000, maxSendMessageSize: 65_536, maxReceiveMessageSize: 65_536},
      };
    });
    on.set(
      call.produce.name,
      ({
        id,
        kind,
        source,
        paused: asked = false,
        replaces,
      }: {
        id: string;
        kind: 'audio' | 'video';
        source: Producer['source'];
        paused?: boolean;
        replaces?: string;
      }) => {
        inCall();
        const before = this.producers.get(replaces ?? '');
        if (replaces !== undefined && !before) throw new ParleyError('unknown_media');
        const producer = before?.producer ?? `own-${++this.#count}`;
        const paused = before?.paused ?? asked;
        this.producers.set(producer, {id, producer, peer: this.joined ?? '', kind, source, paused});
        return {producer, paused};
      },
    );
    const change = (name: string, act: (producer: Producer) => void): void => {
      on.set(name, ({producer}: {producer: string}) => {
        const found = this.producers.get(producer);
        if (found) act(found);
        return {};
      });
    };
    change(call.producerPause.name, (producer) => this.producers.set(producer.producer, {...producer, paused: true}));
    change(call.producerResume.name, (producer) => this.producers.set(producer.producer, {...producer, paused: false}));
    change(call.producerClose.name, (producer) => this.producers.delete(producer.producer));
    on.set(call.subscribe.name, () => {
      inCall();
      const offers = [...this.offered.values()].map((offer) => ({...offer, transport: this.#receive}));
      if (offers.length > 0) this.#server.tell(call.consumersOffered.name, {room, consumers: offers});
      return {};
    });
    on.set(call.consumerSet.name, ({consumer, paused, size}: {consumer: string; paused?: boolean; size?: object}) => {
      this.wishes.push({consumer, paused, size});
      return {};
    });
    on.set(callNews.follow.name, ({topics}: {topics: string[]}) => {
      inCall();
      this.followed = topics;
      return {};
    });
    on.set(call.consumersReady.name, ({consumers}: {consumers: string[]}) => {
      for (const id of consumers) this.ready.add(id);
      return {};
    });
    on.set(call.transportRestartIce.name, ({generation}: {generation: number}) => ({
      iceParameters: {usernameFragment: `ufrag-${generation}`, password: 'password'},
      generation,
    }));
    on.set(call.sync.name, () => {
      inCall();
      return {
        peer: this.joined,
        peers: [...this.others.values()],
        producers: this.published,
        transports: this.transports,
        consumers: [...this.offered.values()].map((offer) => ({
          ...offer,
          transport: this.#receive,
          ready: this.ready.has(offer.consumer),
          paused: false,
          starved: false,
        })),
        dataConsumers: [],
        dataProducers: [],
        watched: [],
        quality: this.quality,
        speaker: this.speaker,
        startedAt: 1,
        ...settings,
        ...(this.recordingEnded && {recordingEnded: this.recordingEnded}),
      };
    });
  }
}
