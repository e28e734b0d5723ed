import type {CallState} from './call.js';

export type Trouble = 'signaling' | 'media' | 'lost' | 'moved';
export type EndReason = Extract<CallState, {status: 'ended'}>['reason'];

/** How a call is, from all that is wrong with it at present: the worst is shown. */
export class CallStatus {
  readonly #changed: (state: CallState) => void;
  readonly #troubles = new Set<Trouble>();
  #state: CallState = {status: 'joining'};

  constructor(changed: (state: CallState) => void) {
    this.#changed = changed;
  }

  get state(): CallState {
    return this.#state;
  }

  get joining(): boolean {
    return this.#state.status === 'joining';
  }

  /** To be asked again after each await. */
  hasEnded(): boolean {
    return this.#state.status === 'ended';
  }

  /** Another stay takes the place of the one that was. */
  get isRebuilding(): boolean {
    return this.#troubles.has('lost') || this.#troubles.has('moved');
  }

  /** In the call for the first time. */
  joined(): void {
    if (this.joining) this.#become({status: 'connected'});
  }

  trouble(trouble: Trouble, exists: boolean): void {
    if (exists) this.#troubles.add(trouble);
    else this.#troubles.delete(trouble);
    if (this.hasEnded() || this.joining) return;
    const worst = (['lost', 'moved', 'signaling', 'media'] as const).find((one) => this.#troubles.has(one));
    this.#become(worst ? {status: 'reconnecting', reason: worst} : {status: 'connected'});
  }

  end(reason: EndReason): void {
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
    this.#changed(state);
  }
}
