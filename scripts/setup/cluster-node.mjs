import {once} from 'node:events';
import {createInterface} from 'node:readline';
import {setTimeout as sleep} from 'node:timers/promises';
import {readableLine} from './log-line.mjs';
import {exitCodeOf} from './run.mjs';
import {spawnServer} from './server-process.mjs';

/**
 * @typedef {object} ClusterNode
 * @property {string} name
 * @property {number | undefined} pid
 * @property {string} url the page's address
 * @property {Promise<number>} ended its exit code
 * @property {() => Promise<boolean>} ready becomes true when it is, false when it will not be
 * @property {() => void} stop
 */

const readyWithinMs = 60_000;

/**
 * Starts a node whose lines are shown with its name before them.
 * @param {string} clone
 * @param {{name: string, port: number, opsPort: number, redisUrl: string, secret: string}} node
 * @param {NodeJS.ProcessEnv} env
 * @param {(line: string) => void} show
 * @returns {ClusterNode}
 */
export function startNode(clone, {name, port, opsPort, redisUrl, secret}, env, show) {
  // Empty is as good as not set: what somebody has in .env for a single node must not meet what a cluster needs.
  const own = {
    PARLEY_HOST: '127.0.0.1',
    PARLEY_PORT: String(port),
    PARLEY_OPS_HOST: '127.0.0.1',
    PARLEY_OPS_PORT: String(opsPort),
    PARLEY_MEDIA_PORT: '0',
    PARLEY_MEDIA_WORKERS: env['PARLEY_MEDIA_WORKERS'] || '1',
    PARLEY_NODE_NAME: name,
    PARLEY_AUTH_SECRET: secret,
    PARLEY_AUTH_PUBLIC_KEY: '',
    PARLEY_AUTH_JWKS_URL: '',
    PARLEY_TLS_CERT: '',
    PARLEY_TLS_KEY: '',
    REDIS_URL: redisUrl,
  };
  const server = spawnServer(clone, [], {...env, ...own}, 'pipe');
  for (const stream of [server.stdout, server.stderr]) {
    if (stream) createInterface({input: stream}).on('line', (line) => show(`${name} | ${readableLine(line)}`));
  }
  let over = false;
  const ended = once(server, 'exit').then(([code, signal]) => {
    over = true;
    return exitCodeOf(code, signal);
  });
  return {
    name,
    pid: server.pid,
    url: `http://127.0.0.1:${port}`,
    ended,
    async ready() {
      for (const start = performance.now(); !over && performance.now() - start < readyWithinMs; await sleep(100)) {
        if (await isReady(opsPort)) return true;
      }
      return false;
    },
    stop: () => server.kill('SIGTERM'),
  };
}

/** @param {number} opsPort */
async function isReady(opsPort) {
  try {
    const response = await fetch(`http://127.0.0.1:${opsPort}/ready`, {signal: AbortSignal.timeout(2_000)});
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}
