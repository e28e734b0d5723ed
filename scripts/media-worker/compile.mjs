/**
 * Compiles mediasoup's media worker from the C++ sources in its npm package, against the libraries that Debian 12 and
 * its like ship. Nothing is downloaded, and the package is left as it is.
 *
 * Upstream's own build (meson) fetches each library's sources instead. It compiles every source under worker/src and
 * worker/deps/libwebrtc with one set of flags, and so does this. What the system's libraries do differently is bridged
 * by the headers in `include`, each of which says what for.
 */
import {readdirSync, symlinkSync, writeFileSync} from 'node:fs';
import os from 'node:os';
import {join} from 'node:path';
import {findProgram} from '../setup/operating-system.mjs';
import {runQuietly} from '../setup/run.mjs';

/**
 * The sources are compiled as this many files that include them: one by one takes four times as long, nearly all of it
 * spent on the same headers. They are dealt out in turn, since neighbours tend to define the same file-local names;
 * for the same reason most other counts do not compile. After an upgrade of mediasoup look for one that does.
 */
const partCount = 15;

/** What one compiler process takes at most. */
const bytesPerCompiler = 0.7e9;

const libraries = ['openssl', 'libuv', 'libsrtp2', 'absl_strings'];
/** A library of headers alone, which newer releases of Abseil leave out. */
const headerLibraries = ['absl_optional'];

const include = join(import.meta.dirname, 'include');
const warningsOff = '-w';
const definitions = ['-DNDEBUG', '-DMS_LITTLE_ENDIAN', '-DMS_EXECUTABLE'];
const folders = ['shims', '.', 'worker/include', 'worker/deps/libwebrtc', 'worker/deps/libwebrtc/libwebrtc'];

/** Files whose content decides what comes out. */
export const recipeFiles = [
  import.meta.filename,
  ...readdirSync(include, {recursive: true, encoding: 'utf8'})
    .filter((name) => name.endsWith('.h'))
    .sort()
    .map((name) => join(include, name)),
];

/** Whether compiler and libraries are there. */
export async function canCompile() {
  const programs = ['g++', 'flatc', 'pkg-config'].map((name) => findProgram(name));
  if (programs.includes(undefined)) return false;
  return (await runQuietly('pkg-config', ['--exists', 'flatbuffers', ...libraries])).code === 0;
}

/**
 * Leaves the finished program as `mediasoup-worker` in the folder.
 * @param {string} packageFolder where mediasoup is installed
 * @param {string} folder an empty one
 * @param {(text: string) => void} step told how far it is
 * @throws an Error with the compiler's text
 */
export async function compileWorker(packageFolder, folder, step) {
  // By way of links, so that no path with a blank reaches a flag or a generated file.
  symlinkSync(join(packageFolder, 'worker'), join(folder, 'worker'));
  symlinkSync(include, join(folder, 'shims'));
  const run = async (/** @type {string} */ program, /** @type {string[]} */ args) => {
    const {code, output} = await runQuietly(program, args, {cwd: folder});
    if (code !== 0) throw new Error(`${[program, ...args].join(' ')}\n${output}`);
    return output;
  };
  const flags = async (/** @type {string} */ kind) =>
    (await run('pkg-config', [kind, ...used])).split(/\s+/).filter(Boolean);
  const has = async (/** @type {string} */ name) => (await runQuietly('pkg-config', ['--exists', name])).code === 0;
  const used = [...libraries];
  for (const name of headerLibraries) if (await has(name)) used.push(name);

  const schemas = readdirSync(join(packageFolder, 'worker', 'fbs')).filter((name) => name.endsWith('.fbs'));
  const naming = ['--cpp-field-case-style', 'lower', '--reflect-names', '--scoped-enums', '--filename-suffix', ''];
  await run('flatc', ['--cpp', ...naming, '-o', 'FBS', ...schemas.map((name) => `worker/fbs/${name}`)]);

  const parts = writeParts(packageFolder, folder);
  const options = ['-std=c++20', '-O2', '-pthread', warningsOff, ...definitions, ...folders.map((name) => `-I${name}`)];
  const cflags = [...options, ...(await flags('--cflags'))];
  let done = 0;
  const waiting = [...parts];
  const compileNext = async () => {
    for (let part = waiting.shift(); part; part = waiting.shift()) {
      await run('g++', [...cflags, '-c', part]).catch((error) => {
        waiting.length = 0;
        throw error;
      });
      done += 1;
      step(`${done} of ${parts.length} parts (${Math.floor((100 * done) / parts.length)} %)`);
    }
  };
  await Promise.all(Array.from({length: compilerCount()}, compileNext));
  const objects = parts.map((part) => part.replace('.cpp', '.o'));
  await run('g++', ['-s', '-pthread', '-o', 'mediasoup-worker', ...objects, ...(await flags('--libs'))]);
}

/**
 * @param {string} packageFolder
 * @param {string} folder
 */
function writeParts(packageFolder, folder) {
  const under = (/** @type {string} */ root, /** @type {string} */ suffix) =>
    readdirSync(join(packageFolder, root), {recursive: true, encoding: 'utf8'})
      .filter((name) => name.endsWith(suffix))
      .map((name) => `${root}/${name}`);
  const sources = [...under('worker/src', '.cpp'), ...under('worker/deps/libwebrtc', '.cc')].sort();
  // Every source defines MS_CLASS, for its log lines.
  const lines = sources.map((source) => `#undef MS_CLASS\n#include "${source}"\n`);
  return Array.from({length: partCount}, (_, part) => {
    writeFileSync(
      join(folder, `${part}.cpp`),
      lines.filter((_line, index) => (index + 1) % partCount === part).join(''),
    );
    return `${part}.cpp`;
  });
}

function compilerCount() {
  const memory = process.availableMemory?.() ?? os.freemem();
  return Math.max(1, Math.min(os.availableParallelism(), Math.floor(memory / bytesPerCompiler)));
}
