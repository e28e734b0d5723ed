import {existsSync, readFileSync} from 'node:fs';
import os from 'node:os';
import {delimiter, join} from 'node:path';

/**
 * @typedef {'debian' | 'ubuntu' | 'fedora' | 'macos' | 'other'} Family
 *
 * @typedef {object} System
 * @property {Family} family whose package manager and package names apply
 * @property {string} abi what a program compiled here depends on, e.g. "debian12"
 * @property {boolean} root
 * @property {boolean} apt whether apt-get is there
 */

/**
 * @param {string} platform
 * @param {string} release os.release(); the kernel's version
 * @param {string} osRelease the text of /etc/os-release, where there is one
 * @param {boolean} root
 * @param {boolean} apt
 * @returns {System}
 */
export function detectSystem(platform, release, osRelease, root, apt) {
  if (platform === 'darwin') return {family: 'macos', abi: `darwin${release.split('.')[0]}`, root, apt};
  const field = (/** @type {string} */ name) =>
    new RegExp(`^${name}=["']?([^"'\n]*)`, 'm').exec(osRelease)?.[1]?.toLowerCase() ?? '';
  const ids = [field('ID'), ...field('ID_LIKE').split(' ')];
  const known = /** @type {const} */ (['ubuntu', 'debian', 'fedora']).find((id) => ids.includes(id));
  const family = known ?? (ids.includes('rhel') ? 'fedora' : 'other');
  return {family, abi: (field('ID') || platform) + field('VERSION_ID'), root, apt};
}

/** @returns {System} */
export function thisSystem() {
  const text = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  return detectSystem(
    process.platform,
    os.release(),
    text,
    process.getuid?.() === 0,
    findProgram('apt-get') !== undefined,
  );
}

/**
 * The full path of the first of these programs that is on PATH.
 * @param {...string} names
 */
export function findProgram(...names) {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter(Boolean);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path));
}
