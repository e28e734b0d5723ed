import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdirSync, readFileSync} from 'node:fs';
import {connect} from 'node:net';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {Refusal} from './refusal.mjs';

/**
 * Ends redis-server and removes its folder as soon as its own stdin ends: when we close it, and also when we are killed.
 * Arguments: the folder, the command.
 */
const keeper = 'folder=$1; shift; "$@" & server=$!; cat; kill "$server" 2>/dev/null; wait "$server"; rm -rf "$folder"';

const startWithinMs = 10_000;

/**
 * A redis-server of our own on the loopback interface, with its files in the given folder, which goes when it stops.
 * @param {string} program
 * @param {string} folder is made
 * @param {number} port
 */
export async function startRedis(program, folder, port) {
  mkdirSync(folder, {recursive: true});
  const logFile = join(folder, 'redis.log');
  const pidFile = join(folder, 'redis.pid');
  const settings = {
    bind: '127.0.0.1',
    port,
    dir: folder,
    appendonly: 'yes',
    save: '',
    pidfile: pidFile,
    logfile: logFile,
  };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
  // In a process group of its own, so that a terminal's Ctrl-C leaves it there for the nodes to finish with.
  const child = spawn('sh', ['-c', keeper, 'redis', folder, program, ...args], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const ended = once(child, 'exit');
  const stop = async () => {
    child.stdin?.end();
    await ended;
  };
  for (let waitedMs = 0; !(await answers(port)); waitedMs += 50) {
    if (waitedMs > startWithinMs) {
      const log = readText(logFile).trim().split('\n').at(-1);
      await stop();
      throw new Refusal(
        `redis-server (${program}) did not start on port ${port}, its last line was "${log}": mend that and try again.`,
      );
    }
    await sleep(50);
  }
  return {url: `redis://127.0.0.1:${port}`, pid: Number(readText(pidFile)), stop};
}

/** @param {string} path */
function readText(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/**
 * @param {number} port
 * @returns {Promise<boolean>}
 */
function answers(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    const finish = (/** @type {boolean} */ result) => {
      socket.destroy();
      resolve(result);
    };
    socket.once('data', (data) => finish(data.toString().startsWith('+PONG')));
    socket.once('error', () => finish(false));
    socket.setTimeout(1_000, () => finish(false));
  });
}
