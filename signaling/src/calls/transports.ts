import {call as wire, ParleyError, type media, type ParamsOf, type ResultOf} from '@parley/protocol';
import type {MediaRoom} from '../ports.js';
import type {Channels} from './channels.js';
import {
  isFormer,
  type CallState,
  type CallTransport,
  type Direction,
  type MediaState,
  type Peer,
} from './call-state.js';
import type {Consumers} from './consumers.js';
import type {Held} from './held.js';
import type {Outbox} from './outbox.js';
import type {Producers} from './producers.js';

export interface TransportsOptions {
  readonly state: CallState;
  readonly media: MediaRoom;
  readonly outbox: Outbox;
  readonly producers: Producers;
  readonly consumers: Consumers;
  readonly channels: Channels;
  readonly held: Held;
  /** The peer's transport took the place of another: what it received is to be offered anew. */
  readonly onReplaced: (peer: Peer, direction: Direction) => void;
}

/** The paths of media between peers and the engine: one to send, one to receive, at most. */
export class Transports {
  readonly #options: TransportsOptions;

  constructor(options: TransportsOptions) {
    this.#options = options;
  }

  /**
   * In place of the one of that direction, if there is one: DTLS that ended cannot begin again. What was on the one that
   * it `replaces` waits to go on by it; what was on any other ends.
   */
  async create(peer: Peer, direction: Direction, replaces?: string): Promise<ResultOf<typeof wire.transportCreate>> {
    const {state, media: engine, onReplaced} = this.#options;
    const before = replaces === undefined ? undefined : peer.transports.get(replaces);
    if (replaces !== undefined && before?.direction !== direction) {
      throw new ParleyError('unknown_media', {field: 'replaces'});
    }
    const offer = await engine.createTransport({direction, peer: peer.session, near: peer.node});
    const {transport: id, iceParameters, iceCandidates, dtlsParameters, sctpParameters} = offer;
    if (state.peers.get(peer.session) !== peer) {
      engine.closeTransport(id);
      throw new ParleyError('not_in_call');
    }
    peer.transports.set(id, {
      id,
      direction,
      isReplacement: before !== undefined,
      media: 'new',
      dtls: undefined,
      ice: {generation: 0, parameters: iceParameters},
    });
    for (const other of [...peer.transports.values()]) {
      if (other.direction !== direction || other.id === id) continue;
      if (other === before) this.#replace(peer, other, id);
      else this.drop(peer, other);
    }
    if (before !== undefined) onReplaced(peer, direction);
    const {withoutUdp, downlinks} = state;
    const most = downlinks.get(peer.session);
    if (most !== undefined && direction === 'receive') engine.limitOutgoing(id, most);
    const candidates = iceCandidates.filter(({protocol}) => protocol === 'tcp' || !withoutUdp.has(peer.session));
    return {transport: id, iceParameters, iceCandidates: candidates, dtlsParameters, sctpParameters};
  }

  async connect(peer: Peer, {transport: id, dtlsParameters}: ParamsOf<typeof wire.transportConnect>): Promise<void> {
    const transport = this.#find(peer, id);
    const dtls = fingerprintOf(dtlsParameters);
    if (transport.dtls === dtls) return;
    if (transport.dtls !== undefined) {
      throw new ParleyError('conflict', {message: 'The transport was connected with other DTLS parameters.'});
    }
    await this.#options.media.connectTransport(id, dtlsParameters);
    transport.dtls = dtls;
  }

  async restartIce(
    peer: Peer,
    {transport: id, generation}: ParamsOf<typeof wire.transportRestartIce>,
  ): Promise<ResultOf<typeof wire.transportRestartIce>> {
    const transport = this.#find(peer, id);
    if (transport.media === 'failed') throw new ParleyError('unknown_media', {message: 'The transport has failed.'});
    if (generation > transport.ice.generation) {
      transport.ice = {generation, parameters: await this.#options.media.restartIce(id)};
    }
    return {iceParameters: transport.ice.parameters, generation: transport.ice.generation};
  }

  /** What the engine says of it. The peer whose state this may change, if it is known. */
  mediaChanged(id: string, media: MediaState): Peer | undefined {
    const found = this.#options.state.transportOwner(id);
    if (found === undefined) return undefined;
    const {peer, transport} = found;
    if (media === 'closed') this.lose(peer, transport);
    else if (transport.media !== 'closed') {
      transport.media = media;
      if (media === 'failed') this.#tellFailed(peer, transport);
    }
    return peer;
  }

  /** It is gone at the engine: what was on it waits for the one that takes its place. */
  lose(peer: Peer, transport: CallTransport): void {
    if (transport.media === 'closed') return;
    const wasTold = transport.media === 'failed';
    transport.media = 'closed';
    this.#hold(peer, transport);
    if (!wasTold) this.#tellFailed(peer, transport);
    this.#options.held.until(() => {
      if (peer.transports.get(transport.id) === transport) this.drop(peer, transport);
    });
  }

  /** Ends it with all that is on it. */
  drop(peer: Peer, {id}: CallTransport): void {
    const {producers, consumers, channels, media} = this.#options;
    if (!peer.transports.delete(id)) return;
    for (const producer of [...peer.producers.values()]) if (producer.transport === id) producers.drop(producer);
    consumers.drop([...peer.consumers.values()].filter((consumer) => consumer.transport === id));
    channels.transportGone(id);
    media.closeTransport(id);
  }

  #replace(peer: Peer, before: CallTransport, id: string): void {
    const {producers, consumers, held} = this.#options;
    this.#hold(peer, before);
    peer.transports.delete(before.id);
    if (peer.wanted.kind !== 'none' && peer.wanted.transport === before.id)
      peer.wanted = {...peer.wanted, transport: id};
    if (peer.dataTransport === before.id) peer.dataTransport = id;
    for (const each of [...peer.producers.values(), ...peer.consumers.values()])
      if (each.transport === before.id) each.transport = id;
    held.until(() => {
      const isLate = ({transport}: {transport: string}): boolean => transport === id;
      for (const producer of [...peer.producers.values()].filter(isLate))
        if (producer.carriedAs === undefined) producers.drop(producer);
      consumers.drop([...peer.consumers.values()].filter((one) => one.held && isLate(one)));
    });
  }

  #hold(peer: Peer, {id}: CallTransport): void {
    const {held, channels, media} = this.#options;
    for (const producer of peer.producers.values()) if (producer.transport === id) held.producer(producer);
    held.consumers([...peer.consumers.values()].filter(({transport}) => transport === id));
    channels.transportGone(id);
    media.closeTransport(id);
  }

  #tellFailed(peer: Peer, {id}: CallTransport): void {
    const {outbox, state} = this.#options;
    outbox.tell(peer, wire.transportFailed, {room: state.room, transport: id});
  }

  /**
   * The peer has them no more, nor what is on them; the engine ends them. What it published by them the others have until it
   * publishes it again.
   */
  leaveBehind(peer: Peer): void {
    const {consumers, channels} = this.#options;
    consumers.leaveBehind([...peer.consumers.values()]);
    for (const id of peer.transports.keys()) channels.transportGone(id);
    peer.transports.clear();
  }

  /** Ends what the others have yet of a stay that was left behind. */
  dropFormer(peer: Peer): void {
    const {state, producers} = this.#options;
    for (const producer of [...state.producers.values()]) if (isFormer(producer, peer)) producers.drop(producer);
  }

  #find(peer: Peer, id: string): CallTransport {
    const transport = peer.standing(id);
    if (transport === undefined) throw new ParleyError('unknown_media');
    return transport;
  }
}

function fingerprintOf({role, fingerprints}: media.DtlsParameters): string {
  const sorted = fingerprints.map(({algorithm, value}) => `${algorithm} ${value.toUpperCase()}`).sort();
  return JSON.stringify([role ?? 'auto', sorted]);
}
