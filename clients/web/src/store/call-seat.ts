import {ParleyError, type Postponement} from '@parley/client';
import {signal, type ReadonlySignal} from '@preact/signals';
import type * as code from '../call/part.js';
import type {LobbyStep} from '../call/lobby.js';
import type {Conversation} from './conversation.js';
import {textOf, type Toasts} from './toasts.js';

type CallPart = typeof code;

/**
 * Where this tab is with regard to calls; it is in one at a time.
 * - `loading`: the code for calls is fetched with the first one, so that those who only chat do without it.
 * - `lobby`: before going in, or on the way from there.
 */
export type Seat =
  | {readonly at: 'none'}
  | {readonly at: 'loading'; readonly room: Conversation}
  | {
      readonly at: 'lobby';
      readonly room: Conversation;
      readonly part: CallPart;
      readonly media: code.LocalMedia;
      readonly step: LobbyStep;
      /** Ends whatever is waited for. */
      readonly abort?: AbortController;
    }
  | {readonly at: 'call'; readonly room: Conversation; readonly part: CallPart; readonly session: code.CallSession};

const farewell: Record<code.EndReason, string | undefined> = {
  left: undefined,
  closed: undefined,
  ended: 'The call has ended.',
  removed: 'You were removed from the call.',
  kicked: 'Somebody put you out of the call. You may ask to be let in again.',
  denied: 'You were not let into the call.',
  lost: 'The call was lost and could not be rebuilt. Join it again.',
};

/** What the catalogue says of a user, said to them. */
function whyNot(error: unknown): string {
  if (!(error instanceof ParleyError)) return textOf(error);
  if (error.code === 'call_denied') return 'You were not let in. You may ask again in a minute.';
  if (error.code === 'call_locked') return 'The call is locked: nobody new comes in.';
  if (error.code === 'overloaded') return 'The servers have no room for one more at the moment.';
  return textOf(error);
}

export class CallSeat {
  readonly #toasts: Toasts;
  readonly #seat = signal<Seat>({at: 'none'});

  constructor(toasts: Toasts) {
    this.#toasts = toasts;
  }

  get seat(): ReadonlySignal<Seat> {
    return this.#seat;
  }

  /** Opens the lobby of a room's call. */
  async open(room: Conversation): Promise<void> {
    if (this.#seat.peek().at !== 'none') return;
    const loading: Seat = {at: 'loading', room};
    this.#seat.value = loading;
    try {
      const part = await import('../call/part.js');
      // Signed out, or the room was left meanwhile.
      if (this.#seat.peek() !== loading) return;
      const media = new part.LocalMedia();
      this.#seat.value = {at: 'lobby', room, part, media, step: {is: 'mirror'}};
      await media.startAll(part.mayShow(room.rights.peek()));
    } catch (error) {
      if (this.#seat.peek() === loading) this.#seat.value = {at: 'none'};
      this.#toasts.show({tone: 'bad', title: 'The call could not be opened.', text: textOf(error)});
    }
  }

  /** From the lobby into the call, with what runs there. */
  async join(): Promise<void> {
    const seat = this.#seat.peek();
    if (seat.at !== 'lobby' || seat.step.is !== 'mirror') return;
    const {room, part, media} = seat;
    const abort = new AbortController();
    let joining: Seat = {...seat, step: {is: 'joining'}, abort};
    this.#seat.value = joining;
    const become = (step: LobbyStep): void => {
      if (this.#seat.peek() !== joining) return;
      joining = {...seat, step, abort};
      this.#seat.value = joining;
    };
    const onWaiting = (): void => {
      become({is: 'waiting'});
    };
    const onPostponed = ({error, retryAt}: Postponement): void => {
      become({is: 'postponed', why: whyNot(error), retryAt});
    };
    try {
      const call = await room.room.call.join({onWaiting, onPostponed, signal: abort.signal});
      if (this.#seat.peek() !== joining) {
        await call.leave();
        return;
      }
      const onEnded = (reason: code.EndReason): void => {
        this.#ended(farewell[reason]);
      };
      this.#seat.value = {
        at: 'call',
        room,
        part,
        session: new part.CallSession({
          call,
          room: room.room,
          media,
          rights: room.rights,
          toasts: this.#toasts,
          onEnded,
        }),
      };
    } catch (error) {
      if (this.#seat.peek() !== joining) return;
      this.#seat.value = seat;
      this.#toasts.show({tone: 'bad', title: 'Joining the call failed.', text: whyNot(error)});
    }
  }

  /** Back to the mirror, whatever is waited for. */
  stopWaiting(): void {
    const seat = this.#seat.peek();
    if (seat.at !== 'lobby') return;
    this.#seat.value = {...seat, step: {is: 'mirror'}};
    seat.abort?.abort();
  }

  /** Out of the lobby or the call, whichever it is. */
  leave(): void {
    const seat = this.#seat.peek();
    if (seat.at === 'call') this.#toasts.whenFails('Leaving the call failed.', seat.session.leave());
    this.#ended(undefined);
  }

  /** The room is not open any more. */
  roomClosed(room: Conversation): void {
    const seat = this.#seat.peek();
    if (seat.at !== 'none' && seat.room === room) this.leave();
  }

  #ended(farewellText: string | undefined): void {
    const seat = this.#seat.peek();
    this.#seat.value = {at: 'none'};
    if (seat.at === 'lobby') {
      seat.abort?.abort();
      seat.media.close();
    }
    if (seat.at === 'call') seat.session.close();
    if (farewellText !== undefined) this.#toasts.show({tone: 'info', title: farewellText});
  }
}
