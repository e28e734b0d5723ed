import type {RoomId, SessionId} from '@parley/protocol';
import type {Identity} from '../hub.js';
import type {Ending} from './ending.js';

/** How a session is to end as soon as it starts. */
export interface Doom {
  readonly ending: Ending;
  readonly message?: string;
}

const replaced: Doom = {ending: 'replaced'};

/**
 * A session on its way to this node: asked for, but not on a connection yet.
 *
 * What happens to the session meanwhile is noted here and takes effect when it starts: without that, a kick or a newer
 * connection elsewhere would find nothing to close, and a ghost would come alive after it.
 */
export class Arrival {
  readonly session: SessionId;
  /** The token that it is to stand on. */
  readonly token: Identity;
  /** Rooms that the user left meanwhile. */
  readonly left = new Set<RoomId>();
  /** What some room or group says of the user changed meanwhile. */
  rightsChanged = false;
  /** Unknown until the directory has moved the session here. */
  #generation: number | undefined;
  #newest = 0;
  #doom: Doom | undefined;

  constructor(session: SessionId, token: Identity) {
    this.session = session;
    this.token = token;
  }

  /** Undefined if nothing came in between. */
  get doom(): Doom | undefined {
    if (this.#doom) return this.#doom;
    return this.#generation !== undefined && this.#generation < this.#newest ? replaced : undefined;
  }

  place(generation: number): void {
    this.#generation = generation;
  }

  supersede(generation: number): void {
    this.#newest = Math.max(this.#newest, generation);
  }

  end(ending: Ending, message: string | undefined): void {
    this.#doom ??= {ending, ...(message !== undefined && {message})};
  }
}
