import {call as definitions, hasCode, ParleyError} from '@parley/protocol';
import type {Timer} from '../clock.js';
import type {CallEvents} from './call.js';
import type {CallStatus, EndReason} from './call-status.js';
import type {DataChannels} from './data-channels.js';
import type {LoadDevice} from './device.js';
import type {Patience} from './knocking.js';
import {Leg, type LegListener} from './leg.js';
import type {CallPort} from './port.js';
import {postponementOf, waitUntil} from './postponed.js';
import type {Publication} from './publication.js';
import type {Publications} from './publications.js';
import type {Roster} from './roster.js';
import {Subscriber} from './subscriber.js';
import type {Views} from './views.js';

const rebuildMs = [250, 500, 1_000, 2_000, 3_000, 4_000, 5_000, 5_000, 5_000] as const;
/** The others move at the same moment; who takes longer than this after oneself is missed until they are there. */
const trailMs = 2_000;
/** The server ends what it left behind after 8 s. */
const longestTrailMs = 8_000;

export interface LegsOptions {
  readonly port: CallPort;
  readonly loadDevice: LoadDevice;
  readonly status: CallStatus;
  readonly roster: Roster;
  readonly views: Views;
  readonly publications: Publications;
  readonly data: DataChannels;
  readonly onJoined: LegListener['onJoined'];
  /** The stay ends, and with it what the server was told to tell of the call. */
  readonly onLeft: () => void;
  readonly onProblem: (problem: CallEvents['problem']) => void;
  /** It could not be rebuilt. */
  readonly onEnd: (reason: EndReason) => void;
}

interface Stay {
  readonly leg: Leg;
  readonly subscriber: Subscriber;
}

/** The present stay in the call, and those that take its place when it was lost, cannot be repaired, or moved. */
export class Legs {
  readonly #options: LegsOptions;
  #stay: Stay;
  /** Where the call went on to another node: media of before, until that of now is there. */
  #trailing: {readonly stay: Stay; end: Timer} | undefined;

  constructor(options: LegsOptions) {
    this.#options = options;
    this.#stay = this.#begin();
  }

  get leg(): Leg {
    return this.#stay.leg;
  }

  get subscriber(): Subscriber {
    return this.#stay.subscriber;
  }

  async join(patience: Patience): Promise<void> {
    const {port, loadDevice} = this.#options;
    for (;;) {
      try {
        await this.leg.join(loadDevice, patience);
        return;
      } catch (error) {
        const postponement = postponementOf(error, port);
        if (postponement === undefined || patience.onPostponed === undefined) throw error;
        this.leg.close();
        patience.onPostponed(postponement);
        await waitUntil(postponement.retryAt, port, patience.signal);
        // It may have got halfway.
        await port.ask(definitions.leave, {room: port.room}, {repeatable: true});
        this.#stay = this.#begin();
      }
    }
  }

  publish(publication: Publication): Promise<void> {
    return this.leg.publish(publication);
  }

  close(): void {
    this.#endTrail();
    this.leg.close();
  }

  /**
   * Joins anew with all that is published, as often as it takes within reason.
   *
   * @param why `moved`: what there is stays until the new stay has taken its place. `hopeless`: the server still has the
   * peer as it was, with transports that are of no use any more.
   */
  async rebuild(why: 'lost' | 'hopeless' | 'moved'): Promise<void> {
    const {port, status, roster, publications, onLeft, onEnd} = this.#options;
    if (status.hasEnded() || status.joining) return;
    const {isRebuilding} = status;
    if (why === 'moved' && !isRebuilding) this.#trail();
    else {
      this.close();
      roster.clear();
    }
    onLeft();
    publications.idle();
    status.trouble(why === 'moved' ? 'moved' : 'lost', true);
    status.trouble('media', false);
    let leave = why === 'hopeless';
    for (const pauseMs of rebuildMs) {
      const stay = (this.#stay = this.#begin());
      const error = await this.#joinAgain(stay.leg, leave);
      // Overtaken by another rebuild, or ended.
      if (!this.#isPresent(stay)) return;
      if (!error) {
        this.#trailFor(trailMs);
        status.trouble('lost', false);
        status.trouble('moved', false);
        return;
      }
      stay.leg.close();
      if (hasCode(error, 'call_denied', 'call_locked')) {
        onEnd('denied');
        return;
      }
      // It may have got halfway.
      leave = true;
      const waitMs = Math.max(pauseMs, (error instanceof ParleyError && error.retryAfterMs) || 0);
      await new Promise<void>((resolve) => port.clock.after(waitMs, resolve));
      if (!this.#isPresent(stay)) return;
    }
    onEnd('lost');
  }

  #isPresent(stay: Stay): boolean {
    return stay === this.#stay && !this.#options.status.hasEnded();
  }

  async #joinAgain(leg: Leg, leave: boolean): Promise<Error | undefined> {
    const error = await leg.joinAgain(this.#options.loadDevice, leave);
    if (error) return error;
    await this.#publishAll(leg);
    return undefined;
  }

  async #publishAll(leg: Leg): Promise<void> {
    const {publications, status} = this.#options;
    await publications.sendAll(
      (publication) => leg.publish(publication),
      () => leg === this.leg && !status.hasEnded(),
    );
  }

  #begin(): Stay {
    const {port, status, roster, views, publications, data, onJoined, onProblem} = this.#options;
    const subscriber = new Subscriber(port, {roster, views}, onProblem);
    const leg: Leg = new Leg(
      port,
      {subscriber, data},
      {
        onJoined,
        onPath: (working) => {
          if (this.leg === leg) status.trouble('media', !working);
        },
        expectsSound: () => roster.expectsSound,
        onSendingReplaced: () => {
          const anything = publications.hold();
          void this.#publishAll(leg);
          return anything;
        },
        onHopeless: () => {
          if (this.leg === leg) void this.rebuild('hopeless');
        },
      },
    );
    return {leg, subscriber};
  }

  /** Leaves media of this stay as it is for a while: who is in the call is taken to be on the way. */
  #trail(): void {
    const {port, roster} = this.#options;
    this.#endTrail();
    this.leg.trail();
    roster.expectBack();
    const end = port.clock.after(longestTrailMs, () => {
      this.#endTrail();
    });
    this.#trailing = {stay: this.#stay, end};
  }

  #trailFor(ms: number): void {
    const trailing = this.#trailing;
    if (trailing === undefined) return;
    trailing.end.cancel();
    trailing.end = this.#options.port.clock.after(ms, () => {
      this.#endTrail();
    });
  }

  #endTrail(): void {
    const trailing = this.#trailing;
    if (trailing === undefined) return;
    this.#trailing = undefined;
    trailing.end.cancel();
    trailing.stay.leg.close();
    this.#options.roster.expectNoMore();
  }
}
