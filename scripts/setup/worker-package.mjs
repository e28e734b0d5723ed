import {createHash} from 'node:crypto';
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {join} from 'node:path';

/**
 * The installed mediasoup, whose worker must be of exactly its version.
 * @param {string} clone
 */
export function installedMediasoup(clone) {
  const main = createRequire(join(clone, 'media', 'package.json')).resolve('mediasoup');
  const folder = join(main, '..', '..', '..');
  const {version} = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return {folder, version: String(version)};
}

/**
 * What a finished worker is kept under: a change of any of these asks for another one.
 * @param {{version: string, platform: string, arch: string, abi: string, recipe: readonly (string | Buffer)[]}} of
 */
export function workerKey({version, platform, arch, abi, recipe}) {
  const hash = createHash('sha256');
  for (const text of recipe) hash.update(text);
  const safe = abi.replace(/[^\w.]/g, '_');
  return `${version}-${platform}-${arch}-${safe}-${hash.digest('hex').slice(0, 12)}`;
}
