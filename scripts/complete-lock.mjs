/**
 * Completes package-lock.json with the optional platform packages that npm left out.
 *
 * npm writes only those platform packages that the registry in use offers at the time. A lock made behind a partial
 * mirror therefore lacks some, and `npm ci` then refuses it ("Missing … from lock file"). Each package of the lock
 * names its optional dependencies with exact versions, so that the missing entries can be written from what is there.
 *
 * Run after `npm install` has changed the lock: `node scripts/complete-lock.mjs`. With `--check` it changes nothing,
 * lists what is missing and fails if anything is.
 */
import {readFileSync, writeFileSync} from 'node:fs';

const systems = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'];
const processors = ['arm', 'arm64', 'ia32', 'loong64', 'ppc64', 'riscv64', 's390x', 'x64'];

/** Of processors, in the names of packages. */
const otherNames = {armv7: 'arm', aarch64: 'arm64'};

/** What npm would have written for a platform package, read from its name (`…/binding-linux-arm64-musl`). */
function platformEntry(name, version, parent, packages) {
  const words = name.split('/').at(-1).split('-');
  const os = words.find((word) => systems.includes(word));
  const cpu = words.map((word) => otherNames[word] ?? word).find((word) => processors.includes(word));
  if (os === undefined || cpu === undefined) throw new Error(`${name}: no platform can be read from this name.`);
  // @uwsjs publishes one package for each Node major, the last word of its name; its Linux builds need glibc.
  const major = name.startsWith('@uwsjs/') ? Number(words.at(-1)) : undefined;
  const musl = words.some((word) => word.startsWith('musl'));
  const glibc = words.some((word) => word.startsWith('gnu')) || major !== undefined;
  const libc = os !== 'linux' ? undefined : musl ? 'musl' : glibc ? 'glibc' : undefined;
  const sibling = Object.keys(parent.optionalDependencies)
    .map((other) => packages[`node_modules/${other}`])
    .find((entry) => entry !== undefined);
  const engines = major === undefined ? sibling?.engines : {node: `>=${major}.0.0 <${major + 1}.0.0`};
  return {
    version,
    cpu: [cpu],
    ...(libc === undefined ? {} : {libc: [libc]}),
    ...(sibling?.dev === true ? {dev: true} : {}),
    ...(sibling?.license === undefined ? {} : {license: sibling.license}),
    optional: true,
    os: [os],
    ...(engines === undefined ? {} : {engines}),
  };
}

/**
 * Where npm looks for a dependency of the package at `path`, the nearest place first: where it is, or where it is to go,
 * which is within that package if another version has the place of all.
 */
function placeOf(name, version, path, packages) {
  const own = `${path}/node_modules/${name}`;
  const shared = `node_modules/${name}`;
  if (own in packages) return own;
  // Versions are compared only where one is exact, as those of platform packages are.
  const taken = packages[shared]?.version;
  return path === '' || taken === undefined || taken === version || !/^\d/.test(version) ? shared : own;
}

const file = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(file, 'utf8'));
const missing = Object.entries(lock.packages).flatMap(([path, parent]) =>
  Object.entries(parent.optionalDependencies ?? {})
    .map(([name, version]) => ({name, version, parent, place: placeOf(name, version, path, lock.packages)}))
    .filter(({place}) => !(place in lock.packages)),
);

if (process.argv.includes('--check')) {
  for (const {name, version} of missing) console.error(`package-lock.json lacks ${name}@${version}`);
  process.exitCode = missing.length === 0 ? 0 : 1;
} else if (missing.length > 0) {
  const added = missing.map(({name, version, parent, place}) => [
    place,
    platformEntry(name, version, parent, lock.packages),
  ]);
  const entries = [...Object.entries(lock.packages), ...added];
  lock.packages = Object.fromEntries(entries.sort(([a], [b]) => a.localeCompare(b, 'en')));
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(`Added ${missing.length} entries: ${missing.map(({name}) => name).join(', ')}`);
}
