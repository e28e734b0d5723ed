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
  #seen = new Map<string, Sample>();
  #heardInARow = 0;
  #silentInARow = 0;
  #silent = false;

  /** Whether the peer was heard on it since the last check. */
  hears({transport, received}: Sample): boolean {
    const before = this.#seen.get(transport);
    return before !== undefined && received > before.received;
  }

  /**
   * The news after this check, if there is any. Of a transport that the last check left out nothing is known: what it
   * received may be old.
   */
  check(samples: readonly Sample[]): 'silent' | 'heard' | undefined {
    let heard = false;
    let expected = false;
    for (const sample of samples) {
      const before = this.#seen.get(sample.transport);
      if (before === undefined) continue;
      heard ||= this.hears(sample);
      expected ||= sample.speaks || sample.sent > before.sent;
    }
    this.#seen = new Map(samples.map((sample) => [sample.transport, sample]));
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
