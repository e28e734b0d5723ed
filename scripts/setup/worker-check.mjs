import {existsSync} from 'node:fs';
import {runQuietly} from './run.mjs';

/** What the worker ends with when its parent is not mediasoup, which sets MEDIASOUP_VERSION. */
const notMyFather = 41;

/**
 * Whether this is a media worker that runs on this machine: whole, of this architecture, with all its libraries found.
 * @param {string} path
 */
export async function startsAsWorker(path) {
  if (!existsSync(path)) return false;
  const {code} = await runQuietly(path, [], {
    env: {PATH: process.env['PATH'] ?? ''},
    timeout: 5_000,
    killSignal: 'SIGKILL',
  });
  return code === notMyFather;
}
