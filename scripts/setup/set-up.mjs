import {createHash} from 'node:crypto';
import {join} from 'node:path';
import {buildProject} from './build.mjs';
import {cacheFolder} from './cache-folder.mjs';
import {installDependencies} from './install.mjs';
import {withLock} from './lock.mjs';
import {obtainWorker} from './media-worker.mjs';
import {checkNodeVersion} from './node-version.mjs';
import {say} from './progress.mjs';
import {Refusal} from './refusal.mjs';

/**
 * Everything between a fresh clone and a server that can be started; what is there already is used.
 * @param {string} clone
 * @returns {Promise<{worker: string} | {worker: undefined, withoutWorker: string}>} the media worker's path, or why
 *   there is none and how to get one
 */
export async function setUp(clone) {
  checkNodeVersion(clone);
  const name = createHash('sha256').update(clone).digest('hex').slice(0, 12);
  const waiting = () => say('Another process sets up this clone; waiting for it.');
  return withLock(join(cacheFolder(), 'locks', `${name}.lock`), waiting, async () => {
    await installDependencies(clone);
    const worker = await workerOrReason(clone);
    await buildProject(clone);
    return worker;
  });
}

/** @param {string} clone */
async function workerOrReason(clone) {
  try {
    return {worker: await obtainWorker(clone)};
  } catch (error) {
    // One that was asked for by name and is not there is a mistake; having none is a mode of operation.
    if (!(error instanceof Refusal) || process.env['MEDIASOUP_WORKER_BIN']) throw error;
    return {worker: undefined, withoutWorker: error.message};
  }
}

/**
 * The environment for what is started after set-up.
 * @param {string | undefined} worker
 */
export const environmentWith = (worker) => (worker ? {...process.env, MEDIASOUP_WORKER_BIN: worker} : {...process.env});

/**
 * What to say when a server is started without a media worker.
 * @param {string} reason
 */
export const callsOff = (reason) =>
  `Chat and push work, calls are off: ${reason.charAt(0).toLowerCase()}${reason.slice(1)}`;
