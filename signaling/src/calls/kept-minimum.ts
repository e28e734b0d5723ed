import {ranks} from './ranks.js';

/** So long others give way at least: the engine's estimate needs some of it to find the room that they left. */
const firstRestMs = 60_000;
const longestRestMs = 8 * 60_000;
/** What moved for so long beside all others is taken to do so: others give way for the first rest again. */
const provenMs = 60_000;
/** Resuming costs a key frame, which on such a path takes seconds: not until then is it known whether more has to give way. */
const settleMs = 5_000;

/**
 * Which videos give way on a path that is too weak for what goes before them.
 *
 * The engine gives a path's room away anew with every estimate: a screen that does not fit stands still, a camera that
 * is smaller fits, and moves in its stead; each return costs a key frame, so the next estimate is lower. Here what is ranked
 * lower gives way for a rest: first what has no rank above others, then all that goes after what still stands still. If
 * that happens again after the rest, the next is twice as long.
 */
export class KeptMinimum {
  #below = 0;
  #restMs = firstRestMs;
  #steppedAt = -Infinity;
  #releasedAt = -Infinity;

  /** What is ranked below gives way; 0: nothing does. */
  get below(): number {
    return this.#below;
  }

  /**
   * To be called when a video begins to stand still for want of bandwidth, and when the time returned has passed.
   *
   * @param starving the highest rank of what stands still for want of bandwidth and does not give way; 0: nothing.
   * @returns when to look again, in milliseconds; undefined: there is nothing to wait for.
   */
  look(starving: number, now: number): number | undefined {
    const sinceStep = now - this.#steppedAt;
    const keeps = starving > ranks.others;
    if (this.#below === 0) {
      if (!keeps) return undefined;
      this.#restMs = now - this.#releasedAt < provenMs ? Math.min(this.#restMs * 2, longestRestMs) : firstRestMs;
      return this.#step(Math.min(starving, ranks.speaker), now);
    }
    if (keeps && starving > this.#below && sinceStep >= settleMs) return this.#step(starving, now);
    if (sinceStep >= this.#restMs && !keeps) {
      this.#below = 0;
      this.#releasedAt = now;
      // What goes before others may be among what comes back, and not begin to move.
      return settleMs;
    }
    const untilRested = this.#restMs - sinceStep;
    return keeps || untilRested <= 0 ? settleMs : untilRested;
  }

  #step(below: number, now: number): number {
    this.#below = below;
    this.#steppedAt = now;
    return settleMs;
  }
}
