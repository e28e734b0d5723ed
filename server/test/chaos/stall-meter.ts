import {readFileSync} from 'node:fs';

const sampleMs = 100;

/**
 * How long a run stood still because the machine had no core for it. Where a bound on time is for the cluster and not for the machine,
 * this is not counted, so that the bound means the same wherever it is looked at.
 *
 * Of each of its processes the kernel tells for how long it was ready to run and did not (`/proc/<pid>/schedstat`; where there is none it is
 * taken for nothing); of this one a timer that comes late tells the same, and what the host takes from the machine. One process waits for
 * another, so it is the sum that counts, and never more than the time that went by.
 */
export class StallMeter implements Disposable {
  readonly #pids: () => readonly number[];
  readonly #waited = new Map<number, number>();
  readonly #timer: NodeJS.Timeout;
  #sampledAt = performance.now();
  #totalMs = 0;

  /** @param pids the processes of the run besides this one; those that are gone are left out */
  constructor(pids: () => readonly number[]) {
    this.#pids = pids;
    this.#timer = setInterval(() => {
      this.#sample();
    }, sampleMs);
  }

  /** Since the beginning. */
  get totalMs(): number {
    return this.#totalMs;
  }

  /** Begins to measure; the returned function says how much time has gone by since, and how much of it without a stall. */
  begin(): () => {readonly tookMs: number; readonly calmMs: number} {
    const [at, stalledMs] = [performance.now(), this.#totalMs];
    return () => {
      const tookMs = performance.now() - at;
      return {tookMs, calmMs: tookMs - Math.min(tookMs, this.#totalMs - stalledMs)};
    };
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #sample(): void {
    const now = performance.now();
    const wentBy = now - this.#sampledAt;
    this.#sampledAt = now;
    const late = Math.max(0, wentBy - sampleMs);
    const waited = this.#pids().reduce((sum, pid) => sum + this.#waitOf(pid), 0);
    this.#totalMs += Math.min(wentBy, late + waited);
  }

  /** For how long the process has waited for a core since it was last asked. */
  #waitOf(pid: number): number {
    const waitedMs = runDelayMs(pid);
    if (waitedMs === undefined) return 0;
    const before = this.#waited.get(pid) ?? waitedMs;
    this.#waited.set(pid, waitedMs);
    return waitedMs - before;
  }
}

/** Of its first thread, which is that of the event loop, in a node as in Redis. */
function runDelayMs(pid: number): number | undefined {
  try {
    return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[1]) / 1e6;
  } catch {
    return undefined;
  }
}
