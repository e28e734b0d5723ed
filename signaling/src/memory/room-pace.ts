import {LimitReached, type UserId} from '@parley/protocol';
import {TokenBucket} from '../limits/token-bucket.js';
import type {Pace} from '../ports.js';

/** How fast a room is written to: by everybody together, and by each in slow mode. */
export class RoomPace {
  readonly #bucket: TokenBucket | undefined;
  /** When each user wrote last, the longest ago first. */
  readonly #lastAt = new Map<UserId, number>();

  /** @param perSecond 0: not limited */
  constructor(perSecond: number) {
    this.#bucket = perSecond === 0 ? undefined : new TokenBucket({perSecond, burst: perSecond * 2});
  }

  /** Throws `rate_limited`; if it does not, the user has written. */
  take({user, exempt}: Pace, slowModeMs: number, now: number): void {
    const waitMs = exempt ? 0 : this.waitMs(user, slowModeMs, now);
    if (waitMs > 0) throw new LimitReached('slow_mode', {retryAfterMs: waitMs});
    const roomWaitMs = this.#bucket?.take(now) ?? 0;
    if (roomWaitMs > 0) throw new LimitReached('room_messages', {retryAfterMs: roomWaitMs});
    if (exempt || slowModeMs === 0) return;
    for (const [other, at] of this.#lastAt) {
      if (now - at < slowModeMs) break;
      this.#lastAt.delete(other);
    }
    this.#lastAt.delete(user);
    this.#lastAt.set(user, now);
  }

  waitMs(user: UserId, slowModeMs: number, now: number): number {
    const lastAt = this.#lastAt.get(user);
    return lastAt === undefined ? 0 : Math.max(0, lastAt + slowModeMs - now);
  }
}
