import {mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync} from 'node:fs';
import {dirname} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {exitCodeOf} from './run.mjs';

const heartbeatMs = 2_000;
const staleMs = 15_000;

/**
 * Runs an action while no other process runs one under the same lock file. The holder touches the file as long as it
 * lives; one that was killed is followed after 15 s. Two that find a dead holder at the same instant might both go on:
 * what is done under the lock ends in an atomic rename or is repeated by a later run, so that costs time and no more.
 * @template T
 * @param {string} path
 * @param {() => void} waiting told once, when another process holds the lock
 * @param {() => Promise<T>} action
 * @returns {Promise<T>}
 */
export async function withLock(path, waiting, action) {
  mkdirSync(dirname(path), {recursive: true});
  for (let told = false; !take(path); await sleep(200)) {
    if (isStale(path)) {
      rmSync(path, {force: true});
    } else if (!told) {
      told = true;
      waiting();
    }
  }
  const heartbeat = setInterval(() => touch(path), heartbeatMs);
  const release = () => rmSync(path, {force: true});
  const interrupted = (/** @type {NodeJS.Signals} */ signal) => process.exit(exitCodeOf(null, signal));
  process.once('exit', release).once('SIGINT', interrupted).once('SIGTERM', interrupted);
  try {
    return await action();
  } finally {
    clearInterval(heartbeat);
    process.off('exit', release).off('SIGINT', interrupted).off('SIGTERM', interrupted);
    release();
  }
}

/** @param {string} path */
function take(path) {
  try {
    writeFileSync(path, String(process.pid), {flag: 'wx'});
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * By age, not by process id: a cache folder may be shared by containers, each with process ids of its own.
 * @param {string} path
 */
function isStale(path) {
  try {
    return Date.now() - statSync(path).mtimeMs > staleMs;
  } catch {
    return false;
  }
}

/** @param {string} path */
function touch(path) {
  try {
    if (readFileSync(path, 'utf8') === String(process.pid)) utimesSync(path, new Date(), new Date());
  } catch {
    // Taken away by hand; the next one who asks gets it.
  }
}
