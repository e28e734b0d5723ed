import {randomBytes} from 'node:crypto';
import {existsSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {UsageError} from '../usage-error.js';
import {launch, type Launched, type RunningSubject} from './subject.js';

const main = fileURLToPath(new URL('../../../server/dist/main.js', import.meta.url));

export interface ParleyOptions {
  /** Of the nodes of one cluster, the same. */
  readonly secret?: string;
  readonly nodeFlags?: readonly string[];
  /** Address of this machine, or of what `within` starts it in. Default: 127.0.0.1. */
  readonly host?: string;
  /** As of `Launch`. */
  readonly within?: readonly string[];
  /** Variables besides, or instead of, those that keep the rate limits out of the generator's way. */
  readonly env?: Readonly<Record<string, string>>;
}

export const newSecret = (): string => randomBytes(32).toString('base64url');

/** Starts Parley as `npm start` would, alone on its memory store, with the rate limits out of the generator's way. */
export const startParley = (nodeFlags: readonly string[]): Promise<RunningSubject> => startParleyNode({nodeFlags});

/** A node that runs, and that may be killed. */
export interface RunningNode extends RunningSubject, Pick<Launched, 'kill' | 'ended'> {
  readonly secret: string;
  readonly port: number;
  /** Where its operations port is. */
  readonly opsUrl: string;
  /** Lines of its log that speak of a defect. */
  readonly defects: readonly string[];
}

/** The key that the operations port of every node takes. */
export const apiKey = 'load-tests-api-key';

/** Starts one node; `REDIS_URL` in its environment makes it one of a cluster. */
export async function startParleyNode(options: ParleyOptions): Promise<RunningNode> {
  if (!existsSync(main)) throw new UsageError('The server is not built; run: npm run build');
  const {secret = newSecret(), nodeFlags = [], env = {}, host = '127.0.0.1', within} = options;
  const {pid, port, listening, kill, ended, seen, stop} = await launch({
    name: 'parley',
    args: [...nodeFlags, main],
    ...(within && {within}),
    env: {
      PARLEY_HOST: host,
      PARLEY_OPS_HOST: host,
      PARLEY_PORT: '0',
      PARLEY_OPS_PORT: '0',
      PARLEY_AUTH_SECRET: secret,
      PARLEY_MEDIA_WORKERS: '0',
      PARLEY_HANDSHAKES_PER_SECOND: '0',
      PARLEY_ACCEPTS_PER_SECOND: '0',
      PARLEY_REQUESTS_PER_SECOND: '1000000',
      PARLEY_ROOM_MESSAGES_PER_SECOND: '0',
      PARLEY_ROOM_CREATIONS_PER_HOUR: '0',
      PARLEY_MAX_ROOMS_PER_USER: '0',
      PARLEY_MAX_SESSIONS_PER_USER: '10000',
      PARLEY_MAX_INBOUND: '1GiB',
      PARLEY_MAX_CONNECTIONS: '50000',
      PARLEY_MAX_CONNECTIONS_PER_ADDRESS: '0',
      PARLEY_MAX_BUFFER: '16MiB',
      PARLEY_API_KEYS: apiKey,
      PARLEY_LOG_LEVEL: 'info',
      ...env,
    },
    // A node without a port for clients says only that of its operations.
    port: /"(?:url|opsUrl)":"http:\/\/[\d.]+:(\d+)"/,
    watch: /"level":(50|60)|unhandledRejection/,
  });
  return {
    name: 'parley',
    pid,
    port,
    url: `ws://${host}:${String(port)}`,
    opsUrl: /"opsUrl":"([^"]+)"/.exec(listening)?.[1] ?? '',
    kill,
    ended,
    defects: seen,
    speaks: 'socket.io',
    secret,
    createsRooms: true,
    stop,
  };
}
