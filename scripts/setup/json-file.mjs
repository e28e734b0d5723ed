import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {Refusal} from './refusal.mjs';

/**
 * One of the project's own JSON files, parsed.
 * @param {string} clone
 * @param {string} name
 * @returns {any}
 */
export function readProjectFile(clone, name) {
  const path = join(clone, name);
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    const fault = existsSync(path) ? 'is no valid JSON' : 'is missing';
    throw new Refusal(`${path} ${fault}: restore it, for example with \`git checkout -- ${name}\`, and try again.`);
  }
}
