import {execFileSync} from 'node:child_process';
import {existsSync} from 'node:fs';
import {basename} from 'node:path';
import {UsageError} from '../usage-error.js';

/** The program of a media worker, which subjects with media are started with. */
export function mediaWorker(): string {
  const program = process.env['MEDIASOUP_WORKER_BIN'];
  if (program !== undefined && existsSync(program)) return program;
  throw new UsageError(
    'MEDIASOUP_WORKER_BIN must name a media worker; `npm start` obtains one and keeps it in the cache folder of the user, in parley/media-worker.',
  );
}

/** Settings of a node for calls of clients on this machine. */
export const mediaSettings = (workers: number): Readonly<Record<string, string>> => ({
  MEDIASOUP_WORKER_BIN: mediaWorker(),
  PARLEY_MEDIA_WORKERS: String(workers),
  PARLEY_MEDIA_PORT: '0',
  PARLEY_MAX_PEERS_PER_CALL: '1000',
  // Everybody hears and sees everybody, so that what is forwarded is known.
  PARLEY_CALL_VIDEOS: '0',
  PARLEY_CALL_VOICES: '0',
});

/** The processes of a program (the media worker, if none is named) that a process has started. */
export function workersOf(pid: number, program = mediaWorker()): readonly number[] {
  const found = execFileSync('pgrep', ['-P', String(pid), '-f', basename(program)], {encoding: 'utf8'});
  return found.trim().split('\n').map(Number);
}

/** The only one of them. */
export function workerOf(pid: number, program?: string): number {
  const workers = workersOf(pid, program);
  const [only] = workers;
  if (only === undefined || workers.length > 1) throw new Error(`There are ${String(workers.length)} media workers.`);
  return only;
}
