import {spawnSync} from 'node:child_process';
import {existsSync} from 'node:fs';
import {aptInstall} from './apt.mjs';
import {findProgram, thisSystem} from './operating-system.mjs';
import {installsItself, missingSentence} from './packages.mjs';
import {say} from './progress.mjs';
import {Refusal} from './refusal.mjs';

const macApplications = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

const findRedis = () => findProgram('redis-server', 'valkey-server');
const findChromium = () =>
  findProgram('chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable') ??
  macApplications.find((path) => existsSync(path));

// The system's own comes first: another one on PATH does not see the packages that the system installs.
const findPython = () =>
  ['/usr/bin/python3', findProgram('python3')].find(
    (path) =>
      path !== undefined &&
      existsSync(path) &&
      spawnSync(path, ['-c', 'import socketio, websocket, requests'], {stdio: 'ignore'}).status === 0,
  );

/**
 * The path of a redis-server, which is installed where set-up may do so.
 * @param {string} what what needs it
 */
export const needRedis = (what) => need('redis', what, 'REDIS_SERVER_BIN', findRedis);

/**
 * The path of a Chromium or Chrome, which is installed where set-up may do so.
 * @param {string} what what needs it
 */
export const needChromium = (what) => need('chromium', what, 'CHROMIUM_BIN', findChromium);

/**
 * The path of coturn's server, which is installed where set-up may do so.
 * @param {string} what what needs it
 */
export const needTurn = (what) => need('turn', what, 'TURNSERVER_BIN', () => findProgram('turnserver'));

/**
 * The path of ffmpeg, with ffprobe beside it, which is installed where set-up may do so.
 * @param {string} what what needs it
 */
export const needFfmpeg = (what) => need('ffmpeg', what, 'PARLEY_FFMPEG_BIN', () => findProgram('ffmpeg'));

/**
 * The path of a nats-server, which is installed where set-up may do so; undefined where there is none, and that is said:
 * not every system has a package of it, and what needs it is left out.
 * @param {string} what what would need it
 */
export async function wishNats(what) {
  try {
    return await need('nats', what, 'NATS_SERVER_BIN', () => findProgram('nats-server'));
  } catch (error) {
    if (!(error instanceof Refusal) || process.env['NATS_SERVER_BIN']) throw error;
    say(`${what} goes on without NATS. ${error.message}`);
    return undefined;
  }
}

/**
 * The path of a Python that has a Socket.IO client, which is installed where set-up may do so.
 * @param {string} what what needs it
 */
export const needPython = (what) => need('python', what, 'PYTHON_BIN', findPython);

/**
 * @param {import('./packages.mjs').Need} name
 * @param {string} what
 * @param {string} variable names another one to use
 * @param {() => string | undefined} find
 */
async function need(name, what, variable, find) {
  const given = process.env[variable];
  if (given && !existsSync(given)) {
    throw new Refusal(`${variable} names ${given}, which does not exist: correct it or unset it, and try again.`);
  }
  const found = given ?? find();
  if (found) return found;
  const system = thisSystem();
  if (!installsItself(system, name)) throw new Refusal(missingSentence(system, name, what));
  await aptInstall(system, name);
  const installed = find();
  if (installed) return installed;
  throw new Refusal(missingSentence(system, name, what));
}
