import {existsSync, readFileSync} from 'node:fs';
import type {Worker} from 'mediasoup/types';
import {createMediaEngine, type MediaClock, type MediaEngine, type MediaEngineOptions} from '@parley/media';
import {WorkerWatch, type Held} from './worker-watch.js';

const workerBin = process.env['MEDIASOUP_WORKER_BIN'];
if (workerBin === undefined || !existsSync(workerBin)) {
  throw new Error('MEDIASOUP_WORKER_BIN must name a media worker; `npm test` sees to that');
}

export const systemClock: MediaClock = {
  now: () => performance.now(),
  after: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs);
    return {
      cancel: () => {
        clearTimeout(timer);
      },
    };
  },
  every: (intervalMs, callback) => {
    const timer = setInterval(callback, intervalMs);
    return {
      cancel: () => {
        clearInterval(timer);
      },
    };
  },
};

/** What was logged, so that a test can look for a sentence. */
export class Sentences {
  readonly all: {level: string; message: string; fields: object}[] = [];
  readonly info = (fields: object, message: string): void => void this.all.push({level: 'info', message, fields});
  readonly warn = (fields: object, message: string): void => void this.all.push({level: 'warn', message, fields});
  readonly error = (fields: object, message: string): void => void this.all.push({level: 'error', message, fields});
}

/** An engine with real workers, and mediasoup's own view of them. */
export interface EngineUnderTest extends AsyncDisposable {
  readonly engine: MediaEngine;
  readonly log: Sentences;
  /** Every worker that was ever started for it, in order. */
  readonly workers: readonly Worker[];
  /** What the running workers hold, as they say themselves: the oracle for leaks. */
  dump(): Promise<Held>;
}

export async function startEngine(options: Partial<MediaEngineOptions> = {}): Promise<EngineUnderTest> {
  const watch = new WorkerWatch();
  const log = new Sentences();
  const engine = await createMediaEngine({
    clock: systemClock,
    logger: log,
    workers: 1,
    listenIp: '127.0.0.1',
    ...(workerBin !== undefined && {workerBin}),
    ...options,
  });
  return {
    engine,
    log,
    workers: watch.workers,
    dump: () => watch.dump(),
    async [Symbol.asyncDispose]() {
      watch[Symbol.dispose]();
      await engine.close();
    },
  };
}

/** Whether a process of this id runs. */
export function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.[0] !== 'Z';
  } catch {
    return false;
  }
}

export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  withinMs = 10_000,
): Promise<void> {
  const end = performance.now() + withinMs;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`waited ${withinMs} ms in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
