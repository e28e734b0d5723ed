import {chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import os from 'node:os';
import {join} from 'node:path';
import {canCompile, compileWorker, recipeFiles} from '../media-worker/compile.mjs';
import {aptInstall} from './apt.mjs';
import {cacheFolder} from './cache-folder.mjs';
import {withLock} from './lock.mjs';
import {thisSystem} from './operating-system.mjs';
import {installsItself, missingSentence} from './packages.mjs';
import {fetchPrebuilt, prebuiltName} from './prebuilt-worker.mjs';
import {say, startProgress} from './progress.mjs';
import {Refusal} from './refusal.mjs';
import {startsAsWorker} from './worker-check.mjs';
import {installedMediasoup, workerKey} from './worker-package.mjs';

/**
 * The path of a media worker that starts: the one that MEDIASOUP_WORKER_BIN names, the one in the user's cache folder,
 * upstream's prebuilt one, or one that is compiled here, in this order. The last two are kept in the cache.
 * @param {string} clone
 * @param {{retry?: boolean}} [options] `retry`: compile even if the same recipe failed here before
 * @returns {Promise<string>}
 * @throws {Refusal} with how to get one
 */
export async function obtainWorker(clone, {retry = false} = {}) {
  const given = process.env['MEDIASOUP_WORKER_BIN'];
  if (given) return checkGiven(given);
  const system = thisSystem();
  const mediasoup = installedMediasoup(clone);
  const recipe = recipeFiles.map((path) => readFileSync(path));
  const key = workerKey({
    version: mediasoup.version,
    platform: process.platform,
    arch: process.arch,
    abi: system.abi,
    recipe,
  });
  const home = join(cacheFolder(), 'media-worker', key);
  const path = join(home, 'mediasoup-worker');
  if (await startsAsWorker(path)) return path;

  const waiting = () => say('Another process is obtaining the media worker; waiting for it.');
  return withLock(`${home}.lock`, waiting, async () => {
    if (await startsAsWorker(path)) return path;
    if (existsSync(path)) say('The media worker in the cache does not start any more and is replaced.');
    const building = `${home}.building`;
    const fresh = () => {
      rmSync(building, {recursive: true, force: true});
      mkdirSync(building, {recursive: true});
    };
    const made = join(building, 'mediasoup-worker');
    try {
      fresh();
      const name = prebuiltName(mediasoup.version, process.platform, process.arch, os.release());
      const fetched = await fetchPrebuilt(mediasoup.version, name, building);
      if (fetched) chmodSync(made, 0o755);
      if (!fetched || !(await startsAsWorker(made))) {
        fresh();
        await compileHere(mediasoup.folder, building, `${home}.failed.log`, retry);
      }
      if (!(await startsAsWorker(made)))
        throw new Refusal(
          'The media worker was compiled but does not start here: set MEDIASOUP_WORKER_BIN to one that does.',
        );
      mkdirSync(home, {recursive: true});
      renameSync(made, path);
    } finally {
      rmSync(building, {recursive: true, force: true});
    }
    return path;
  });
}

/** @param {string} given */
async function checkGiven(given) {
  if (await startsAsWorker(given)) return given;
  const fault = existsSync(given) ? 'which does not start as a mediasoup worker here' : 'which does not exist';
  throw new Refusal(
    `MEDIASOUP_WORKER_BIN names ${given}, ${fault}: correct it, or unset it to have a worker obtained.`,
  );
}

/**
 * @param {string} packageFolder
 * @param {string} building
 * @param {string} logFile where the compiler's text is kept; while it exists nothing is tried again unasked
 * @param {boolean} retry
 */
async function compileHere(packageFolder, building, logFile, retry) {
  const failed = `The media worker could not be compiled here (the compiler's text is in ${logFile}): mend that and run \`node scripts/media-worker.mjs\`, or set MEDIASOUP_WORKER_BIN to a worker from elsewhere.`;
  if (existsSync(logFile) && !retry) throw new Refusal(failed);
  if (!(await canCompile())) {
    const system = thisSystem();
    if (!installsItself(system, 'compiler'))
      throw new Refusal(missingSentence(system, 'compiler', 'Compiling the media worker'));
    await aptInstall(system, 'compiler');
  }
  say('No media worker for this machine can be downloaded, so one is compiled: once, for a minute or two.');
  const progress = startProgress('Compiling the media worker');
  try {
    await compileWorker(packageFolder, building, (text) => progress.step(text));
    rmSync(logFile, {force: true});
    progress.end('done');
  } catch (error) {
    progress.end('failed');
    writeFileSync(logFile, error instanceof Error ? error.message : String(error));
    throw new Refusal(failed);
  }
}
