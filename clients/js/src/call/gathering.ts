import {callReceiving, people as wire, type call, type PayloadOf, type ResultOf} from '@parley/protocol';
import type {Unsubscribe} from '../emitter.js';
import type {CallEvents, Self, Strain} from './call.js';
import type {CallSettings, Waiting} from './people.js';
import type {CallPort} from './port.js';

type Emit = <Name extends 'self' | 'settings' | 'recording' | 'waiting' | 'reaction' | 'strain'>(
  name: Name,
  value: CallEvents[Name],
) => void;
type Standing = Pick<
  PayloadOf<typeof wire.settings>,
  'locked' | 'lobby' | 'limits' | 'recording' | 'recordingEnded' | 'recordable'
>;
type Snapshot = Pick<ResultOf<typeof call.join>, 'peer' | 'peers'> & Standing;

const open: CallSettings = {
  locked: false,
  lobby: false,
  limits: {peers: 0, producers: 0, producersPerPeer: 0, bitrate: 0, videos: 0, voices: 0},
  recording: undefined,
  recordable: 'no',
};

/** What there is to know of a call besides the others: oneself in it, what holds in it, and who waits to be let in. */
export class Gathering {
  readonly #emit: Emit;
  readonly #waiting = new Map<string, Waiting>();
  #self: Self | undefined;
  #settings: CallSettings = open;
  #strain: Strain = 'none';

  constructor(emit: Emit) {
    this.#emit = emit;
  }

  get self(): Self | undefined {
    return this.#self;
  }

  get settings(): CallSettings {
    return this.#settings;
  }

  get strain(): Strain {
    return this.#strain;
  }

  get waiting(): ReadonlyMap<string, Waiting> {
    return this.#waiting;
  }

  /** In the call, for the first time or anew: if it is strained, that is told next. */
  joined(snapshot: Snapshot): void {
    this.#bear('none');
    this.replace(snapshot);
  }

  /** The call as it stands; who waits is told next. */
  replace({peer, peers, ...standing}: Snapshot): void {
    if (this.#waiting.size > 0) {
      this.#waiting.clear();
      this.#emit('waiting', {waiting: this.#waiting});
    }
    const own = peers.find((each) => each.peer === peer);
    if (own) this.#become({peer, name: own.name, ...own.profile});
    this.#hold(standing);
  }

  listen({listen, room}: Pick<CallPort, 'listen' | 'room'>): readonly Unsubscribe[] {
    return [
      listen(wire.settings, (told) => {
        if (told.room === room) this.#hold(told);
      }),
      listen(wire.waiting, ({room: where, change, ...who}) => {
        if (where !== room) return;
        if (change === 'waiting') this.#waiting.set(who.session, who);
        else this.#waiting.delete(who.session);
        this.#emit('waiting', {waiting: this.#waiting});
      }),
      listen(callReceiving.strain, ({room: where, degree}) => {
        if (where === room) this.#bear(degree);
      }),
      listen(wire.reactions, (told) => {
        if (told.room === room) for (const reaction of told.reactions) this.#emit('reaction', reaction);
      }),
    ];
  }

  /** Something was told of a peer: true if it is oneself. */
  updated(peer: string, name: string, profile: call.PeerProfile): boolean {
    if (peer !== this.#self?.peer) return false;
    this.#become({peer, name, ...profile});
    return true;
  }

  #become(self: Self): void {
    if (JSON.stringify(self) === JSON.stringify(this.#self)) return;
    this.#self = self;
    this.#emit('self', self);
  }

  #bear(strain: Strain): void {
    if (strain === this.#strain) return;
    this.#strain = strain;
    this.#emit('strain', strain);
  }

  #hold({locked, lobby, limits, recording, recordingEnded: ended, recordable}: Standing): void {
    const settings: CallSettings = {locked, lobby, limits, recording, recordable};
    const before = this.#settings;
    if (JSON.stringify(settings) === JSON.stringify(before)) return;
    this.#settings = settings;
    this.#emit('settings', settings);
    if (recording?.since === before.recording?.since) return;
    this.#emit('recording', recording === undefined ? {state: 'off', ended} : {state: 'on', ...recording});
  }
}
