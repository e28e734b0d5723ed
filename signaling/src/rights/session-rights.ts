import type {RoomId, Standing} from '@parley/protocol';
import type {Clock, Timer} from '../ports.js';
import {judge, type RoomWord, type Verdict} from './standing.js';
import {grantsFor, nextExpiry, type TokenGrant} from './token-grants.js';

export type Exclusion = Extract<Verdict, {admitted: false}>['reason'] | 'removed';

export interface SessionRightsOptions {
  readonly clock: Clock;
  /** What the session may do in a room that it is in is another thing from now on. */
  readonly onChanged: (room: RoomId, standing: Standing) => void;
  /** It may not be in the room any more. It is forgotten here already. */
  readonly onExcluded: (room: RoomId, reason: Exclusion) => void;
}

interface Held {
  readonly word: RoomWord;
  readonly standing: Standing;
}

/**
 * What one session may do in the rooms that it is in: held where the session is, so that no request has to ask for it,
 * and judged anew whenever a room's word, the token or the hour changes.
 */
export class SessionRights {
  readonly #options: SessionRightsOptions;
  /** None while it is in no room: most sessions have a few at most. */
  #held: Map<RoomId, Held> | undefined;
  #grants: readonly TokenGrant[] | undefined;
  #timer: Timer | undefined;

  constructor(grants: readonly TokenGrant[] | undefined, options: SessionRightsOptions) {
    this.#options = options;
    this.#take(grants);
  }

  /** Undefined for a room that the session is not in. */
  in(room: RoomId): Standing | undefined {
    return this.#held?.get(room)?.standing;
  }

  get rooms(): readonly RoomId[] {
    return this.#held ? [...this.#held.keys()] : [];
  }

  /** What the token's grants say of a room; `undefined` if the token has none, and leaves everything to the room. */
  granted(room: RoomId): ReturnType<typeof grantsFor> | undefined {
    return this.#grants && grantsFor(room, this.#grants, this.#options.clock.now());
  }

  judge(room: RoomId, word: RoomWord): Verdict {
    return judge(room, word, this.#grants, this.#options.clock.now());
  }

  /** The session is in the room from now on, if it may be. Without telling anybody: whoever lets it in says so. */
  enter(room: RoomId, word: RoomWord): Verdict {
    const verdict = this.judge(room, word);
    if (verdict.admitted) this.#hold(room, {word, standing: verdict.standing});
    return verdict;
  }

  leave(room: RoomId): void {
    this.#held?.delete(room);
    if (this.#held?.size === 0) this.#held = undefined;
  }

  /** The room's word may have changed; without one, the user is not a member any more. */
  learn(room: RoomId, word: RoomWord | undefined): void {
    const held = this.#held?.get(room);
    if (!held) return;
    const verdict = word && this.judge(room, word);
    if (!word || !verdict?.admitted) {
      this.leave(room);
      this.#options.onExcluded(room, verdict?.admitted === false ? verdict.reason : 'removed');
      return;
    }
    const {standing} = verdict;
    this.#hold(room, {word, standing});
    if (standing !== held.standing) this.#options.onChanged(room, standing);
  }

  /** Other grants count from now on. */
  replaceGrants(grants: readonly TokenGrant[] | undefined): void {
    this.#take(grants);
    this.#judgeAll();
  }

  /** Nothing happens any more. Idempotent. */
  end(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#held = undefined;
  }

  #hold(room: RoomId, held: Held): void {
    this.#held ??= new Map();
    this.#held.set(room, held);
  }

  #judgeAll(): void {
    for (const [room, {word}] of [...(this.#held ?? [])]) this.learn(room, word);
  }

  #take(grants: readonly TokenGrant[] | undefined): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#grants = grants;
    const {clock} = this.#options;
    const at = grants && nextExpiry(grants, clock.now());
    if (at === undefined) return;
    this.#timer = clock.after(at - clock.now(), () => {
      this.#take(this.#grants);
      this.#judgeAll();
    });
  }
}
