import {fork, type ChildProcess} from 'node:child_process';
import {fileURLToPath} from 'node:url';
import type {Target} from './link.js';

const program = fileURLToPath(new URL('flood-process.js', import.meta.url));

export type FloodOrder =
  | {readonly kind: 'start'; readonly target: Target; readonly room: string; readonly address: string}
  | {readonly kind: 'stop'};

export interface FloodCounts {
  readonly frames: number;
  readonly connections: number;
  readonly closed: number;
}
export type FloodReport =
  ({readonly kind: 'stopped'} & FloodCounts) | {readonly kind: 'failed'; readonly message: string};

/**
 * One hostile client, from an address of its own, in a process of its own that yields to all others: events, frames as
 * large as is allowed, pongs and handshakes, all at once and as fast as it can.
 */
export class Flood {
  readonly #child: ChildProcess;
  readonly #where: Omit<Extract<FloodOrder, {kind: 'start'}>, 'kind'>;

  constructor(where: Omit<Extract<FloodOrder, {kind: 'start'}>, 'kind'>) {
    this.#where = where;
    this.#child = fork(program, {stdio: ['ignore', 'inherit', 'inherit', 'ipc']});
  }

  start(): void {
    this.#order({kind: 'start', ...this.#where});
  }

  /** Resolves with what it did since it was made. */
  stop(): Promise<FloodCounts> {
    const stopped = new Promise<FloodCounts>((resolve, reject) => {
      this.#child.once('message', (report: FloodReport) => {
        if (report.kind === 'failed') reject(new Error(report.message));
        else resolve(report);
      });
      this.#child.once('exit', () => {
        reject(new Error('the flood ended by itself'));
      });
    });
    this.#order({kind: 'stop'});
    return stopped;
  }

  end(): void {
    this.#child.removeAllListeners();
    this.#child.kill('SIGKILL');
  }

  #order(order: FloodOrder): void {
    this.#child.send(order);
  }
}
