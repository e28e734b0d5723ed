/** Time, given by whoever composes the engine, so that tests turn it by hand. Timers must not keep the process alive. */
export interface MediaClock {
  /** Milliseconds; never goes back. */
  now(): number;
  after(delayMs: number, callback: () => void): {cancel(): void};
  every(intervalMs: number, callback: () => void): {cancel(): void};
}
