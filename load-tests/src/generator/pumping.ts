import {fork, type ChildProcess} from 'node:child_process';
import {fileURLToPath} from 'node:url';
import type {Target} from './link.js';
import type {PumpOrder, Pumped, PumpReport} from './pump-messages.js';

const program = fileURLToPath(new URL('pump-process.js', import.meta.url));

/** A pumping process, as its parent sees it. */
export class Pumping {
  readonly #child: ChildProcess;
  readonly #reports: {want: PumpReport['kind']; resolve(report: PumpReport): void}[] = [];
  readonly #failed: Promise<never>;
  /** Messages that have arrived in the present run. */
  received = 0;

  static async connect(nodes: readonly [Target, Target], rooms: number): Promise<Pumping> {
    const pumping = new Pumping();
    try {
      await pumping.#expect('ready');
      pumping.#child.send({kind: 'connect', nodes, rooms} satisfies PumpOrder);
      await pumping.#expect('connected');
      return pumping;
    } catch (error) {
      pumping.stop();
      throw error;
    }
  }

  private constructor() {
    const child = fork(program, {stdio: ['ignore', 'inherit', 'inherit', 'ipc']});
    this.#child = child;
    this.#failed = new Promise<never>((_, reject) => {
      child.on('exit', (code) => {
        reject(new Error(`the generating process ended (${String(code)})`));
      });
      child.on('message', (report: PumpReport) => {
        if (report.kind === 'failed') reject(new Error(report.message));
      });
    });
    this.#failed.catch(() => undefined);
    child.on('message', (report: PumpReport) => {
      if (report.kind === 'progress') this.received = report.received;
      if (this.#reports[0]?.want === report.kind) this.#reports.shift()?.resolve(report);
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  async pump(order: Omit<PumpOrder & {kind: 'pump'}, 'kind'>): Promise<Pumped> {
    this.#child.send({kind: 'pump', ...order} satisfies PumpOrder);
    return (await this.#expect('pumped')).pumped;
  }

  stop(): void {
    this.#child.removeAllListeners();
    this.#child.kill('SIGKILL');
  }

  #expect<K extends PumpReport['kind']>(want: K): Promise<PumpReport & {kind: K}> {
    const report = new Promise<PumpReport & {kind: K}>((resolve) => {
      this.#reports.push({
        want,
        resolve: (given) => {
          resolve(given as PumpReport & {kind: K});
        },
      });
    });
    return Promise.race([report, this.#failed]);
  }
}
