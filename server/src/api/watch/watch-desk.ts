import {ParleyError, toWireError} from '@parley/protocol';
import type {Backstage, Clock, Watch, WatchSelection} from '@parley/signaling';
import {requireRooms, type Caller} from '../access/caller.js';
import type {Gate} from '../access/gate.js';
import {watch} from './watch.js';

export interface WatchDeskOptions {
  readonly backstage: Pick<Backstage, 'watch'>;
  readonly gate: Pick<Gate, 'identify'>;
  readonly clock: Clock;
}

export interface WatchAsk {
  readonly caller: Caller;
  /** As it was presented: it is looked at again as long as the watch is open. */
  readonly authorization: string | undefined;
  readonly input: unknown;
}

/** A key that is good no longer ends its watches after so long at most, and a little. */
const lookEveryMs = 1_000;
/** How soon whoever watched a node that leaves should come back, at another. */
const comeBackMs = 500;

/** Opens watches for callers, and ends them: with the key that they were opened with, or when the node leaves. */
export class WatchDesk {
  readonly #options: WatchDeskOptions;
  readonly #open = new Set<Watch>();
  #draining = false;

  constructor(options: WatchDeskOptions) {
    this.#options = options;
  }

  /** Rejects with `invalid_payload`, `forbidden`, `draining`, or what the house refuses it with. */
  async open({caller, authorization, input}: WatchAsk): Promise<Watch> {
    const {backstage, clock} = this.#options;
    if (this.#draining) throw leaving();
    const {selection, ...request} = watch.ask(input);
    const allowed = allow(caller, selection);
    const opened = await backstage.watch({...request, selection: allowed});
    const looking = clock.every(lookEveryMs, () => {
      void this.#stillGood(authorization, allowed).catch((thrown: unknown) => {
        const {code, message} = toWireError(thrown);
        // While nobody can say that it is bad no longer, it is taken for good.
        if (code !== 'unavailable' && code !== 'timeout') one.end(new ParleyError(code, {message}));
      });
    });
    const one: Watch = {
      end: (reason) => {
        looking.cancel();
        this.#open.delete(one);
        opened.end(reason);
      },
      [Symbol.asyncIterator]: () => opened[Symbol.asyncIterator](),
    };
    this.#open.add(one);
    // It has begun to leave meanwhile.
    if (this.#isDraining()) one.end(leaving());
    return one;
  }

  /** Ends all that are open, and opens no more. */
  drain(): void {
    this.#draining = true;
    for (const one of [...this.#open]) one.end(leaving());
  }

  #isDraining(): boolean {
    return this.#draining;
  }

  async #stillGood(authorization: string | undefined, selection: WatchSelection): Promise<void> {
    const caller = await this.#options.gate.identify(authorization);
    if (caller === undefined) throw new ParleyError('bad_api_key');
    allow(caller, selection);
  }
}

const leaving = (): ParleyError => new ParleyError('draining', {retryAfterMs: comeBackMs});

/** What is asked for, in the rooms that the caller may see. Throws `forbidden` if they may not see what they name. */
function allow(caller: Caller, selection: WatchSelection): WatchSelection {
  const rooms = requireRooms(caller, watch.name, selection.rooms);
  return {...selection, ...(rooms !== undefined && {rooms})};
}
