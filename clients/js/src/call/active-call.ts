import {call as definitions, ParleyError} from '@parley/protocol';
import {Emitter, type Unsubscribe} from '../emitter.js';
import type {Call, CallEvents, CallState, LocalTrack, MediaSource, Participant, View} from './call.js';
import type {LoadDevice} from './device.js';
import {Leg} from './leg.js';
import {followNews} from './news.js';
import type {CallPort, ConnectionChange} from './port.js';
import {Publications} from './publications.js';
import {Roster} from './roster.js';
import {Subscriber} from './subscriber.js';
import {Views} from './views.js';

const rebuildMs = [500, 1_000, 2_000, 3_000, 4_000, 5_000, 5_000, 5_000] as const;

type Trouble = 'signaling' | 'media' | 'lost';
type EndReason = Extract<CallState, {status: 'ended'}>['reason'];

/** A {@link Call} that keeps itself alive: it follows resumes, repairs its paths, and is rebuilt when it was lost. */
export class ActiveCall implements Call {
  readonly room: string;
  readonly #port: CallPort;
  readonly #loadDevice: LoadDevice;
  readonly #events = new Emitter<CallEvents>();
  readonly #roster: Roster;
  readonly #publications: Publications;
  readonly #views: Views;
  readonly #subscriptions: readonly Unsubscribe[];
  /** What is wrong at present; the worst is shown. */
  readonly #troubles = new Set<Trouble>();
  #subscriber: Subscriber;
  #leg: Leg;
  #state: CallState = {status: 'joining'};

  constructor(port: CallPort, loadDevice: LoadDevice) {
    this.room = port.room;
    this.#port = port;
    this.#loadDevice = loadDevice;
    const emit = <Name extends keyof CallEvents>(name: Name, value: CallEvents[Name]): void => {
      this.#events.emit(name, value);
    };
    this.#roster = new Roster(emit);
    this.#publications = new Publications(port, emit);
    this.#views = new Views(port);
    this.#subscriber = this.#newSubscriber();
    this.#leg = this.#newLeg();
    this.#subscriptions = this.#listen();
  }

  on<Name extends keyof CallEvents>(name: Name, handler: (value: CallEvents[Name]) => void): Unsubscribe {
    return this.#events.on(name, handler);
  }

  get state(): CallState {
    return this.#state;
  }

  get participants(): ReadonlyMap<string, Participant> {
    return this.#roster.participants;
  }

  get published(): ReadonlyMap<MediaSource, LocalTrack> {
    return this.#publications.bySource;
  }

  /** Joins for the first time. Rejects with the reason why that was refused; the call has ended then. */
  async join(): Promise<void> {
    try {
      await this.#leg.join(this.#loadDevice);
    } catch (error) {
      this.#end('left');
      throw error;
    }
    if (this.#state.status === 'joining') this.#become({status: 'connected'});
  }

  async publish(
    source: MediaSource,
    track: MediaStreamTrack,
    options: {paused?: boolean; own?: boolean} = {},
  ): Promise<LocalTrack> {
    if (this.#hasEnded()) throw new ParleyError('not_in_call');
    return this.#publications.add(source, track, options, () =>
      this.#troubles.has('lost') ? undefined : (publication) => this.#leg.publish(publication),
    );
  }

  setView(peer: string, source: MediaSource, view: View | undefined): void {
    this.#views.set(peer, source, view);
  }

  async leave(): Promise<void> {
    if (this.#hasEnded()) return;
    this.#end('left');
    const {room, ask} = this.#port;
    // The server's side ends with the session at the latest, so a lost farewell is no failure.
    await ask(definitions.leave, {room}, {repeatable: true}).catch(() => undefined);
  }

  /** Asked again after each await. */
  #hasEnded(): boolean {
    return this.#state.status === 'ended';
  }

  #newSubscriber(): Subscriber {
    return new Subscriber(this.#port, {roster: this.#roster, views: this.#views}, (problem) => {
      this.#events.emit('problem', problem);
    });
  }

  #newLeg(): Leg {
    const leg: Leg = new Leg(this.#port, this.#subscriber, {
      onJoined: ({peer, peers, producers}) => {
        this.#roster.replace(peer, peers, producers);
      },
      onPath: (working) => {
        this.#trouble('media', !working);
      },
      onHopeless: () => {
        if (this.#leg === leg) void this.#rebuild({leaveFirst: true});
      },
    });
    return leg;
  }

  #listen(): readonly Unsubscribe[] {
    return [
      ...followNews(this.#port, {
        roster: this.#roster,
        publications: this.#publications,
        subscriber: () => this.#subscriber,
        onClosed: (reason) => {
          if (reason === 'lost') void this.#rebuild();
          // Leaving is part of rebuilding, and no news then.
          else if (reason !== 'left' || !this.#troubles.has('lost')) this.#end(reason);
        },
      }),
      this.#port.onConnection((change) => {
        this.#connection(change);
      }),
    ];
  }

  #connection(change: ConnectionChange): void {
    if (this.#hasEnded()) return;
    if (!change.up) {
      if (change.closed) this.#end('closed');
      else this.#trouble('signaling', true);
      return;
    }
    if (!change.resumed) {
      this.#trouble('signaling', false);
      // Another session: the peer that it was has gone with the old one.
      void this.#rebuild();
    } else if (this.#state.status !== 'joining' && !this.#troubles.has('lost')) {
      void this.#sync();
    } else {
      this.#trouble('signaling', false);
    }
  }

  /** After a resume: compares, and changes only what differs. */
  async #sync(): Promise<void> {
    const {room, ask} = this.#port;
    const leg = this.#leg;
    const subscriber = this.#subscriber;
    try {
      await ask(
        definitions.sync,
        {room},
        {
          repeatable: true,
          inOrder: ({peer, peers, producers, transports, consumers, watched}) => {
            if (leg !== this.#leg) return;
            this.#trouble('signaling', false);
            this.#roster.replace(peer, peers, producers);
            for (const {producer, spatial} of watched) this.#publications.watched(producer, spatial);
            if (leg.isStanding(transports)) void subscriber.sync(consumers);
            else void this.#rebuild();
          },
        },
      );
    } catch (error) {
      if (leg !== this.#leg || this.#hasEnded()) return;
      // Not in the call any more: the news was lost with the connection. Otherwise the next resume syncs.
      if (error instanceof ParleyError && !error.retryable) void this.#rebuild();
    }
  }

  /**
   * Joins anew with all that is published, as often as it takes within reason.
   *
   * @param leaveFirst The server still has the peer as it was, with transports that are of no use any more.
   */
  async #rebuild({leaveFirst} = {leaveFirst: false}): Promise<void> {
    if (this.#hasEnded() || this.#state.status === 'joining') return;
    this.#leg.close();
    this.#roster.clear();
    this.#publications.idle();
    this.#troubles.delete('media');
    this.#trouble('lost', true);
    let leave = leaveFirst;
    for (const pauseMs of rebuildMs) {
      this.#subscriber = this.#newSubscriber();
      const leg = (this.#leg = this.#newLeg());
      const error = await this.#joinAgain(leg, leave);
      // Overtaken by another rebuild, or ended.
      if (leg !== this.#leg || this.#hasEnded()) return;
      if (!error) {
        this.#trouble('lost', false);
        return;
      }
      leg.close();
      // It may have got halfway.
      leave = true;
      await new Promise<void>((resolve) => this.#port.clock.after(pauseMs, resolve));
      if (leg !== this.#leg || this.#hasEnded()) return;
    }
    this.#end('lost');
  }

  async #joinAgain(leg: Leg, leave: boolean): Promise<Error | undefined> {
    try {
      if (leave) await this.#port.ask(definitions.leave, {room: this.room}, {repeatable: true});
      await leg.join(this.#loadDevice);
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
    await this.#publications.sendAll(
      (publication) => leg.publish(publication),
      () => leg === this.#leg && !this.#hasEnded(),
    );
    return undefined;
  }

  #trouble(trouble: Trouble, exists: boolean): void {
    if (exists) this.#troubles.add(trouble);
    else this.#troubles.delete(trouble);
    if (this.#hasEnded() || this.#state.status === 'joining') return;
    const worst = (['lost', 'signaling', 'media'] as const).find((one) => this.#troubles.has(one));
    this.#become(worst ? {status: 'reconnecting', reason: worst} : {status: 'connected'});
  }

  #end(reason: EndReason): void {
    if (this.#hasEnded()) return;
    for (const unsubscribe of this.#subscriptions) unsubscribe();
    this.#leg.close();
    this.#roster.clear();
    this.#publications.end();
    this.#become({status: 'ended', reason});
  }

  #become(state: CallState): void {
    const before = this.#state;
    const same =
      before.status === 'reconnecting' && state.status === 'reconnecting'
        ? before.reason === state.reason
        : before.status === state.status;
    if (same) return;
    this.#state = state;
    this.#events.emit('state', state);
  }
}
