/** After a fall nothing higher is tried for so long, so that a fall, a trial and its failure are no two in a minute. */
const firstRestMs = 61_000;
const longestRestMs = 8 * 60_000;
/** What was tried and held for so long is taken for good: the next fall begins with a short rest again. */
const provenMs = 60_000;
/** The engine needs a key frame to follow a wish: falls until then may be what was wished before. */
const settleMs = 3_000;

/**
 * How high a video may be shown that its path does not carry in full.
 *
 * The engine estimates bandwidth, and its estimate flaps: at the edge of a layer the picture would change every few
 * seconds. Here a fall for want of bandwidth holds: after a rest one layer more is tried, and if that falls too, the next
 * rest is twice as long. So at a steady path there are at most two changes a minute.
 */
export class SteadyLayers {
  #shown = -1;
  #cap = Infinity;
  #restMs = firstRestMs;
  #wishedAt = -Infinity;
  #triedAt = -Infinity;

  /** The highest layer to ask for. */
  get cap(): number {
    return this.#cap;
  }

  /** The receiver wants something else from now on. */
  wished(now: number): void {
    this.#wishedAt = now;
  }

  /** It was paused and goes on, from nothing. On a path that is known to be weak that excuses no fall. */
  restarted(now: number): void {
    this.#shown = -1;
    if (this.#cap === Infinity) this.#wishedAt = now;
  }

  /**
   * Another layer comes, -1 for none, of which up to `wanted` are there to be sent. If that is a fall for want of
   * bandwidth: how long to rest until `raise`.
   */
  moved(spatial: number, wanted: number, now: number): number | undefined {
    const before = this.#shown;
    this.#shown = spatial;
    if (spatial >= before || spatial >= Math.min(wanted, this.#cap)) return undefined;
    if (now - this.#wishedAt < settleMs) return undefined;
    const since = now - this.#triedAt;
    if (since < provenMs) this.#restMs = Math.min(this.#restMs * 2, longestRestMs);
    else if (this.#cap === Infinity) this.#restMs = firstRestMs;
    this.#triedAt = -Infinity;
    this.#cap = Math.max(spatial, 0);
    return this.#restMs;
  }

  /** One layer more is tried. How long until the next one, if there is one below `top`. */
  raise(top: number, now: number): number | undefined {
    this.#triedAt = now;
    this.#cap += 1;
    if (this.#cap < top) return firstRestMs;
    this.#cap = Infinity;
    return undefined;
  }
}
