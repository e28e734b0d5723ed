import {call as wire, type CallRight, type Role, type SessionId} from '@parley/protocol';
import type {Clock, Timer} from '../ports.js';
import type {CallRecord} from './call-record.js';
import type {CallState, Peer} from './call-state.js';
import type {Changes} from './changes.js';

const raised = 'hand ';
const named = 'name ';
const described = 'metadata ';
const paused = 'paused ';
const allOfASession = [raised, named, described, paused];

type Source = wire.ProducerSummary['source'];

export interface ProfilesOptions {
  readonly state: CallState;
  readonly record: CallRecord;
  readonly changes: Changes;
  readonly clock: Clock;
  /** For so long who lost its media is expected back. */
  readonly resumeWindowMs: number;
}

/** What there is to say of peers: told to the others as it changes, and noted, for a peer that comes back into a rebuilt call. */
export class Profiles {
  readonly #options: ProfilesOptions;
  /** Of these sessions nothing is forgotten before they are back. */
  readonly #expected = new Set<SessionId>();
  #waiting: Timer | undefined;

  constructor(options: ProfilesOptions) {
    this.#options = options;
  }

  /** Gives a peer that joins what is noted of its session. */
  restore(peer: Peer): void {
    const {record} = this.#options;
    this.#expected.delete(peer.session);
    const hand = record.get(raised + peer.session);
    if (hand !== undefined) peer.handRaisedAt = Number(hand);
    peer.name = record.get(named + peer.session) ?? peer.ownName;
    const metadata = record.get(described + peer.session);
    if (metadata !== undefined) peer.metadata = wire.peerProfile.shape.metadata.parse(JSON.parse(metadata));
  }

  /** It is taken out without having left: what is noted of it stays, for as long as it may take to come back. */
  expectBack({session}: Peer): void {
    const {clock, resumeWindowMs} = this.#options;
    this.#expected.add(session);
    this.#waiting?.cancel();
    this.#waiting = clock.after(resumeWindowMs, () => {
      this.forgetStrangers();
    });
  }

  /** Nothing is noted of who left. */
  forget({session}: Peer): void {
    if (this.#expected.has(session)) return;
    for (const what of allOfASession) this.#options.record.set(what + session, undefined);
  }

  /** Nor of those who did not come back to a call that was rebuilt. */
  forgetStrangers(): void {
    const {record, state} = this.#options;
    this.#expected.clear();
    for (const what of allOfASession) {
      for (const session of record.after(what)) if (!state.peers.has(session)) record.set(what + session, undefined);
    }
  }

  close(): void {
    this.#waiting?.cancel();
  }

  raiseHand(peer: Peer, up: boolean): void {
    if ((peer.handRaisedAt !== null) === up) return;
    peer.handRaisedAt = up ? this.#options.clock.now() : null;
    this.#changed(peer, raised, up ? String(peer.handRaisedAt) : undefined);
  }

  rename(peer: Peer, name: string | null): void {
    if (peer.name === (name ?? peer.ownName)) return;
    peer.name = name ?? peer.ownName;
    this.#changed(peer, named, name ?? undefined);
  }

  describe(peer: Peer, metadata: Readonly<Record<string, string>>): void {
    const text = JSON.stringify(metadata);
    if (text === JSON.stringify(peer.metadata)) return;
    peer.metadata = metadata;
    this.#changed(peer, described, text === '{}' ? undefined : text);
  }

  /** What it is in the room, and may do in the call. */
  standing(peer: Peer, role: Role, rights: readonly CallRight[]): void {
    if (peer.role === role && peer.rights.join() === rights.join()) return;
    peer.role = role;
    peer.rights = rights;
    this.#options.changes.peerUpdated(peer);
  }

  /** Whether the peer's session had paused what it published of that source when the call was lost. */
  wasPaused({session}: Peer, source: Source): boolean {
    return this.#pausedOf(session).includes(source);
  }

  notePaused({session}: Peer, source: Source, isPaused: boolean): void {
    if (this.#expected.has(session)) return;
    const others = this.#pausedOf(session).filter((each) => each !== source);
    const now = isPaused ? [...others, source] : others;
    this.#options.record.set(paused + session, now.length === 0 ? undefined : now.join(' '));
  }

  #pausedOf(session: string): readonly string[] {
    return this.#options.record.get(paused + session)?.split(' ') ?? [];
  }

  #changed(peer: Peer, what: string, text: string | undefined): void {
    this.#options.record.set(what + peer.session, text);
    this.#options.changes.peerUpdated(peer);
  }
}
