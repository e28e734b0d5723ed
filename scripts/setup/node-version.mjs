import {readProjectFile} from './json-file.mjs';
import {Refusal} from './refusal.mjs';
import {compareVersions} from './version.mjs';

/**
 * The Node.js majors for which the locked uWebSockets.js has a binary; undefined where it is another distribution of
 * it, whose own loader then has the last word.
 * @param {any} lock package-lock.json
 * @param {string} platform
 * @param {string} arch
 * @returns {number[] | undefined}
 */
export function majorsWithBinary(lock, platform, arch) {
  const edge = lock.packages?.['node_modules/uWebSockets.js'];
  if (edge?.name !== '@uwsjs/core') return undefined;
  const prefix = `@uwsjs/${platform}-${arch}-`;
  const names = Object.keys(edge.optionalDependencies ?? {}).filter((name) => name.startsWith(prefix));
  return names.map((name) => Number(name.slice(prefix.length))).sort((a, b) => a - b);
}

/**
 * Undefined when this Node.js will do, otherwise the sentence to stop with.
 * @param {{version: string, platform: string, arch: string, minimum: string, majors: number[] | undefined}} found
 */
export function nodeVersionSentence({version, platform, arch, minimum, majors}) {
  const old = compareVersions(version, minimum) < 0;
  const major = Number(version.replace(/^v/, '').split('.')[0]);
  if (!old && (majors === undefined || majors.includes(major))) return undefined;
  if (majors?.length === 0) {
    return `Parley's network layer has no binary for ${platform} on ${arch}: run it on Linux (x64, arm64) or macOS, or in a container.`;
  }
  return (
    `Parley runs on Node.js 20 (from ${minimum}) and 22, and this is ${version}: ` +
    'install one of them, for example with `nvm install 22 && nvm use 22` or from https://nodejs.org, and try again.'
  );
}

/** @param {string} clone */
export function checkNodeVersion(clone) {
  const {version, platform, arch} = process;
  const minimum = String(readProjectFile(clone, 'package.json').engines.node).replace('>=', '');
  const majors = majorsWithBinary(readProjectFile(clone, 'package-lock.json'), platform, arch);
  const sentence = nodeVersionSentence({version, platform, arch, minimum, majors});
  if (sentence) throw new Refusal(sentence);
}
