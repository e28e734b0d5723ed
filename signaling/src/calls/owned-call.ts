import {call as wire, ParleyError, type PayloadOf} from '@parley/protocol';
import type {CallsOptions} from '../calls-part.js';
import {parseParams} from '../dispatch/parse-params.js';
import type {MediaEvent, MediaRoom} from '../ports.js';
import {Adapting} from './adapting.js';
import {CallState, type Peer} from './call-state.js';
import {Consumers} from './consumers.js';
import {Mailbox} from './mailbox.js';
import {Offers} from './offers.js';
import {Outbox} from './outbox.js';
import type {NumberedEvent, StreamPosition} from './peer-stream.js';
import {Producers} from './producers.js';
import {peerRequests} from './requests.js';
import {Roster} from './roster.js';
import {Speech} from './speech.js';
import {Transports} from './transports.js';
import {Watching} from './watching.js';
import type {Ask, Asked, Notice, ToPeer, ToPeers} from './words.js';

export interface OwnedCallOptions extends Pick<
  CallsOptions,
  'clock' | 'ids' | 'limits' | 'observer' | 'toRoom' | 'onDefect'
> {
  readonly room: string;
  readonly media: MediaRoom;
  readonly send: (node: string, word: ToPeer) => void;
  readonly mention: (node: string, word: ToPeers) => void;
  /** The call is over; told once. */
  readonly onEnded: (call: OwnedCall) => void;
}

/** One stay of a session in the call: when it comes again, that is another. */
export interface Stay {
  readonly session: string;
  readonly stream: string;
}

/** Requests after whose answer the peer follows its stream from the answer's position on. */
const positioned: ReadonlySet<string> = new Set([wire.join.name, wire.sync.name]);

/** A call on the node that runs it. Everything that changes it goes through its mailbox. */
export class OwnedCall {
  readonly #options: OwnedCallOptions;
  readonly #state: CallState;
  readonly #mailbox = new Mailbox();
  readonly #roster: Roster;
  readonly #transports: Transports;
  readonly #producers: Producers;
  readonly #consumers: Consumers;
  readonly #offers: Offers;
  readonly #outbox: Outbox;
  readonly #watching: Watching;
  readonly #speech: Speech;
  readonly #adapting: Adapting;
  readonly #requests: ReturnType<typeof peerRequests>;
  #ended = false;

  constructor(options: OwnedCallOptions) {
    const {room, media, clock, ids, limits, send, mention} = options;
    this.#options = options;
    const state = (this.#state = new CallState(room, clock.now()));
    const outbox = (this.#outbox = new Outbox({room, state, clock, send, mention}));
    const mailbox = this.#mailbox;
    const onDefect = (error: unknown): void => {
      this.#defect(error);
    };
    const adapting = (this.#adapting = new Adapting({state, media, mailbox, clock, onDefect}));
    const speech = (this.#speech = new Speech(state, media, {outbox, adapting}));
    const watching = (this.#watching = new Watching({state, outbox, mailbox, clock, onDefect}));
    const consumers = (this.#consumers = new Consumers(state, media, {outbox, watching, adapting}));
    const parts = {state, media, outbox, consumers, watching};
    const producers = (this.#producers = new Producers(parts, limits.producersPerPeer));
    const transports = (this.#transports = new Transports(state, media, {producers, consumers}));
    const offers = (this.#offers = new Offers({state, media, outbox, consumers, mailbox, clock, onDefect}));
    const roster = (this.#roster = new Roster({
      state,
      outbox,
      offers,
      transports,
      clock,
      ids,
      mostPeers: limits.peersPerCall,
      onLeft: (peer) => {
        speech.left(peer);
      },
      onCount: (delta) => {
        this.#counted(delta);
      },
    }));
    this.#requests = peerRequests({state, transports, producers, consumers, offers, roster, speech});
  }

  get room(): string {
    return this.#options.room;
  }

  get peers(): number {
    return this.#state.peers.size;
  }

  /** Who is in the call, to be compared with the directory. */
  get stays(): readonly Stay[] {
    return [...this.#state.peers.values()].map(({session, stream}) => ({session, stream: stream.position.stream}));
  }

  /** A request of a peer that is connected to `node`. Elsewhere: the call ended before its turn came. */
  ask(word: Ask, node: string): Promise<Asked> {
    return this.#mailbox.ask(async () => {
      if (this.#ended) return {at: 'elsewhere', owner: undefined};
      try {
        const {peer, data} = await this.#carryOut(word, node);
        const position = positioned.has(word.name) ? peer.stream.position : undefined;
        return {at: 'owner', data, position};
      } finally {
        this.#endIfEmpty();
      }
    });
  }

  /** What became of a session. The peer's position, if it is in the call still. */
  notice({session, what, stream, rights}: Notice, node: string): Promise<StreamPosition | undefined> {
    return this.#mailbox.post(() => {
      const peer = this.#state.peers.get(session);
      if (peer === undefined || this.#ended) return undefined;
      if (stream !== undefined && stream !== peer.stream.position.stream) return undefined;
      switch (what) {
        case 'here':
          this.#roster.here(peer, node);
          if (rights) this.#producers.limit(peer, rights);
          return peer.stream.position;
        case 'away':
          // From another node than the peer's it is old news, or a guess: the directory will tell.
          if (peer.node === node) this.#roster.away(peer);
          return peer.stream.position;
        case 'silent':
        case 'heard':
          if (peer.node === node) this.#roster.heard(peer, what === 'heard');
          return peer.stream.position;
        case 'rights':
          this.#producers.limit(peer, rights);
          return peer.stream.position;
        case 'ended':
        case 'leftRoom':
          this.#roster.remove(peer, what === 'leftRoom' ? 'removed' : undefined);
          this.#endIfEmpty();
          return undefined;
      }
    });
  }

  /** What the directory says of a session that was a peer when it was asked; `gone` also if it is in another call. */
  reconcile({session, stream}: Stay, record: {state: 'connected' | 'away'; node: string} | 'gone'): Promise<void> {
    return this.#mailbox.post(() => {
      const peer = this.#state.peers.get(session);
      // It may have left and come back meanwhile: of that the directory has not spoken.
      if (peer?.stream.position.stream !== stream) return;
      if (record === 'gone') this.#roster.remove(peer, 'removed');
      else if (record.state === 'connected') this.#roster.here(peer, record.node);
      else this.#roster.away(peer);
      this.#endIfEmpty();
    });
  }

  nodeGone(node: string): void {
    this.#post(() => {
      for (const peer of this.#state.peers.values()) if (peer.node === node) this.#roster.away(peer);
    });
  }

  replay(session: string, position: StreamPosition): Promise<readonly NumberedEvent[] | undefined> {
    return this.#mailbox.post(() => this.#state.peers.get(session)?.stream.after(position));
  }

  mediaEvent(event: MediaEvent): void {
    // At once: whatever waits in the mailbox for this media would wait in vain.
    if (event.kind === 'lost') this.end('lost');
    else
      this.#post(() => {
        this.#follow(event);
      });
  }

  /** Tells all peers, closes all media; what waits in the mailbox finds the call elsewhere. Idempotent. */
  end(reason: PayloadOf<typeof wire.closed>['reason']): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#offers.close();
    this.#watching.close();
    this.#adapting.close();
    const peers = [...this.#state.peers.values()];
    for (const peer of peers) this.#outbox.tell(peer, wire.closed, {room: this.room, reason});
    this.#state.peers.clear();
    this.#state.producers.clear();
    this.#state.consumers.clear();
    this.#options.media.close();
    this.#counted(-peers.length);
    this.#options.onEnded(this);
  }

  async #carryOut({name, params, peer: asking}: Ask, node: string): Promise<{peer: Peer; data: unknown}> {
    if (name === wire.join.name) {
      const {id, rtpCapabilities} = parseParams(wire.join, params);
      const peer = this.#roster.join({...asking, node, joinId: id, capabilities: rtpCapabilities});
      const {peersPerCall, producersPerPeer} = this.#options.limits;
      const limits = {peers: peersPerCall, producersPerPeer};
      return {peer, data: {peer: peer.session, ...this.#state.snapshot(peer), limits}};
    }
    const request = this.#requests.get(name);
    if (request === undefined) throw new ParleyError('unknown_request');
    const peer = this.#state.peers.get(asking.session);
    if (peer === undefined) throw new ParleyError('not_in_call');
    this.#roster.here(peer, node);
    try {
      const data = await request(peer, params);
      if (!this.#isOver()) return {peer, data};
    } catch (thrown) {
      if (!this.#isOver()) throw thrown;
    }
    // The call ended while media was waited for, however that came out.
    throw new ParleyError('not_in_call');
  }

  #follow(event: Exclude<MediaEvent, {kind: 'lost'}>): void {
    switch (event.kind) {
      case 'transport': {
        const peer = this.#transports.mediaChanged(event.transport, event.state);
        if (peer !== undefined) this.#roster.refresh(peer);
        break;
      }
      case 'producerClosed': {
        const producer = this.#state.producers.get(event.producer);
        if (producer !== undefined) this.#producers.drop(producer);
        break;
      }
      case 'consumerClosed': {
        const consumer = this.#state.consumers.get(event.consumer);
        if (consumer !== undefined) this.#consumers.drop([consumer]);
        break;
      }
      case 'consumerPaused':
      case 'consumerResumed': {
        const consumer = this.#state.consumers.get(event.consumer);
        if (consumer !== undefined) this.#watching.flowing(consumer, event.kind === 'consumerResumed');
        break;
      }
      case 'consumerLayer': {
        const consumer = this.#state.consumers.get(event.consumer);
        if (consumer !== undefined) this.#adapting.moved(consumer, event.spatial, event.arriving);
        break;
      }
      case 'speaker':
        this.#speech.spoke(event.producer);
        break;
      case 'levels':
        this.#speech.measured(event.levels);
        break;
    }
  }

  #isOver(): boolean {
    return this.#ended;
  }

  #endIfEmpty(): void {
    if (this.#state.peers.size === 0) this.end('ended');
  }

  #counted(delta: number): void {
    const {observer, toRoom, clock} = this.#options;
    if (delta === 0) return;
    observer.callPeers(delta);
    const peers = this.peers;
    toRoom(this.room, wire.status, {room: this.room, active: peers > 0, peers, at: clock.now()});
  }

  #post(task: () => void): void {
    this.#mailbox.post(task).catch((error: unknown) => {
      this.#defect(error);
    });
  }

  #defect(error: unknown): void {
    if (error instanceof ParleyError && error.code === 'unknown_media') return; // Closed meanwhile.
    this.#options.onDefect(error, {room: this.room});
  }
}
