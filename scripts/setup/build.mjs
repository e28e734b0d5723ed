import {existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fingerprint} from './fingerprint.mjs';
import {readProjectFile} from './json-file.mjs';
import {startProgress} from './progress.mjs';
import {Refusal} from './refusal.mjs';
import {npmCommand, runQuietly} from './run.mjs';

/** @typedef {{sources: string, outputs: string[]}} Stamp */

/**
 * Builds unless nothing that goes into the build has changed since the last time and its results are all there.
 * @param {string} clone
 */
export async function buildProject(clone) {
  const workspaces = /** @type {string[]} */ (readProjectFile(clone, 'package.json').workspaces);
  const inputs = ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json', 'config', ...workspaces];
  const stampFile = join(clone, 'node_modules', '.cache', 'parley', 'build.json');
  // Taken before the build: what is saved while it runs is built the next time.
  const sources = fingerprint(clone, inputs);
  if (isBuilt(clone, stampFile, sources)) return;
  const progress = startProgress('Building');
  const [program, ...args] = npmCommand();
  const {code, output} = await runQuietly(program, [...args, 'run', '--silent', 'build'], {cwd: clone});
  progress.end(code === 0 ? 'done' : 'failed');
  if (code !== 0) {
    process.stderr.write(output);
    throw new Refusal(
      'The build failed: see the messages above, correct them or return to a clean checkout, and try again.',
    );
  }
  const outputs = workspaces.map((workspace) => `${workspace}/dist`).filter((path) => existsSync(join(clone, path)));
  mkdirSync(dirname(stampFile), {recursive: true});
  writeFileSync(stampFile, JSON.stringify({sources, outputs}));
}

/**
 * @param {string} clone
 * @param {string} stampFile
 * @param {string} sources
 */
export function isBuilt(clone, stampFile, sources) {
  if (!existsSync(stampFile)) return false;
  const stamp = /** @type {Stamp} */ (JSON.parse(readFileSync(stampFile, 'utf8')));
  return stamp.sources === sources && stamp.outputs.every((path) => existsSync(join(clone, path)));
}
