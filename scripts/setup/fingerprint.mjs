import {createHash} from 'node:crypto';
import {lstatSync, readdirSync} from 'node:fs';
import {join} from 'node:path';

/** Made by builds and tests, or by hand beside the code: never a reason to build again. */
const skippedFolders = new Set(['node_modules', 'dist', 'coverage', 'test', 'docs']);

/** @param {string} name */
const skipped = (name) =>
  skippedFolders.has(name) || name.startsWith('.') || /\.(test\.tsx?|md|tsbuildinfo|log)$/.test(name);

/**
 * Changes when a file of these files and folders comes, goes, or is written: by names, sizes and times, so that it
 * costs milliseconds. What is not there counts as absent.
 * @param {string} root
 * @param {readonly string[]} paths relative to the root
 */
export function fingerprint(root, paths) {
  const hash = createHash('sha256');
  const visit = (/** @type {string} */ path) => {
    const stat = lstatSync(join(root, path), {throwIfNoEntry: false});
    if (!stat?.isDirectory()) {
      hash.update(`${path}\0${stat ? `${stat.size} ${stat.mtimeMs}` : 'absent'}\n`);
      return;
    }
    for (const name of readdirSync(join(root, path)).sort()) if (!skipped(name)) visit(`${path}/${name}`);
  };
  paths.forEach(visit);
  return hash.digest('hex');
}
