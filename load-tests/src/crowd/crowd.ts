import {fork, type ChildProcess} from 'node:child_process';
import {setPriority} from 'node:os';
import {fileURLToPath} from 'node:url';
import type {Accepted} from './journal.js';
import type {CrowdOrder, CrowdReport, Witness} from './messages.js';
import type {Phase} from './notes.js';

const program = fileURLToPath(new URL('process.js', import.meta.url));
const clientsPerProcess = 1_000;
/** Less than the nodes' on a machine that they share, so that they are measured and not the generator. */
const niceness = 5;

type Progress = CrowdReport & {kind: 'progress'};

/** A process of the crowd, as its parent sees it. */
class Part {
  readonly #child: ChildProcess;
  readonly #awaited = new Map<CrowdReport['kind'], (report: CrowdReport) => void>();
  #fail: (error: Error) => void = () => undefined;
  readonly failed: Promise<never>;
  progress: Progress = {kind: 'progress', live: 0, received: 0, unanswered: 0};

  constructor() {
    this.failed = new Promise<never>((_, reject) => (this.#fail = reject));
    this.failed.catch(() => undefined);
    this.#child = fork(program, {stdio: ['ignore', 'inherit', 'inherit', 'ipc']});
    if (this.#child.pid !== undefined) setPriority(this.#child.pid, niceness);
    this.#child.on('exit', (code) => {
      this.#fail(new Error(`a process of the crowd ended (${String(code)})`));
    });
    this.#child.on('message', (report: CrowdReport) => {
      if (report.kind === 'failed') this.#fail(new Error(report.message));
      else if (report.kind === 'progress') this.progress = report;
      else this.#awaited.get(report.kind)?.(report);
    });
  }

  order(order: CrowdOrder): void {
    this.#child.send(order);
  }

  /** The next report of this kind; rejects if the process fails. */
  next<K extends CrowdReport['kind']>(kind: K): Promise<CrowdReport & {kind: K}> {
    const report = new Promise<CrowdReport & {kind: K}>((resolve) => {
      this.#awaited.set(kind, (given) => {
        resolve(given as CrowdReport & {kind: K});
      });
    });
    return Promise.race([report, this.failed]);
  }

  stop(): void {
    this.#child.removeAllListeners();
    this.#child.kill('SIGKILL');
  }
}

export interface CrowdSize {
  readonly urls: readonly string[];
  readonly secret: string;
  readonly clients: number;
  /** How many users they are: every client another one if there are as many. */
  readonly users: number;
}

/** Thousands of clients in one room, in several processes. The first process holds those that write. */
export class Crowd {
  readonly #parts: readonly Part[];

  private constructor(parts: readonly Part[]) {
    this.#parts = parts;
  }

  static async enter({urls, secret, clients, users}: CrowdSize): Promise<Crowd> {
    const count = Math.ceil(clients / clientsPerProcess);
    const share = (whole: number, part: number): number => Math.floor(whole / count) + (part < whole % count ? 1 : 0);
    const crowd = new Crowd(Array.from({length: count}, () => new Part()));
    try {
      await Promise.all(crowd.#parts.map((part) => part.next('ready')));
      // One after the other: a room that fills tells everybody of each who comes.
      for (const [p, part] of crowd.#parts.entries()) {
        const entered = part.next('entered');
        const own = {clients: share(clients, p), users: Math.max(1, share(users, p)), prefix: `load-${String(p)}`};
        part.order({kind: 'enter', urls, secret, room: 'load', ...own});
        await entered;
      }
      return crowd;
    } catch (error) {
      crowd.stop();
      throw error;
    }
  }

  /** Rejects when a process of the crowd ends or fails. */
  get failed(): Promise<never> {
    return Promise.race(this.#parts.map((part) => part.failed));
  }

  get live(): number {
    return this.#sum(({live}) => live);
  }

  get received(): number {
    return this.#sum(({received}) => received);
  }

  get unanswered(): number {
    return this.#sum(({unanswered}) => unanswered);
  }

  /** Resolves with what was accepted once all of it is. Rejects if something was refused for good. */
  async write(what: Omit<CrowdOrder & {kind: 'write'}, 'kind'>): Promise<readonly Accepted[]> {
    const [writing] = this.#parts;
    if (!writing) return [];
    const written = writing.next('written');
    writing.order({kind: 'write', ...what});
    const {accepted, refused} = await Promise.race([written, this.failed]);
    if (refused.length > 0) throw new Error(`messages were refused: ${[...new Set(refused)].join(', ')}`);
    return accepted;
  }

  stopWriting(): void {
    this.#parts[0]?.order({kind: 'stopWriting'});
  }

  cut(everyMs: number, awayMs: number): void {
    for (const [seed, part] of this.#parts.entries()) part.order({kind: 'cut', everyMs, awayMs, seed});
  }

  stopCutting(): void {
    for (const part of this.#parts) part.order({kind: 'stopCutting'});
  }

  set phase(phase: Phase) {
    for (const part of this.#parts) part.order({kind: 'phase', phase});
  }

  /** What everybody saw, once all are live and have everything that was accepted, or after so long. */
  async settle(accepted: readonly Accepted[], withinMs: number): Promise<readonly Witness[]> {
    const settled = this.#parts.map((part) => part.next('settled'));
    for (const part of this.#parts) part.order({kind: 'settle', accepted, withinMs});
    return (await Promise.all(settled)).map(({witness}) => witness);
  }

  stop(): void {
    for (const part of this.#parts) part.stop();
  }

  #sum(of: (progress: Progress) => number): number {
    return this.#parts.reduce((sum, {progress}) => sum + of(progress), 0);
  }
}
