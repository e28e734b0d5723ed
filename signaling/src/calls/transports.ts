import {ParleyError, type call as wire, type media, type ParamsOf, type ResultOf} from '@parley/protocol';
import type {MediaRoom} from '../ports.js';
import type {Channels} from './channels.js';
import type {CallState, CallTransport, Direction, MediaState, Peer} from './call-state.js';
import type {Consumers} from './consumers.js';
import type {Producers} from './producers.js';

/** The paths of media between peers and the engine: one to send, one to receive, at most. */
export class Transports {
  readonly #state: CallState;
  readonly #media: MediaRoom;
  readonly #producers: Producers;
  readonly #consumers: Consumers;
  readonly #channels: Channels;

  constructor(
    state: CallState,
    room: MediaRoom,
    {producers, consumers, channels}: {producers: Producers; consumers: Consumers; channels: Channels},
  ) {
    this.#state = state;
    this.#media = room;
    this.#producers = producers;
    this.#consumers = consumers;
    this.#channels = channels;
  }

  /** In place of the one of that direction, if there is one: DTLS that ended cannot begin again. */
  async create(peer: Peer, direction: Direction): Promise<ResultOf<typeof wire.transportCreate>> {
    const offer = await this.#media.createTransport({direction, peer: peer.session, near: peer.node});
    const {transport: id, iceParameters, iceCandidates, dtlsParameters, sctpParameters} = offer;
    if (this.#state.peers.get(peer.session) !== peer) {
      this.#media.closeTransport(id);
      throw new ParleyError('not_in_call');
    }
    for (const other of [...peer.transports.values()]) if (other.direction === direction) this.drop(peer, other);
    peer.transports.set(id, {
      id,
      direction,
      media: 'new',
      dtls: undefined,
      ice: {generation: 0, parameters: iceParameters},
    });
    const {withoutUdp, downlinks} = this.#state;
    const most = downlinks.get(peer.session);
    if (most !== undefined && direction === 'receive') this.#media.limitOutgoing(id, most);
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
    await this.#media.connectTransport(id, dtlsParameters);
    transport.dtls = dtls;
  }

  async restartIce(
    peer: Peer,
    {transport: id, generation}: ParamsOf<typeof wire.transportRestartIce>,
  ): Promise<ResultOf<typeof wire.transportRestartIce>> {
    const transport = this.#find(peer, id);
    if (generation > transport.ice.generation) {
      transport.ice = {generation, parameters: await this.#media.restartIce(id)};
    }
    return {iceParameters: transport.ice.parameters, generation: transport.ice.generation};
  }

  /** What the engine says of it. The peer whose state this may change, if it is known. */
  mediaChanged(id: string, media: MediaState | 'closed'): Peer | undefined {
    const found = this.#state.transportOwner(id);
    if (found === undefined) return undefined;
    if (media === 'closed') this.drop(found.peer, found.transport);
    else found.transport.media = media;
    return found.peer;
  }

  /** Ends it with all that is on it. */
  drop(peer: Peer, {id}: CallTransport): void {
    if (!peer.transports.delete(id)) return;
    for (const producer of [...peer.producers.values()]) if (producer.transport === id) this.#producers.drop(producer);
    this.#consumers.drop([...peer.consumers.values()].filter((consumer) => consumer.transport === id));
    this.#channels.transportGone(id);
    this.#media.closeTransport(id);
  }

  #find(peer: Peer, id: string): CallTransport {
    const transport = peer.transports.get(id);
    if (transport === undefined) throw new ParleyError('unknown_media');
    return transport;
  }
}

function fingerprintOf({role, fingerprints}: media.DtlsParameters): string {
  const sorted = fingerprints.map(({algorithm, value}) => `${algorithm} ${value.toUpperCase()}`).sort();
  return JSON.stringify([role ?? 'auto', sorted]);
}
