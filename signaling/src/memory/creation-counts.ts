import type {UserId} from '@parley/protocol';

const hourMs = 3_600_000;

/** How many rooms each user has created within the hour that began with the first of them. */
export class CreationCounts {
  /** In the order in which the hours end. */
  readonly #counts = new Map<UserId, {count: number; readonly endsAt: number}>();

  /** Counts one more and gives 0, or the milliseconds until the hour is over. `perHour` 0: not limited. */
  take(user: UserId, perHour: number, now: number): number {
    if (perHour === 0) return 0;
    for (const [other, {endsAt}] of this.#counts) {
      if (endsAt > now) break;
      this.#counts.delete(other);
    }
    const known = this.#counts.get(user);
    if (known === undefined) this.#counts.set(user, {count: 1, endsAt: now + hourMs});
    else if (known.count >= perHour) return known.endsAt - now;
    else known.count += 1;
    return 0;
  }
}
