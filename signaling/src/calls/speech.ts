import {callNews as wire} from '@parley/protocol';
import type {MediaRoom, VoiceLevel} from '../ports.js';
import type {Adapting} from './adapting.js';
import type {Choosing} from './choosing.js';
import type {CallState, Peer} from './call-state.js';
import type {Outbox} from './outbox.js';

/** Who speaks and how loudly, told to the peers that follow it. */
export class Speech {
  readonly #state: CallState;
  readonly #media: MediaRoom;
  readonly #outbox: Outbox;
  readonly #adapting: Adapting;
  readonly #choosing: Choosing;
  #measuring = false;

  constructor(
    state: CallState,
    media: MediaRoom,
    {outbox, adapting, choosing}: {outbox: Outbox; adapting: Adapting; choosing: Choosing},
  ) {
    this.#state = state;
    this.#media = media;
    this.#outbox = outbox;
    this.#adapting = adapting;
    this.#choosing = choosing;
  }

  /** The peer follows other topics than before, or a peer came or went, or microphones did. */
  followersChanged(): void {
    const measure = this.#followers('levels').length > 0 || this.#choosing.needsVoices;
    if (measure === this.#measuring) return;
    this.#measuring = measure;
    this.#media.followLevels(measure);
  }

  /** What stands, to a peer that follows the speaker from now on. */
  introduce(peer: Peer): void {
    const {speaker} = this.#state;
    if (speaker !== undefined) this.#tell(peer, speaker);
  }

  spoke(producer: string): void {
    const speaker = this.#state.carried.get(producer)?.peer;
    if (speaker !== undefined) this.#become(speaker);
  }

  left(peer: Peer): void {
    if (this.#state.speaker === peer) this.#become(undefined);
    this.followersChanged();
  }

  /** Told at once and at most once: the next ones follow soon. */
  measured(voices: readonly VoiceLevel[]): void {
    this.#choosing.heard(voices);
    const levels = voices.flatMap(({producer, level}) => {
      const peer = this.#state.carried.get(producer)?.peer;
      return peer === undefined ? [] : [{peer: peer.session, level}];
    });
    this.#outbox.mention(this.#followers('levels'), wire.levels, {room: this.#state.room, levels});
  }

  #become(speaker: Peer | undefined): void {
    const before = this.#state.speaker;
    if (before === speaker) return;
    this.#state.speaker = speaker;
    this.#adapting.speakerChanged(before, speaker);
    if (speaker !== undefined) this.#choosing.spoke(speaker);
    for (const peer of this.#followers('speaker')) this.#tell(peer, speaker);
  }

  #tell(peer: Peer, speaker: Peer | undefined): void {
    this.#outbox.tell(peer, wire.speaker, {room: this.#state.room, peer: speaker?.session ?? null});
  }

  #followers(topic: wire.CallTopic): readonly Peer[] {
    return [...this.#state.peers.values()].filter(({follows}) => follows.has(topic));
  }
}
