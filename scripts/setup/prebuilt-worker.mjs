import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {runQuietly} from './run.mjs';

const releases = 'https://github.com/versatica/mediasoup/releases/download';
const answerWithinMs = 4_000;
const downloadWithinMs = 60_000;

/**
 * The file that upstream publishes for a platform, where it does.
 * @param {string} version mediasoup's
 * @param {string} platform
 * @param {string} arch
 * @param {string} release os.release()
 */
export function prebuiltName(version, platform, arch, release) {
  const kernel = platform === 'linux' ? `-kernel${release.split('.')[0]}` : '';
  return `mediasoup-worker-${version}-${platform}-${arch}${kernel}.tgz`;
}

/**
 * Fetches upstream's prebuilt worker into the folder, as `mediasoup-worker`. Heeds the same two variables as mediasoup's
 * own installer.
 * @param {string} version
 * @param {string} name
 * @param {string} folder
 * @returns {Promise<boolean>} false wherever it cannot be had within seconds
 */
export async function fetchPrebuilt(version, name, folder) {
  if (process.env['MEDIASOUP_SKIP_WORKER_PREBUILT_DOWNLOAD']) return false;
  const base = process.env['MEDIASOUP_WORKER_PREBUILT_DOWNLOAD_BASE_URL'] || releases;
  const archive = await download(`${base}/${version}/${name}`).catch(() => undefined);
  if (!archive) return false;
  writeFileSync(join(folder, name), archive);
  const {code} = await runQuietly('tar', ['-xzf', name, 'mediasoup-worker'], {cwd: folder});
  return code === 0;
}

/** @param {string} url */
async function download(url) {
  const abort = new AbortController();
  const answer = setTimeout(() => abort.abort(), answerWithinMs);
  const whole = setTimeout(() => abort.abort(), downloadWithinMs);
  try {
    const response = await fetch(url, {signal: abort.signal});
    clearTimeout(answer);
    return response.ok ? Buffer.from(await response.arrayBuffer()) : undefined;
  } finally {
    clearTimeout(answer);
    clearTimeout(whole);
  }
}
