import type {callReceiving} from '@parley/protocol';
import type {MediaEvent} from '../ports.js';
import type {Crossings} from './crossings.js';
import type {Home} from './home.js';
import type {LeavingParts} from './leaving-parts.js';
import type {Part} from './part.js';
import type {Parts} from './parts.js';
import type {Whereabouts} from './whereabouts.js';

const degrees: readonly callReceiving.StrainDegree[] = ['none', 'fewer', 'sound', 'full'];

export interface PartEventsOptions {
  readonly home: Pick<Home, 'part'>;
  readonly parts: Parts;
  readonly leaving: LeavingParts;
  readonly where: Whereabouts;
  readonly crossings: Crossings;
  readonly listener: (event: MediaEvent) => void;
}

/** Makes of what happens to the parts of a call what happens to the call. */
export class PartEvents {
  readonly #options: PartEventsOptions;
  readonly #strains = new Map<Part, callReceiving.StrainDegree>();
  #strain: callReceiving.StrainDegree = 'none';

  constructor(options: PartEventsOptions) {
    this.#options = options;
  }

  follow(part: Part, event: MediaEvent): void {
    const {home, parts, leaving, where, crossings, listener} = this.#options;
    switch (event.kind) {
      case 'transport': {
        const gone = event.state === 'closed' ? where.takePath(event.transport) : undefined;
        if (gone !== undefined) parts.leave(gone.peer, gone.part);
        listener(event);
        if (event.state === 'closed' || event.state === 'failed') leaving.transportEnded(part, event.transport);
        break;
      }
      case 'producerClosed':
        this.#unpublished(part, event.producer, event);
        break;
      case 'dataProducerClosed':
        this.#unpublished(part, event.dataProducer, event);
        break;
      case 'consumerClosed':
        where.unreceive(event.consumer);
        listener(event);
        break;
      case 'dataConsumerClosed':
        where.unreceive(event.dataConsumer);
        listener(event);
        break;
      case 'speaker':
      case 'levels':
        // Elsewhere only some are heard.
        if (part === home.part) listener(event);
        break;
      case 'strain':
        this.#strains.set(part, event.degree);
        this.#judge();
        break;
      case 'peersLost':
        this.#peersLost(event.peers);
        break;
      case 'lost':
        this.#lost(part);
        break;
      case 'pipeClosed':
        crossings.broken(part, event.pipe);
        break;
      case 'pipeStopped':
        crossings.stopped(part, event.pipe, event.producer);
        break;
      case 'pipe':
        crossings.measured(part, event.pipe, event);
        break;
      case 'data':
      case 'consumerPaused':
      case 'consumerResumed':
      case 'consumerLayer':
      case 'peersMoved':
      case 'path':
      case 'reachable':
      case 'recordingLost':
        listener(event);
        break;
    }
  }

  /** Its node leaves: who is there is told so, and has what is there until it has come again elsewhere. */
  leaves(part: Part): void {
    const {parts, leaving, where, listener} = this.#options;
    parts.vacate(part);
    const peers = [...where.peersAt(part)];
    leaving.add(part, where.transportsAt(part));
    if (peers.length > 0) listener({kind: 'peersMoved', peers});
  }

  /** Of who has come again elsewhere only what it left there ends. */
  #lost(part: Part): void {
    const {parts, leaving, where, crossings, listener} = this.#options;
    leaving.forget(part);
    this.#strains.delete(part);
    const seated = parts.lost(part);
    const there = where.peersAt(part);
    const left = where.forgetPart(part);
    this.#peersLost([...new Set([...seated, ...there])].filter((peer) => !where.has(peer)));
    for (const source of left) {
      crossings.end(source);
      listener(
        source.what === 'track'
          ? {kind: 'producerClosed', producer: source.id}
          : {kind: 'dataProducerClosed', dataProducer: source.id},
      );
    }
    crossings.partLost(part);
    this.#judge();
  }

  /** The copy of a producer on another node goes with its pipe, which is told by itself. */
  #unpublished(part: Part, id: string, event: MediaEvent): void {
    const {where, crossings, listener} = this.#options;
    if (where.findPublished(id)?.source.part !== part) return;
    const source = where.unpublish(id);
    if (source !== undefined) crossings.end(source);
    listener(event);
  }

  #peersLost(peers: readonly string[]): void {
    const {parts, where, crossings, listener} = this.#options;
    if (peers.length === 0) return;
    parts.forget(peers);
    for (const source of where.forgetPeers(new Set(peers))) crossings.end(source);
    listener({kind: 'peersLost', peers});
  }

  #judge(): void {
    const worst = Math.max(0, ...[...this.#strains.values()].map((degree) => degrees.indexOf(degree)));
    const degree = degrees[worst] ?? 'none';
    if (degree === this.#strain) return;
    this.#strain = degree;
    this.#options.listener({kind: 'strain', degree});
  }
}
