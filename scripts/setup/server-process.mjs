import {spawn} from 'node:child_process';
import {join} from 'node:path';

const lifeline = import.meta.resolve('./lifeline.mjs');

/**
 * Starts a node from the built server, in a process group of its own: a terminal's Ctrl-C reaches every process of a
 * group and npm passes it on once more, which the node would take for the second signal, the one that forces.
 * @param {string} clone
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @param {'inherit' | 'pipe'} output
 */
export function spawnServer(clone, args, env, output) {
  const main = join(clone, 'server', 'dist', 'main.js');
  return spawn(process.execPath, ['--import', lifeline, main, ...args], {
    cwd: clone,
    env,
    detached: true,
    stdio: ['ignore', output, output, 'ipc'],
  });
}

const sameRequestMs = 1_000;

/**
 * Calls back for each request to stop: at the first signal, and at later ones unless they follow at once, which is
 * one Ctrl-C that arrives by two ways.
 * @param {(signal: NodeJS.Signals) => void} stop
 */
export function onStopRequest(stop) {
  let last = -Infinity;
  for (const name of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(name, (signal) => {
      const now = performance.now();
      if (now - last < sameRequestMs) return;
      last = now;
      stop(signal);
    });
  }
}
