import type {CallsOptions} from '../calls-part.js';

export interface CallLifeOptions extends Pick<CallsOptions, 'observer'> {
  readonly room: string;
  /** Lost on another node or worker, and taken up here. */
  readonly takenUp: boolean;
}

/** A call's beginning and end as this node sees them, and how many are in it, told to whoever watches. */
export class CallLife {
  readonly #options: CallLifeOptions;
  #begun = false;

  constructor(options: CallLifeOptions) {
    this.#options = options;
  }

  /** Whether anybody has been in it here. */
  get begun(): boolean {
    return this.#begun;
  }

  /** So many more peers than before. */
  counted(delta: number): void {
    const {observer, room, takenUp} = this.#options;
    if (delta !== 0) observer.callPeers(delta);
    if (delta <= 0 || this.#begun) return;
    this.#begun = true;
    observer.callBegan();
    if (!takenUp) observer.happened({name: 'call.began', data: {room}});
  }

  ended(how: 'ended' | 'lost' | 'moved'): void {
    const {observer, room} = this.#options;
    if (!this.#begun) return;
    observer.callEnded(how);
    if (how === 'ended') observer.happened({name: 'call.ended', data: {room}});
  }
}
