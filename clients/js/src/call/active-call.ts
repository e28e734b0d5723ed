import {call as definitions, callRehearsal, ParleyError, type CallRight, type ResultOf} from '@parley/protocol';
import {Emitter, type Unsubscribe} from '../emitter.js';
import {Attention} from './attention.js';
import {CallStatus, type EndReason} from './call-status.js';
import type {
  Call,
  CallEvents,
  CallState,
  ConnectionQuality,
  LocalTrack,
  MediaSource,
  Mishap,
  Participant,
  Reception,
  Self,
  Strain,
  View,
} from './call.js';
import {DataChannels} from './data-channels.js';
import type {LoadDevice} from './device.js';
import {Gathering} from './gathering.js';
import type {Patience} from './knocking.js';
import {Legs} from './legs.js';
import {followNews} from './news.js';
import type {CallSettings, Waiting} from './people.js';
import type {CallPort, ConnectionChange} from './port.js';
import {Publications} from './publications.js';
import {Receiving} from './receiving.js';
import {Roster} from './roster.js';
import {Views} from './views.js';

/** A {@link Call} that keeps itself alive: it follows resumes, repairs its paths, and is rebuilt when it was lost. */
export class ActiveCall implements Call {
  readonly room: string;
  readonly participants: ReadonlyMap<string, Participant>;
  readonly published: ReadonlyMap<MediaSource, LocalTrack>;
  readonly waiting: ReadonlyMap<string, Waiting>;
  readonly quality: ReadonlyMap<string, ConnectionQuality>;
  readonly #port: CallPort;
  readonly #events = new Emitter<CallEvents>();
  readonly data: DataChannels;
  readonly #roster: Roster;
  readonly #gathering: Gathering;
  readonly #publications: Publications;
  readonly #views: Views;
  readonly #receiving: Receiving;
  readonly #attention: Attention;
  readonly #subscriptions: readonly Unsubscribe[];
  readonly #status: CallStatus;
  readonly #legs: Legs;

  constructor(port: CallPort, loadDevice: LoadDevice) {
    this.room = port.room;
    this.#port = port;
    const emit = <Name extends keyof CallEvents>(name: Name, value: CallEvents[Name]): void => {
      this.#events.emit(name, value);
    };
    this.#status = new CallStatus((state) => {
      emit('state', state);
    });
    this.data = new DataChannels(port, emit);
    this.#roster = new Roster(emit);
    this.#gathering = new Gathering(emit);
    this.#publications = new Publications(port, emit);
    this.#views = new Views(port);
    this.#receiving = new Receiving(port);
    this.#attention = new Attention(port, emit);
    this.#legs = new Legs({
      port,
      loadDevice,
      status: this.#status,
      roster: this.#roster,
      views: this.#views,
      publications: this.#publications,
      data: this.data,
      onJoined: (snapshot) => {
        this.#gathering.joined(snapshot);
        this.#listPeers(snapshot);
        this.#attention.joined();
        this.#receiving.joined();
      },
      onLeft: () => {
        this.#attention.forget();
      },
      onProblem: (problem) => {
        emit('problem', problem);
      },
      onEnd: (reason) => {
        this.#end(reason);
      },
    });
    this.participants = this.#roster.participants;
    this.published = this.#publications.bySource;
    this.waiting = this.#gathering.waiting;
    this.quality = this.#attention.quality;
    this.#subscriptions = this.#listen();
  }

  on<Name extends keyof CallEvents>(name: Name, handler: (value: CallEvents[Name]) => void): Unsubscribe {
    return this.#attention.pay(name, this.#events.on(name, handler));
  }

  get speaker(): string | undefined {
    return this.#attention.speaker;
  }

  get self(): Self | undefined {
    return this.#gathering.self;
  }

  get settings(): CallSettings {
    return this.#gathering.settings;
  }

  get strain(): Strain {
    return this.#gathering.strain;
  }

  get state(): CallState {
    return this.#status.state;
  }

  /** Joins for the first time. Rejects with the reason why that was refused; the call has ended then. */
  async join(patience: Patience = {}): Promise<void> {
    try {
      await this.#legs.join(patience);
    } catch (error) {
      this.#end('left');
      throw error;
    }
    this.#status.joined();
  }

  async publish(
    source: MediaSource,
    track: MediaStreamTrack,
    options: {paused?: boolean; own?: boolean} = {},
  ): Promise<LocalTrack> {
    if (this.#status.hasEnded()) throw new ParleyError('not_in_call');
    return this.#publications.add(source, track, options, () =>
      this.#status.isRebuilding ? undefined : (publication) => this.#legs.publish(publication),
    );
  }

  setView(peer: string, source: MediaSource, view: View | undefined): void {
    this.#views.set(peer, source, view);
  }

  setPinned(peer: string, source: MediaSource, pinned: boolean): void {
    this.#views.pin(peer, source, pinned);
  }

  setReception(reception: Reception): void {
    this.#receiving.set(reception);
  }

  /** What may be published from now on. */
  limit(rights: readonly CallRight[]): void {
    this.#publications.limit(rights);
  }

  async simulate(mishap: Mishap): Promise<void> {
    await this.#port.ask(callRehearsal.simulate, {room: this.room, mishap}, {repeatable: true});
  }

  async leave(): Promise<void> {
    if (this.#status.hasEnded()) return;
    this.#end('left');
    const {room, ask} = this.#port;
    // The server's side ends with the session at the latest, so a lost farewell is no failure.
    await ask(definitions.leave, {room}, {repeatable: true}).catch(() => undefined);
  }

  #listen(): readonly Unsubscribe[] {
    return [
      ...followNews(this.#port, {
        roster: this.#roster,
        gathering: this.#gathering,
        publications: this.#publications,
        subscriber: () => this.#legs.subscriber,
        onTransportFailed: (transport) => {
          this.#legs.leg.transportFailed(transport);
        },
        onClosed: (reason) => {
          if (reason === 'lost' || reason === 'moved') void this.#legs.rebuild(reason);
          // Leaving is part of rebuilding, and no news then.
          else if (reason !== 'left' || !this.#status.isRebuilding) this.#end(reason);
        },
      }),
      ...this.#gathering.listen(this.#port),
      ...this.#attention.listen(),
      ...this.data.listen(),
      this.#port.onConnection((change) => {
        this.#connection(change);
      }),
    ];
  }

  #connection(change: ConnectionChange): void {
    if (this.#status.hasEnded()) return;
    if (!change.up) {
      if (change.closed) this.#end('closed');
      else this.#status.trouble('signaling', true);
      return;
    }
    if (change.resumed && !this.#status.joining && !this.#status.isRebuilding) {
      void this.#sync();
      return;
    }
    this.#status.trouble('signaling', false);
    // Another session: the peer that it was has gone with the old one.
    if (!change.resumed) void this.#legs.rebuild('lost');
  }

  /** Who and what is in the call, as it stands. */
  #listPeers({peer, peers, producers}: ResultOf<typeof definitions.join>): void {
    this.#roster.replace(peer, peers, producers);
  }

  /** After a resume: compares, and changes only what differs. */
  async #sync(): Promise<void> {
    const {room, ask} = this.#port;
    const {leg, subscriber} = this.#legs;
    try {
      await ask(
        definitions.sync,
        {room},
        {
          repeatable: true,
          inOrder: (snapshot) => {
            const {transports, consumers} = snapshot;
            if (leg !== this.#legs.leg) return;
            this.#status.trouble('signaling', false);
            this.#gathering.replace(snapshot);
            this.#listPeers(snapshot);
            this.#publications.sync(snapshot);
            this.#attention.replace(snapshot);
            this.data.sync(snapshot);
            leg.compare(transports);
            void subscriber.sync(consumers);
          },
        },
      );
    } catch (error) {
      if (leg !== this.#legs.leg || this.#status.hasEnded()) return;
      // Not in the call any more: the news was lost with the connection. Otherwise the next resume syncs.
      if (error instanceof ParleyError && !error.retryable) void this.#legs.rebuild('lost');
    }
  }

  #end(reason: EndReason): void {
    if (this.#status.hasEnded()) return;
    for (const unsubscribe of this.#subscriptions) unsubscribe();
    this.#legs.close();
    this.#attention.forget();
    this.#roster.clear();
    this.#publications.end();
    this.data.end();
    this.#status.end(reason);
  }
}
