import {existsSync, rmSync, writeFileSync} from 'node:fs';
import {installCommand, debianPackages} from './packages.mjs';
import {startProgress} from './progress.mjs';
import {Refusal} from './refusal.mjs';
import {runQuietly} from './run.mjs';

/**
 * @typedef {import('./packages.mjs').Need} Need
 * @typedef {import('./operating-system.mjs').System} System
 */

/** What the packages would start at the next boot.
 * @type {Partial<Record<Need, string>>} */
const services = {redis: 'redis-server', turn: 'coturn', nats: 'nats-server'};

const policyFile = '/usr/sbin/policy-rc.d';
const policy =
  '#!/bin/sh\n# Written by a set-up that is going on and removed by it: packages start no service meanwhile.\nexit 101\n';

/**
 * Installs Debian packages, as root. No service that comes with them is started, nor will it be at the next boot.
 * @param {System} system
 * @param {Need} need
 */
export async function aptInstall(system, need) {
  const packages = debianPackages(need);
  const progress = startProgress(`Installing ${packages.join(' ')} with apt-get`);
  const env = {...process.env, DEBIAN_FRONTEND: 'noninteractive'};
  const wait = '-oDPkg::Lock::Timeout=300';
  const install = [
    'install',
    '-y',
    '-q',
    '--no-install-recommends',
    wait,
    '-oDpkg::Options::=--force-confold',
    ...packages,
  ];
  const ownPolicy = !existsSync(policyFile);
  const removePolicy = () => rmSync(policyFile, {force: true});
  if (ownPolicy) {
    process.once('exit', removePolicy);
    writeFileSync(policyFile, policy, {mode: 0o755});
  }
  try {
    // An update that fails may still leave lists that are good enough.
    const update = await runQuietly('apt-get', ['update', '-q', wait], {env});
    const {code, output} = await runQuietly('apt-get', install, {env});
    const service = services[need];
    if (code === 0 && service !== undefined && ownPolicy)
      await runQuietly('systemctl', ['disable', '--quiet', service]);
    progress.end(code === 0 ? 'done' : 'failed');
    if (code !== 0) throw new Refusal(failureSentence(system, need, code, update.output + output));
  } finally {
    if (ownPolicy) {
      removePolicy();
      process.off('exit', removePolicy);
    }
  }
}

/**
 * @param {System} system
 * @param {Need} need
 * @param {number} code
 * @param {string} output
 */
function failureSentence(system, need, code, output) {
  const said = /^E: (.+)$/m.exec(output)?.[1] ?? `exit code ${code}`;
  return `apt-get could not install ${debianPackages(need).join(' ')} (${said}): mend that, run ${installCommand(system, need)} and try again.`;
}
