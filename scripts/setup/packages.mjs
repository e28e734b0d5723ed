/**
 * What may have to be installed on the machine, by the name that each package manager knows it under.
 *
 * @typedef {'compiler' | 'redis' | 'chromium' | 'turn' | 'python' | 'ffmpeg' | 'nats'} Need
 * @typedef {import('./operating-system.mjs').System} System
 */

const flatbuffers = 'flatbuffers-compiler';
const compiler = {
  debian: `g++ pkg-config ${flatbuffers} libflatbuffers-dev libssl-dev libuv1-dev libsrtp2-dev libabsl-dev`,
  fedora: `gcc-c++ pkgconf-pkg-config ${flatbuffers} flatbuffers-devel openssl-devel libuv-devel libsrtp-devel abseil-cpp-devel`,
  macos: 'pkgconf flatbuffers openssl@3 libuv srtp abseil',
};
const redis = {debian: 'redis-server', fedora: 'valkey-compat-redis', macos: 'redis'};
const chromium = {debian: 'chromium', fedora: 'chromium', macos: '--cask chromium'};
const turn = {debian: 'coturn', fedora: 'coturn', macos: 'coturn'};
const python = {
  debian: 'python3-socketio python3-websocket python3-requests',
  fedora: 'python3-socketio python3-websocket-client python3-requests',
  macos: 'python && python3 -m pip install --user --break-system-packages "python-socketio[client]"',
};

const ffmpeg = {debian: 'ffmpeg', fedora: 'ffmpeg-free', macos: 'ffmpeg'};

const nats = {debian: 'nats-server', fedora: 'nats-server', macos: 'nats-server'};

const table = {compiler, redis, chromium, turn, python, ffmpeg, nats};

/** @param {Need} need */
export const debianPackages = (need) => table[need].debian.split(' ');

/**
 * Whether set-up may install this by itself. Ubuntu's chromium is a snap, which needs a running snapd: left to the user.
 * @param {System} system
 * @param {Need} need
 */
export function installsItself({family, root, apt}, need) {
  return root && apt && (family === 'debian' || (family === 'ubuntu' && need !== 'chromium'));
}

/**
 * The command that installs it, ready to be copied into a terminal; all of them where the system is unknown.
 * @param {System} system
 * @param {Need} need
 */
export function installCommand({family, root}, need) {
  const sudo = root ? '' : 'sudo ';
  const names = table[need];
  const commands = {
    debian: `${sudo}apt-get update && ${sudo}apt-get install -y --no-install-recommends ${names.debian}`,
    fedora: `${sudo}dnf install -y ${names.fedora}`,
    macos: `brew install ${names.macos}`,
  };
  const snap = `${sudo}snap install chromium`;
  if (family === 'ubuntu') return need === 'chromium' ? `\`${snap}\`` : `\`${commands.debian}\``;
  if (family !== 'other') return `\`${commands[family]}\``;
  const onDebian = need === 'chromium' ? `\`${commands.debian}\` (Ubuntu: \`${snap}\`)` : `\`${commands.debian}\``;
  return `on Debian/Ubuntu ${onDebian}, on Fedora \`${commands.fedora}\`, on macOS \`${commands.macos}\``;
}

/**
 * The sentence for something that is missing and that set-up may not install.
 * @param {System} system
 * @param {Need} need
 * @param {string} what what cannot be done without it, as the start of a sentence
 */
export function missingSentence(system, need, what) {
  const things = {
    compiler: 'a C++ compiler and some libraries',
    redis: 'redis-server',
    chromium: 'Chromium',
    turn: 'coturn',
    python: 'Python with python-socketio',
    ffmpeg: 'ffmpeg',
    nats: 'nats-server',
  };
  return `${what} needs ${things[need]}: run ${installCommand(system, need)} and try again.`;
}
