import type {SessionId} from '@parley/protocol';
import type {Clock} from '../ports.js';

/** For how long an acknowledgement of a push is counted. */
const acknowledgedWithinMs = 60_000;
/** Pushes whose acknowledgements a node waits for; the oldest gives way. */
const awaitedAtMost = 1_000;

interface AwaitedPush {
  readonly until: number;
  readonly by: Set<SessionId>;
}

/** The pushes that passed this node and want to be acknowledged, and by whom they were: by each session once. */
export class Awaited {
  readonly #clock: Pick<Clock, 'now'>;
  /** In the order of their ends, because all are waited for equally long. */
  readonly #pushes = new Map<string, AwaitedPush>();

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  expect(id: string): void {
    if (this.#pushes.has(id)) return;
    const now = this.#clock.now();
    for (const [old, {until}] of this.#pushes) {
      if (until > now && this.#pushes.size < awaitedAtMost) break;
      this.#pushes.delete(old);
    }
    this.#pushes.set(id, {until: now + acknowledgedWithinMs, by: new Set()});
  }

  /** True if it is the session's first acknowledgement of a push that is waited for. */
  acknowledge(id: string, session: SessionId): boolean {
    const push = this.#pushes.get(id);
    if (push === undefined || push.until <= this.#clock.now() || push.by.has(session)) return false;
    push.by.add(session);
    return true;
  }
}
