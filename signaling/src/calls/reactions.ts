import {people, type PayloadOf} from '@parley/protocol';
import type {Clock, Timer} from '../ports.js';
import type {CallState, Peer} from './call-state.js';
import type {Outbox} from './outbox.js';

/** What comes within so long is told together: a room that applauds is a few events, and not one for each hand. */
const windowMs = 250;
const mostKinds = 50;

export interface ReactionsOptions {
  readonly state: CallState;
  readonly outbox: Outbox;
  readonly clock: Clock;
}

/** Reactions on their way to everybody, counted together for a moment. */
export class Reactions {
  readonly #options: ReactionsOptions;
  readonly #gathered = new Map<string, PayloadOf<typeof people.reactions>['reactions'][number]>();
  #timer: Timer | undefined;

  constructor(options: ReactionsOptions) {
    this.#options = options;
  }

  add({session}: Peer, reaction: string): void {
    const key = `${session} ${reaction}`;
    const known = this.#gathered.get(key);
    if (known !== undefined) known.count += 1;
    else if (this.#gathered.size < mostKinds) this.#gathered.set(key, {peer: session, reaction, count: 1});
    this.#timer ??= this.#options.clock.after(windowMs, () => {
      this.#tell();
    });
  }

  close(): void {
    this.#timer?.cancel();
    this.#gathered.clear();
  }

  #tell(): void {
    const {outbox, state} = this.#options;
    const reactions = [...this.#gathered.values()].filter(({peer}) => state.peers.has(peer));
    this.#timer = undefined;
    this.#gathered.clear();
    if (reactions.length > 0) outbox.toAll(people.reactions, {room: state.room, reactions});
  }
}
