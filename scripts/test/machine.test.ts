import {expect, test} from 'vitest';
import {cacheFolder} from '../setup/cache-folder.mjs';
import {nodeVersionSentence} from '../setup/node-version.mjs';
import {detectSystem} from '../setup/operating-system.mjs';
import {installCommand, installsItself, missingSentence} from '../setup/packages.mjs';
import {inRange} from '../setup/version.mjs';

const linux = (osRelease: string, root = true, apt = true) => detectSystem('linux', '6.1.0', osRelease, root, apt);
const debian = linux('PRETTY_NAME="Debian GNU/Linux 12"\nVERSION_ID="12"\nID=debian\n');
const mint = linux('ID=linuxmint\nID_LIKE="ubuntu debian"\nVERSION_ID="22"\n');
const rocky = linux('ID="rocky"\nID_LIKE="rhel centos fedora"\nVERSION_ID="9.4"\n', false, false);
const mac = detectSystem('darwin', '24.1.0', '', false, false);

test('a system is known by its own id or by the family it says it is like', () => {
  expect(debian).toMatchObject({family: 'debian', abi: 'debian12'});
  expect(mint).toMatchObject({family: 'ubuntu', abi: 'linuxmint22'});
  expect(rocky).toMatchObject({family: 'fedora', abi: 'rocky9.4'});
  expect(mac).toMatchObject({family: 'macos', abi: 'darwin24'});
  expect(linux('ID=alpine\nVERSION_ID=3.24.1\n').family).toBe('other');
  expect(linux('').family).toBe('other');
});

test('set-up installs packages only as root on Debian and Ubuntu, and no snap', () => {
  expect(installsItself(debian, 'chromium')).toBe(true);
  expect(installsItself(mint, 'redis')).toBe(true);
  expect(installsItself(mint, 'chromium')).toBe(false);
  expect(installsItself({...debian, root: false}, 'redis')).toBe(false);
  expect(installsItself({...debian, apt: false}, 'redis')).toBe(false);
  expect(installsItself({...rocky, root: true}, 'redis')).toBe(false);
});

test('the remedy is the command of this very system, with sudo where it is needed', () => {
  expect(installCommand({...debian, root: false}, 'redis')).toBe(
    '`sudo apt-get update && sudo apt-get install -y --no-install-recommends redis-server`',
  );
  expect(installCommand(debian, 'redis')).not.toContain('sudo');
  expect(installCommand(rocky, 'compiler')).toMatch(/^`sudo dnf install -y gcc-c\+\+ .*libsrtp-devel/);
  expect(installCommand(mac, 'chromium')).toBe('`brew install --cask chromium`');
  expect(installCommand(mint, 'chromium')).toBe('`snap install chromium`');
});

test('on an unknown system the remedy names the commands of all known ones', () => {
  const command = installCommand(linux('ID=alpine\n', false), 'compiler');
  for (const word of ['on Debian/Ubuntu `sudo apt-get', 'on Fedora `sudo dnf', 'on macOS `brew'])
    expect(command).toContain(word);
});

test('what is missing is one sentence with its remedy', () => {
  const sentence = missingSentence({...debian, root: false}, 'redis', 'A cluster');
  expect(sentence).toMatch(/^A cluster needs redis-server: run `sudo apt-get .*` and try again\.$/);
});

const binaries = [20, 22, 23].map((major) => ({major, glibc: '2.27'}));
const later = [24, 26].map((major) => ({major, glibc: '2.38'}));
const found = {
  version: 'v20.20.2',
  platform: 'linux',
  arch: 'x64',
  glibc: '2.41',
  minimum: '20.19',
  binaries: [...binaries, ...later],
};

test.each(['v20.19.0', 'v20.20.2', 'v22.23.3', 'v24.21.0', 'v26.10.0'])('Node.js %s will do', (version) => {
  expect(nodeVersionSentence({...found, version})).toBeUndefined();
});

test.each(['v18.20.4', 'v20.18.3', 'v21.7.0', 'v25.1.0', 'v28.0.0'])(
  'Node.js %s is refused in one sentence that names a remedy',
  (version) => {
    expect(nodeVersionSentence({...found, version})).toBe(
      `Parley runs on Node.js 20 (from 20.19), 22, 24, and 26, and this is ${version}: ` +
        'install one of them, for example with `nvm install 26` or from https://nodejs.org, and try again.',
    );
  },
);

test('an older C library leaves the older ones, and is named', () => {
  expect(nodeVersionSentence({...found, glibc: '2.36', version: 'v22.23.3'})).toBeUndefined();
  expect(nodeVersionSentence({...found, glibc: '2.36', version: 'v24.21.0'})).toBe(
    "Parley runs on Node.js 20 (from 20.19) and 22 with this system's glibc 2.36, and this is v24.21.0: " +
      'install one of them, for example with `nvm install 22` or from https://nodejs.org, and try again.',
  );
  expect(nodeVersionSentence({...found, glibc: undefined})).toContain('no binary for linux without glibc 2.27');
});

test('a system without a C library of that name is not asked for it', () => {
  expect(nodeVersionSentence({...found, platform: 'darwin', glibc: undefined, version: 'v24.21.0'})).toBeUndefined();
});

test('another build of the network layer may bring other Node.js versions', () => {
  expect(nodeVersionSentence({...found, version: 'v28.1.0', binaries: undefined})).toBeUndefined();
  expect(nodeVersionSentence({...found, version: 'v18.1.0', binaries: undefined})).toContain('Node.js 20.19 or newer');
});

test('a platform without any binary of the network layer is named', () => {
  expect(nodeVersionSentence({...found, platform: 'freebsd', binaries: []})).toContain('no binary for freebsd on x64');
});

test('a range has a lower bound that is in it and an upper one that is not', () => {
  expect(inRange('v20.19.0', '>=20.19')).toBe(true);
  expect(inRange('20.18.9', '>=20.19')).toBe(false);
  expect(inRange('v21.0.0', '>=20.0.0 <21.0.0')).toBe(false);
  expect(inRange('v20.99.9', '>=20.0.0 <21.0.0')).toBe(true);
});

test("the cache is in the user's cache folder", () => {
  expect(cacheFolder({platform: 'linux', home: '/home/a', xdgCacheHome: undefined})).toBe('/home/a/.cache/parley');
  expect(cacheFolder({platform: 'linux', home: '/home/a', xdgCacheHome: '/var/c'})).toBe('/var/c/parley');
  expect(cacheFolder({platform: 'linux', home: '/home/a', xdgCacheHome: 'relative'})).toBe('/home/a/.cache/parley');
  expect(cacheFolder({platform: 'darwin', home: '/Users/a', xdgCacheHome: undefined})).toBe(
    '/Users/a/Library/Caches/parley',
  );
});
