/** What one check found out about one transport. */
export interface Sample {
  readonly transport: string;
  /** Bytes of RTP, RTCP and DTLS ever received. ICE's own checks are not among them: the engine does not count them. */
  readonly received: number;
  /** Bytes of RTP ever sent. */
  readonly sent: number;
  /** Whether media is to be received on it: it has a producer that is not paused. */
  readonly speaks: boolean;
}

/** Between checks. With `silentChecks` silence is noticed after 4.8 to 5.6 s. */
export const checkMs = 800;
const silentChecks = 6;
const steadyChecks = 4;

/**
 * Tells that a peer vanished, long before ICE does: mediasoup's consent timer takes 10 s at the least.
 *
 * Silence means something only if the peer was heard all the time and should be heard still: because it publishes, or
 * because it is sent media and so owes reports on it. A peer for whom neither holds is idle, not gone. All transports of
 * a peer are judged together: hearing one of them is proof enough.
 */
export class Pulse {
  readonly #seen = new Map<string, {received: number; sent: number}>();
  #heardInARow = 0;
  #silentInARow = 0;
  #silent = false;

  /** The news after this check, if there is any. */
  check(samples: readonly Sample[]): 'silent' | 'heard' | undefined {
    let heard = false;
    let expected = false;
    for (const {transport, received, sent, speaks} of samples) {
      const before = this.#seen.get(transport);
      this.#seen.set(transport, {received, sent});
      if (before === undefined) continue;
      heard ||= received > before.received;
      expected ||= speaks || sent > before.sent;
    }
    if (heard) return this.#hear();
    return this.#silent ? undefined : this.#miss(expected);
  }

  forget(transport: string): void {
    this.#seen.delete(transport);
  }

  get empty(): boolean {
    return this.#seen.size === 0;
  }

  #hear(): 'heard' | undefined {
    this.#heardInARow += 1;
    this.#silentInARow = 0;
    if (!this.#silent) return undefined;
    this.#silent = false;
    return 'heard';
  }

  #miss(expected: boolean): 'silent' | undefined {
    if (!expected || this.#heardInARow < steadyChecks) {
      this.#heardInARow = 0;
      this.#silentInARow = 0;
      return undefined;
    }
    this.#silentInARow += 1;
    if (this.#silentInARow < silentChecks) return undefined;
    this.#silent = true;
    this.#heardInARow = 0;
    return 'silent';
  }
}
