import {readFileSync, rmSync, utimesSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {isBuilt} from '../setup/build.mjs';
import {fingerprint} from '../setup/fingerprint.mjs';
import {isInstalled} from '../setup/install.mjs';
import {binariesFor} from '../setup/node-version.mjs';
import {temporaryFolder, write} from './clone-fixture.ts';

test('the fingerprint changes when a source comes, goes, grows or is touched', () => {
  const root = temporaryFolder();
  const source = write(join(root, 'server', 'src', 'main.ts'), 'a');
  const seen = [fingerprint(root, ['server'])];
  const expectChange = () => {
    const now = fingerprint(root, ['server']);
    expect(seen).not.toContain(now);
    seen.push(now);
  };
  writeFileSync(source, 'ab');
  expectChange();
  utimesSync(source, 1, 1);
  expectChange();
  write(join(root, 'server', 'src', 'more.ts'), 'a');
  expectChange();
  rmSync(source);
  expectChange();
});

test('the fingerprint is the same while only results, tests and documents change', () => {
  const root = temporaryFolder();
  write(join(root, 'server', 'src', 'main.ts'), 'a');
  const before = fingerprint(root, ['server', 'config']);
  for (const name of ['dist/main.js', 'node_modules/x/index.js', 'src/main.test.ts', 'README.md', '.types/x.d.ts']) {
    write(join(root, 'server', name), 'b');
  }
  expect(fingerprint(root, ['server', 'config'])).toBe(before);
});

test('a build is current only for the same sources and while all of its results are there', () => {
  const clone = temporaryFolder();
  write(join(clone, 'server', 'dist', 'main.js'), '');
  const stamp = write(join(clone, 'build.json'), JSON.stringify({sources: 's1', outputs: ['server/dist']}));
  expect(isBuilt(clone, stamp, 's1')).toBe(true);
  expect(isBuilt(clone, stamp, 's2')).toBe(false);
  expect(isBuilt(clone, join(clone, 'none.json'), 's1')).toBe(false);
  rmSync(join(clone, 'server', 'dist'), {recursive: true});
  expect(isBuilt(clone, stamp, 's1')).toBe(false);
});

const binary = (major: number) => ({
  version: '1.0.0',
  optional: true,
  os: ['linux'],
  cpu: ['x64'],
  engines: {node: `>=${major}.0.0 <${major + 1}.0.0`},
});
const wanted = {
  packages: {
    '': {},
    'node_modules/a': {version: '2.0.0'},
    'node_modules/edge-20': binary(20),
    'node_modules/edge-22': binary(22),
    'node_modules/musl-only': {version: '1.0.0', optional: true, os: ['linux'], cpu: ['x64']},
  },
};
const installed = {packages: {'node_modules/a': {version: '2.0.0'}, 'node_modules/edge-20': binary(20)}};
const runtime = {platform: 'linux', arch: 'x64', version: 'v20.20.2'};

test('what npm installed by hand for this Node.js is not installed again', () => {
  expect(isInstalled(wanted, installed, runtime)).toBe(true);
});

test('another Node.js, another version and a missing package each ask for an installation', () => {
  expect(isInstalled(wanted, installed, {...runtime, version: 'v22.23.3'})).toBe(false);
  const packages = {...installed.packages, 'node_modules/a': {version: '1.9.0'}};
  expect(isInstalled(wanted, {packages}, runtime)).toBe(false);
  expect(isInstalled(wanted, {packages: {}}, runtime)).toBe(false);
});

test("the project's own lock file names a binary for each supported Node.js on every supported platform", () => {
  const lock: unknown = JSON.parse(readFileSync(join(import.meta.dirname, '..', '..', 'package-lock.json'), 'utf8'));
  for (const [platform, arch] of [
    ['linux', 'x64'],
    ['linux', 'arm64'],
    ['darwin', 'arm64'],
  ] as const) {
    const binaries = binariesFor(lock, platform, arch);
    expect(binaries).toEqual(expect.arrayContaining([20, 22].map((major) => ({major, glibc: '2.27'}))));
    expect(binaries).toEqual(expect.arrayContaining([24, 26].map((major) => ({major, glibc: '2.38'}))));
    expect(new Set(binaries?.map(({major}) => major)).size).toBe(binaries?.length);
  }
  expect(binariesFor(lock, 'freebsd', 'x64')).toEqual([]);
});
