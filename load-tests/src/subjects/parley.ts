import {createHmac, randomBytes} from 'node:crypto';
import {existsSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {protocolVersion} from '@parley/protocol';
import {UsageError} from '../arguments.js';
import {launch, type RunningSubject} from './subject.js';

const main = fileURLToPath(new URL('../../../server/dist/main.js', import.meta.url));
const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token (RFC 7519, HS256) for one load-generating user. */
function token(secret: string): string {
  const unsigned = `${base64url({alg: 'HS256', typ: 'JWT'})}.${base64url({
    sub: 'load',
    name: 'Load',
    exp: Math.floor(Date.now() / 1000) + 3_600,
  })}`;
  return `${unsigned}.${createHmac('sha256', secret).update(unsigned).digest('base64url')}`;
}

/** Starts Parley as `npm start` would, alone on its memory store, with the rate limits out of the generator's way. */
export async function startParley(): Promise<RunningSubject> {
  if (!existsSync(main)) throw new UsageError('The server is not built; run: npm run build');
  const secret = randomBytes(32).toString('base64url');
  const {pid, port, stop} = await launch({
    name: 'parley',
    args: [main],
    env: {
      PARLEY_HOST: '127.0.0.1',
      PARLEY_PORT: '0',
      PARLEY_OPS_PORT: '0',
      PARLEY_AUTH_SECRET: secret,
      PARLEY_MEDIA_WORKERS: '0',
      PARLEY_HANDSHAKES_PER_SECOND: '0',
      PARLEY_REQUESTS_PER_SECOND: '1000000',
      PARLEY_MAX_CONNECTIONS: '50000',
      PARLEY_MAX_BUFFER: '16MiB',
      PARLEY_LOG_LEVEL: 'info',
    },
    port: /"url":"http:\/\/127\.0\.0\.1:(\d+)"/,
  });
  return {
    name: 'parley',
    pid,
    url: `ws://127.0.0.1:${String(port)}`,
    auth: {token: token(secret), v: protocolVersion},
    createsRooms: true,
    stop,
  };
}
