import {readProjectFile} from './json-file.mjs';
import {Refusal} from './refusal.mjs';
import {compareVersions} from './version.mjs';

/** The releases of uWebSockets.js that are installed, and which Node.js loads which (server/src/edge/load-uws.ts). */
const releases = [
  {name: 'uWebSockets.js', from: 0, below: 24, glibc: '2.27'},
  {name: 'uWebSockets.js-node-24', from: 24, below: Infinity, glibc: '2.38'},
];

/**
 * @typedef {object} Binary of uWebSockets.js
 * @property {number} major of Node.js
 * @property {string} glibc on Linux, the oldest that will do
 */

/**
 * The binaries of the locked uWebSockets.js for a platform; undefined where it is another distribution of it, whose own
 * loader then has the last word.
 * @param {any} lock package-lock.json
 * @param {string} platform
 * @param {string} arch
 * @returns {Binary[] | undefined}
 */
export function binariesFor(lock, platform, arch) {
  const prefix = `@uwsjs/${platform}-${arch}-`;
  const found = releases.map(({name, from, below, glibc}) => {
    const edge = lock.packages?.[`node_modules/${name}`];
    if (edge?.name !== '@uwsjs/core') return undefined;
    return Object.keys(edge.optionalDependencies ?? {})
      .filter((binary) => binary.startsWith(prefix))
      .map((binary) => ({major: Number(binary.slice(prefix.length)), glibc}))
      .filter(({major}) => major >= from && major < below);
  });
  if (found.includes(undefined)) return undefined;
  return found.flatMap((binaries) => binaries ?? []).sort((a, b) => a.major - b.major);
}

/**
 * Undefined when this Node.js will do, otherwise the sentence to stop with.
 * @param {object} found
 * @param {string} found.version
 * @param {string} found.platform
 * @param {string} found.arch
 * @param {string | undefined} found.glibc undefined: there is none
 * @param {string} found.minimum
 * @param {Binary[] | undefined} found.binaries
 */
export function nodeVersionSentence({version, platform, arch, glibc, minimum, binaries}) {
  const major = majorOf(version);
  const old = compareVersions(version, minimum) < 0;
  const fits = (/** @type {Binary} */ binary) =>
    platform !== 'linux' || (glibc !== undefined && compareVersions(glibc, binary.glibc) >= 0);
  if (!old && (binaries?.some((binary) => binary.major === major && fits(binary)) ?? true)) return undefined;
  const known = binaries ?? [];
  const usable = known.filter(fits);
  if (binaries && usable.length === 0) {
    const machine = known.length > 0 ? `${platform} without glibc 2.27 or newer` : `${platform} on ${arch}`;
    return `Parley's network layer has no binary for ${machine}: run it on Linux with glibc (x64, arm64) or macOS, or in a container.`;
  }
  const here = usable.length < known.length ? ` with this system's glibc ${glibc}` : '';
  return (
    `Parley runs on Node.js ${majorsIn(usable, minimum)}${here}, and this is ${version}: ` +
    `install one of them, for example with \`nvm install ${remedy(usable)}\` or from https://nodejs.org, and try again.`
  );
}

/** @param {string} version */
const majorOf = (version) => Number(version.replace(/^v/, '').split('.')[0]);

/**
 * Those with long-term support.
 * @param {Binary[]} binaries
 */
const supported = (binaries) => binaries.map(({major}) => major).filter((major) => major % 2 === 0);

/**
 * @param {Binary[]} binaries
 * @param {string} minimum
 */
function majorsIn(binaries, minimum) {
  const least = majorOf(minimum);
  const names = supported(binaries).flatMap((major) =>
    major < least ? [] : [major === least ? `${major} (from ${minimum})` : String(major)],
  );
  return names.length === 0 ? `${minimum} or newer` : new Intl.ListFormat('en').format(names);
}

/** @param {Binary[]} binaries */
const remedy = (binaries) => supported(binaries).at(-1) ?? 22;

/** @returns {string | undefined} */
function glibcOfThisSystem() {
  // Typed as an object without properties.
  const report = /** @type {{header?: {glibcVersionRuntime?: string}}} */ (process.report?.getReport() ?? {});
  return report.header?.glibcVersionRuntime;
}

/** @param {string} clone */
export function checkNodeVersion(clone) {
  const {version, platform, arch} = process;
  const minimum = String(readProjectFile(clone, 'package.json').engines.node).replace('>=', '');
  const binaries = binariesFor(readProjectFile(clone, 'package-lock.json'), platform, arch);
  const sentence = nodeVersionSentence({version, platform, arch, glibc: glibcOfThisSystem(), minimum, binaries});
  if (sentence) throw new Refusal(sentence);
}
