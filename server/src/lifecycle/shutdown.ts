import type {Logger} from '../observability/logger.js';

export interface ShutdownOptions {
  /** Hands the clients over and ends everything. */
  readonly close: () => Promise<void>;
  readonly exit: (code: number) => void;
  readonly log: Logger;
  /** How long closing may take before the process ends regardless. */
  readonly limitMs: number;
}

/**
 * How a process ends: the first request drains, a second one forces, and so does the time limit. What nobody caught is
 * a defect: it is logged, the clients are handed over all the same, and the exit code says so.
 */
export class Shutdown {
  readonly #options: ShutdownOptions;
  #begun = false;
  #exitCode = 0;

  constructor(options: ShutdownOptions) {
    this.#options = options;
  }

  /** @param why the signal's name, for the log */
  request(why: string): void {
    const {log, exit} = this.#options;
    if (this.#begun) {
      log.warn({signal: why}, 'told to stop again: ending at once');
      exit(1);
      return;
    }
    log.info({signal: why}, 'stopping: handing the clients over');
    void this.#close();
  }

  fail(error: unknown): void {
    this.#options.log.fatal({err: error}, 'a defect that nobody caught: stopping');
    this.#exitCode = 1;
    if (!this.#begun) void this.#close();
  }

  async #close(): Promise<void> {
    const {close, exit, log, limitMs} = this.#options;
    this.#begun = true;
    const limit = AbortSignal.timeout(limitMs);
    limit.addEventListener('abort', () => {
      log.error({limitMs}, 'stopping took longer than PARLEY_DRAIN_TIME: ending regardless');
      exit(1);
    });
    try {
      await close();
      log.info('stopped');
    } catch (error) {
      log.error({err: error}, 'not everything could be closed');
      this.#exitCode = 1;
    }
    exit(this.#exitCode);
  }
}
