import {type EventDefinition, type PayloadOf, type RoomId, type SessionId} from '@parley/protocol';
import type {CallState, Peer} from './call-state.js';
import type {ToPeer, ToPeers} from './words.js';

/** Whom the owner tells something: a peer, or a session that waits to become one. */
export type Listener = Pick<Peer, 'session' | 'node' | 'present' | 'stream'>;

export interface OutboxOptions {
  readonly room: RoomId;
  readonly state: CallState;
  /** Hands an event to the node that the peer is connected to. */
  readonly send: (node: string, word: ToPeer) => void;
  /** Hands one to the node of several of its peers, unnumbered. */
  readonly mention: (node: string, word: ToPeers) => void;
}

/** What the owner tells the peers, and those who wait, each by its own numbered stream. */
export class Outbox {
  readonly #options: OutboxOptions;

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  /** To a listener that nobody reaches it is only numbered: its next `call.sync` says it all, or its node asks for it. */
  tell<D extends EventDefinition>(peer: Listener, event: D, payload: PayloadOf<D>): void {
    const numbered = peer.stream.add(event.name, payload);
    if (!peer.present) return;
    const {room, send} = this.#options;
    send(peer.node, {room, session: peer.session, stream: peer.stream.position.stream, event: numbered});
  }

  /**
   * What is soon outdated, to those that are reached, with one word to each of their nodes. It has no place in the
   * numbered stream: what is lost of it is not missed.
   */
  mention<D extends EventDefinition>(peers: readonly Peer[], event: D, payload: PayloadOf<D>): void {
    const byNode = new Map<string, SessionId[]>();
    for (const {node, session, present} of peers) {
      if (!present) continue;
      const sessions = byNode.get(node);
      if (sessions === undefined) byNode.set(node, [session]);
      else sessions.push(session);
    }
    const {room, mention} = this.#options;
    for (const [node, sessions] of byNode) mention(node, {room, sessions, name: event.name, payload});
  }

  toAll<D extends EventDefinition>(event: D, payload: PayloadOf<D>): void {
    for (const peer of this.#options.state.peers.values()) this.tell(peer, event, payload);
  }

  /** To those who may let others in. */
  toModerators<D extends EventDefinition>(event: D, payload: PayloadOf<D>): void {
    for (const peer of this.#options.state.peers.values())
      if (peer.rights.includes('moderate')) this.tell(peer, event, payload);
  }
}
