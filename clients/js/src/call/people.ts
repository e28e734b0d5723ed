import {people as wire, type call, type ParamsOf} from '@parley/protocol';
import type {CallPort} from './port.js';

/** Limits of a room's calls; what is not given stays, `null` is the server's own. */
export type CallLimitsChange = Omit<ParamsOf<typeof wire.limits>, 'room'>;

/** Sessions of a call, or of those who wait, or all of them but one's own. */
export type Whom = 'all' | readonly string[];

/** What holds for the call. */
export interface CallSettings {
  /** Nobody new comes in. */
  readonly locked: boolean;
  /** Who comes waits to be let in. */
  readonly lobby: boolean;
  /** 0: not limited. `bitrate` is in bits per second. */
  readonly limits: call.CallLimits;
  /** Since when it is recorded, by whom, and how; undefined while it is not. See the event `recording`. */
  readonly recording: call.Recording | undefined;
  /** Whether it can be: not at all, each track, or also all of them in one file. */
  readonly recordable: call.Recordable;
}

/** Somebody who waits to be let in. */
export type Waiting = wire.WaitingSummary;

/**
 * Whether the call is recorded: since when, by whom, the backend if nobody is named, and how; or why it is not any more,
 * which is not known if it ended while this client was away.
 */
export type RecordingNews =
  ({readonly state: 'on'} & call.Recording) | {readonly state: 'off'; readonly ended: call.RecordingEnd | undefined};

/**
 * What is done to the people of a room's call: by its moderators, who need not be in it, and by each to themselves.
 * Each rejects with `forbidden` if it is not allowed (see `room.rights`).
 *
 * ```ts
 * await room.call.people.setLobby(true);
 * call.on('waiting', ({waiting}) => show([...waiting.values()]));
 * await room.call.people.admit([waiting.session]);
 * ```
 */
export class CallPeople {
  readonly #port: Pick<CallPort, 'room' | 'ask'>;

  constructor(port: Pick<CallPort, 'room' | 'ask'>) {
    this.#port = port;
  }

  /** The call as it stands, whether one is in it or not; `waiting` is empty for who may not let anybody in. */
  get() {
    const {room, ask} = this.#port;
    return ask(wire.get, {room}, {repeatable: true});
  }

  /** Lets in those who wait. */
  async admit(sessions: Whom): Promise<void> {
    await this.#port.ask(wire.admit, {room: this.#port.room, sessions: named(sessions)}, {repeatable: true});
  }

  /** Sends those away who wait. */
  async deny(sessions: Whom): Promise<void> {
    await this.#port.ask(wire.deny, {room: this.#port.room, sessions: named(sessions)}, {repeatable: true});
  }

  async setLobby(enabled: boolean): Promise<void> {
    await this.#port.ask(wire.lobby, {room: this.#port.room, enabled}, {repeatable: true});
  }

  async setLocked(locked: boolean): Promise<void> {
    await this.#port.ask(wire.lock, {room: this.#port.room, locked}, {repeatable: true});
  }

  /** Gives what holds from now on. */
  setLimits(limits: CallLimitsChange): Promise<call.CallLimits> {
    return this.#port.ask(wire.limits, {room: this.#port.room, ...limits}, {repeatable: true});
  }

  /** Pauses what others publish, their microphones unless said otherwise. There is no way to unmute anybody. */
  async mute(peers: Whom, sources?: readonly call.ProducerSummary['source'][]): Promise<void> {
    const which = sources && {sources: [...sources]};
    await this.#port.ask(wire.mute, {room: this.#port.room, peers: named(peers), ...which}, {repeatable: true});
  }

  /** Puts the peer's user out of the call; from then on they have to be let in. */
  async kick(peer: string): Promise<void> {
    await this.#port.ask(wire.kick, {room: this.#port.room, peer}, {repeatable: true});
  }

  /**
   * Begins to record the call, or ends that; everybody is told. `mixed`: one file is made of all tracks afterwards; default:
   * as the server is set up. Rejects with `recording_unavailable` if it cannot be, and why.
   */
  async setRecorded(recording: boolean, {mixed}: {readonly mixed?: boolean} = {}): Promise<void> {
    const wish = {recording, ...(mixed !== undefined && {mixed})};
    await this.#port.ask(wire.record, {room: this.#port.room, ...wish}, {repeatable: true});
  }

  /** Ends the call for all. */
  async end(): Promise<void> {
    // Not to be repeated: by then it might be another call.
    await this.#port.ask(wire.end, {room: this.#port.room});
  }

  async lowerHands(peers: Whom): Promise<void> {
    await this.#port.ask(wire.handsLower, {room: this.#port.room, peers: named(peers)}, {repeatable: true});
  }

  /** Raises or lowers one's own hand. */
  async raiseHand(raised: boolean): Promise<void> {
    await this.#port.ask(wire.hand, {room: this.#port.room, raised}, {repeatable: true});
  }

  /** Shows everybody an emoji, or a short word that the application knows. `rate_limited` if that is too often. */
  async react(reaction: string): Promise<void> {
    await this.#port.ask(wire.react, {room: this.#port.room, reaction});
  }

  /** What one is called in this call, `null` for one's own name, and up to 16 short texts for the application. */
  async setProfile(profile: {name?: string | null; metadata?: Readonly<Record<string, string>>}): Promise<void> {
    const {name, metadata} = profile;
    const said = {...(name !== undefined && {name}), ...(metadata && {metadata: {...metadata}})};
    await this.#port.ask(wire.profile, {room: this.#port.room, ...said}, {repeatable: true});
  }
}

const named = (whom: Whom): 'all' | string[] => (whom === 'all' ? whom : [...whom]);
