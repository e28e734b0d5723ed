import {createHash} from 'node:crypto';
import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {say} from './progress.mjs';
import {Refusal} from './refusal.mjs';
import {npmCommand, runShown} from './run.mjs';
import {inRange} from './version.mjs';

/**
 * @typedef {{version?: string, optional?: boolean, os?: string[], cpu?: string[], engines?: {node?: string}}} Entry
 * @typedef {{packages: Record<string, Entry>}} Lock
 * @typedef {{platform: string, arch: string, version: string}} Runtime
 */

/**
 * Whether what npm wrote down as installed is what the lock file asks for on this machine. Somebody who installs by
 * hand is served by it; `npm ci` writes that file last, so that a broken-off installation does not pass.
 * @param {Lock} wanted package-lock.json
 * @param {Lock} installed node_modules/.package-lock.json
 * @param {Runtime} runtime
 */
export function isInstalled(wanted, installed, {platform, arch, version}) {
  return Object.entries(wanted.packages).every(([path, entry]) => {
    if (!path.includes('node_modules/')) return true;
    const found = installed.packages[path];
    if (found) return found.version === entry.version;
    if (!entry.optional) return false;
    const fits = (entry.os?.includes(platform) ?? true) && (entry.cpu?.includes(arch) ?? true);
    // Packages that fit and are absent all the same may have been left out by npm for a reason of its own (libc).
    // Those made for single releases of Node.js tell that it is another one now than at the time of installing.
    const forOtherNode = /<\d/.test(entry.engines?.node ?? '') && inRange(version, entry.engines?.node ?? '');
    return !(fits && forOtherNode);
  });
}

/**
 * Installs the dependencies unless they are.
 * @param {string} clone
 */
export async function installDependencies(clone) {
  const lockText = readFileSync(join(clone, 'package-lock.json'));
  const stampFile = join(clone, 'node_modules', '.parley-installed');
  const stamp = createHash('sha256')
    .update(`${process.platform} ${process.arch} ${process.versions.modules}`)
    .update(lockText);
  const current = stamp.digest('hex');
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === current) return;
  const writtenByNpm = join(clone, 'node_modules', '.package-lock.json');
  const lock = JSON.parse(lockText.toString('utf8'));
  if (!existsSync(writtenByNpm) || !isInstalled(lock, JSON.parse(readFileSync(writtenByNpm, 'utf8')), process)) {
    await npmCi(clone);
  }
  writeFileSync(stampFile, current);
}

/** @param {string} clone */
async function npmCi(clone) {
  say('Installing the dependencies (npm ci).');
  const [program, ...args] = npmCommand();
  // The variable keeps mediasoup from looking for a worker, should install scripts be switched on.
  const env = {...process.env, MEDIASOUP_WORKER_BIN: process.env['MEDIASOUP_WORKER_BIN'] ?? 'obtained by set-up'};
  const code = await runShown(program, [...args, 'ci', '--loglevel=error', '--no-audit', '--no-fund'], {
    cwd: clone,
    env,
  });
  if (code === 0) return;
  throw new Refusal(
    `npm ci failed with exit code ${code}: see its own message above, check that the npm registry can be reached, and try again.`,
  );
}
