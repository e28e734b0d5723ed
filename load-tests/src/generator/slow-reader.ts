import {fork, type ChildProcess} from 'node:child_process';
import {fileURLToPath} from 'node:url';

const program = fileURLToPath(new URL('slow-reader-process.js', import.meta.url));

export interface SlowReaderOptions {
  readonly port: number;
  readonly secret: string;
  readonly user: string;
  readonly room: string;
}

export type SlowReaderOrder =
  | ({readonly kind: 'join'} & SlowReaderOptions)
  | {readonly kind: 'slow'; readonly bytesPerSecond: number}
  | {readonly kind: 'recover'};

export interface SlowReaderOutcome {
  /** The number of the newest message that it got. */
  readonly last: number;
  /** Messages that are missing before one that it got, and that it got twice. */
  readonly holes: number;
  readonly doubled: number;
  /** Times that it was told of a loss, and that it came back to its session. */
  readonly resets: number;
  readonly resumes: number;
  /** Why its connection ended, in the server's word; undefined while it has not. */
  readonly lostBy?: string;
}

export type SlowReaderReport =
  ({readonly kind: 'joined' | 'progress'} & SlowReaderOutcome) | {readonly kind: 'failed'; readonly message: string};

/** One reader with the SDK, whose network becomes slow for a while; in a process of its own that yields to all others. */
export class SlowReader {
  readonly #child: ChildProcess;
  #outcome: SlowReaderOutcome = {last: 0, holes: 0, doubled: 0, resets: 0, resumes: 0};

  static async join(options: SlowReaderOptions): Promise<SlowReader> {
    const reader = new SlowReader();
    try {
      await reader.#join(options);
      return reader;
    } catch (error) {
      reader.close();
      throw error;
    }
  }

  private constructor() {
    this.#child = fork(program, {stdio: ['ignore', 'inherit', 'inherit', 'ipc']});
  }

  /** What it had got at most a quarter of a second ago. */
  get outcome(): SlowReaderOutcome {
    return this.#outcome;
  }

  slow(bytesPerSecond: number): void {
    this.#order({kind: 'slow', bytesPerSecond});
  }

  recover(): void {
    this.#order({kind: 'recover'});
  }

  close(): void {
    this.#child.removeAllListeners();
    this.#child.kill('SIGKILL');
  }

  #join(options: SlowReaderOptions): Promise<void> {
    const joined = new Promise<void>((resolve, reject) => {
      this.#child.on('message', (report: SlowReaderReport) => {
        if (report.kind === 'failed') reject(new Error(report.message));
        else this.#outcome = report;
        if (report.kind === 'joined') resolve();
      });
      this.#child.once('exit', () => {
        reject(new Error('the slow reader ended by itself'));
      });
    });
    this.#order({kind: 'join', ...options});
    return joined;
  }

  #order(order: SlowReaderOrder): void {
    this.#child.send(order);
  }
}
