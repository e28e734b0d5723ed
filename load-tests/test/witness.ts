import {call, callNews, type EventDefinition, type PayloadOf} from '@parley/protocol';
import {CallPeer, type CallServer} from '../src/webrtc/call-peer.js';
import type {Pacer} from '../src/webrtc/pacer.js';
import {ssrcOf} from '../src/webrtc/rtp-stream.js';
import type {NarrowPath} from './narrow-path.js';

/** Something of the call that its peer was told, as it came. */
export interface Told {
  readonly name: string;
  readonly payload: unknown;
}

const events: readonly EventDefinition[] = [call.peer, call.producer, call.changes, callNews.speaker];

/** A peer with real media that keeps what it is told, what it is offered, and of whom packets come. */
export class Witness {
  readonly peer: CallPeer;
  readonly told: Told[] = [];
  readonly offers: call.ConsumerOffer[] = [];
  readonly #bySsrc = new Map<number, call.ConsumerOffer>();
  /** Tracks whose packets came since the last look. */
  readonly #heard = new Set<number>();
  #path: NarrowPath | undefined;

  static async connect(server: CallServer, user: string, room: string, pacer: Pacer): Promise<Witness> {
    return new Witness(await CallPeer.connect(server, user, room, pacer));
  }

  private constructor(peer: CallPeer) {
    this.peer = peer;
    peer.onPacket = (packet) => {
      const ssrc = ssrcOf(packet);
      if (ssrc !== undefined && this.#path?.carries(packet) !== false) this.#heard.add(ssrc);
    };
    for (const event of events) {
      peer.listen(event, (payload: unknown) => this.told.push({name: event.name, payload}));
    }
    peer.listen(call.consumersOffered, ({consumers}) => {
      this.offers.push(...consumers);
      for (const offer of consumers) this.#bySsrc.set(offer.rtpParameters.encodings?.[0]?.ssrc ?? 0, offer);
    });
  }

  get user(): string {
    return this.peer.user;
  }

  payloads<D extends EventDefinition>({name}: D): PayloadOf<D>[] {
    return this.told.filter((one) => one.name === name).map(({payload}) => payload as PayloadOf<D>);
  }

  /** Joins at the end of a path that may be narrow, of which it tells the sender what a browser would. */
  async joinBy(path: NarrowPath): Promise<void> {
    this.#path = path;
    path.open((feedback) => this.peer.answer(feedback));
    await this.peer.join((router) => {
      path.understand(router);
      return router;
    });
  }

  /** The producers that packets come from, in the 300 ms from now. */
  async hears(): Promise<readonly string[]> {
    this.#heard.clear();
    await new Promise((resolve) => setTimeout(resolve, 300));
    return [...this.#heard].flatMap((ssrc) => this.#bySsrc.get(ssrc)?.producer ?? []).sort();
  }
}
