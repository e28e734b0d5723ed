import type {call as wire} from '@parley/protocol';
import type {CallEvents, MediaSource, Participant, RemoteTrack} from './call.js';

type Emit = <Name extends keyof CallEvents>(name: Name, value: CallEvents[Name]) => void;

/**
 * Who is in the call and which of their tracks can be played. Participants and tracks are replaced, not changed, so
 * that a page can compare what it drew with what is.
 */
export class Roster {
  readonly #emit: Emit;
  readonly #participants = new Map<string, Participant>();
  /** By producer; known before its track is here. */
  readonly #paused = new Map<string, boolean>();
  /** By producer. */
  readonly #tracks = new Map<string, RemoteTrack>();
  /** Who was in the call when it moved, and has not been seen where it went. */
  readonly #expected = new Set<string>();

  constructor(emit: Emit) {
    this.#emit = emit;
  }

  get participants(): ReadonlyMap<string, Participant> {
    return this.#participants;
  }

  /** Whether anybody who is there has a microphone on. */
  get expectsSound(): boolean {
    return [...this.#tracks.values()].some(
      ({peer, source, paused}) =>
        source === 'microphone' && !paused && this.#participants.get(peer)?.state === 'connected',
    );
  }

  /** The call as it stands, by a snapshot; tells the difference. */
  replace(self: string, peers: readonly wire.PeerSummary[], producers: readonly wire.ProducerSummary[]): void {
    const present = new Set(peers.map(({peer}) => peer));
    for (const peer of [...this.#participants.keys()])
      if (!present.has(peer) && !this.#expected.has(peer)) this.left(peer);
    for (const {peer, user, name, state, joinedAt, profile} of peers) {
      if (peer === self) continue;
      this.#expected.delete(peer);
      const known = this.#participants.get(peer);
      if (!known) this.joined({peer, user, name, state, joinedAt, ...profile});
      else {
        this.changed(peer, state);
        this.updated(peer, {name, ...profile});
      }
    }
    this.#paused.clear();
    for (const {producer, paused} of producers) this.setPaused(producer, paused);
  }

  /** The call moves: whoever is in it is on the way, with the tracks that there are. */
  expectBack(): void {
    for (const peer of this.#participants.keys()) this.#expected.add(peer);
  }

  /** Who did not come by now has left. */
  expectNoMore(): void {
    for (const peer of [...this.#expected]) this.left(peer);
  }

  joined(arrival: Omit<Participant, 'tracks'>): void {
    const wasExpected = this.#expected.delete(arrival.peer);
    if (this.#participants.has(arrival.peer)) {
      if (wasExpected) this.changed(arrival.peer, arrival.state);
      if (wasExpected) this.updated(arrival.peer, arrival);
      return;
    }
    const present = [...this.#tracks.values()].filter(({peer}) => peer === arrival.peer);
    const participant = {...arrival, tracks: new Map(present.map((remote) => [remote.source, remote]))};
    this.#participants.set(participant.peer, participant);
    this.#emit('participant', {participant, change: 'joined'});
  }

  changed(peer: string, state: Participant['state']): void {
    const known = this.#participants.get(peer);
    if (!known || known.state === state) return;
    const participant = {...known, state};
    this.#participants.set(peer, participant);
    this.#emit('participant', {participant, change: state});
  }

  /** What is said of the participant is another. */
  updated(peer: string, said: Pick<Participant, 'name' | keyof wire.PeerProfile>): void {
    const known = this.#participants.get(peer);
    if (!known) return;
    const participant = {...known, ...said};
    if (JSON.stringify({...known, tracks: 0}) === JSON.stringify({...participant, tracks: 0})) return;
    this.#participants.set(peer, participant);
    this.#emit('participant', {participant, change: 'updated'});
  }

  /** The participant and all tracks of theirs are gone. */
  left(peer: string): void {
    this.#expected.delete(peer);
    for (const [producer, track] of [...this.#tracks]) if (track.peer === peer) this.removeTrack(producer);
    const participant = this.#participants.get(peer);
    if (!participant) return;
    this.#participants.delete(peer);
    this.#emit('participant', {participant, change: 'left'});
  }

  addTrack(producer: string, {peer, source, track, paused, starved, withheld}: RemoteTrack): void {
    const remote = {peer, source, track, paused: this.#paused.get(producer) ?? paused, starved, withheld};
    const before = [...this.#tracks].find(([, one]) => one.peer === peer && one.source === source)?.[0];
    const of = this.#tracks.get(producer);
    this.#tracks.set(producer, remote);
    this.#setTrack(remote);
    this.#emit('track', remote);
    // It goes on as the same producer, by another track.
    if (of !== undefined) this.#emit('trackEnded', of);
    // Each source is published once: this one takes its place, though nobody has said yet that it ended.
    if (before !== undefined && before !== producer) this.removeTrack(before);
  }

  removeTrack(producer: string): void {
    this.#paused.delete(producer);
    const remote = this.#tracks.get(producer);
    if (!remote) return;
    this.#tracks.delete(producer);
    const participant = this.#participants.get(remote.peer);
    // A replacement of the same source may be here already.
    if (participant?.tracks.get(remote.source)?.track === remote.track) {
      const tracks = new Map<MediaSource, RemoteTrack>(participant.tracks);
      tracks.delete(remote.source);
      this.#participants.set(remote.peer, {...participant, tracks});
    }
    this.#emit('trackEnded', remote);
  }

  setPaused(producer: string, paused: boolean): void {
    this.#paused.set(producer, paused);
    this.#change(producer, {paused});
  }

  /** Whether the path is too weak for it. */
  setStarved(producer: string, starved: boolean): void {
    this.#change(producer, {starved});
  }

  /** Whether others go before it. */
  setWithheld(producer: string, withheld: boolean): void {
    this.#change(producer, {withheld});
  }

  /** Tracks end and participants go, because the call did. */
  clear(): void {
    for (const peer of [...this.#participants.keys()]) this.left(peer);
    this.#paused.clear();
  }

  #change(producer: string, change: Partial<Pick<RemoteTrack, 'paused' | 'starved' | 'withheld'>>): void {
    const known = this.#tracks.get(producer);
    if (!known) return;
    const remote = {...known, ...change};
    const {paused, starved, withheld} = known;
    if (remote.paused === paused && remote.starved === starved && remote.withheld === withheld) return;
    this.#tracks.set(producer, remote);
    this.#setTrack(remote);
    this.#emit('trackChanged', remote);
  }

  #setTrack(remote: RemoteTrack): void {
    const participant = this.#participants.get(remote.peer);
    if (!participant) return;
    const tracks = new Map(participant.tracks).set(remote.source, remote);
    this.#participants.set(remote.peer, {...participant, tracks});
  }
}
