import {existsSync} from 'node:fs';
import {UsageError} from '../usage-error.js';

/** The program of a media worker, which subjects with media are started with. */
function mediaWorker(): string {
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
});
