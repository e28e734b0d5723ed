import {spawn} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {connect, createServer, type AddressInfo} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {ownAddress} from '../subjects/own-address.js';

/**
 * Janus as its package ships it, with one transport (WebSocket) and one plugin (the video room) on a free port. Its
 * settings are in a temporary folder: nothing of the system's is read or written.
 *
 * Its argument is the program. It ends with this process.
 */
const [program = 'janus'] = process.argv.slice(2);
const listenWithinMs = 15_000;

const others = {
  plugins: ['audiobridge', 'duktape', 'echotest', 'lua', 'nosip', 'recordplay', 'sip', 'streaming', 'textroom']
    .concat(['videocall', 'voicemail'])
    .map((name) => `libjanus_${name}.so`),
  transports: ['http', 'mqtt', 'nanomsg', 'pfunix', 'rabbitmq'].map((name) => `libjanus_${name}.so`),
};

const files = (port: number): Readonly<Record<string, string>> => ({
  // Of loopback addresses it makes no candidates.
  'janus.jcfg': `general: { debug_level = 3; log_to_stdout = true; }
nat: { ice_enforce_list = "${ownAddress() ?? ''}"; }
plugins: { disable = "${others.plugins.join(',')}"; }
transports: { disable = "${others.transports.join(',')}"; }
`,
  'janus.transport.websockets.jcfg': `general: { ws = true; ws_port = ${String(port)}; ws_ip = "127.0.0.1"; wss = false; }
admin: { admin_ws = false; admin_wss = false; }
`,
  'janus.plugin.videoroom.jcfg': 'general: { string_ids = true; }\n',
});

function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const {port} = server.address() as AddressInfo;
      server.close(() => {
        resolve(port);
      });
    });
  });
}

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });

const folder = mkdtempSync(join(tmpdir(), 'parley-janus-'));
process.once('exit', () => {
  rmSync(folder, {recursive: true});
});
const port = await freePort();
for (const [name, text] of Object.entries(files(port))) writeFileSync(join(folder, name), text);
const janus = spawn(program, [`--configs-folder=${folder}`], {stdio: ['ignore', 'ignore', 'inherit']});
const ended = new AbortController();
for (const event of ['error', 'exit']) {
  janus.once(event, () => {
    ended.abort();
  });
}
process.on('SIGTERM', () => janus.kill('SIGKILL'));

const givenUpAt = performance.now() + listenWithinMs;
while (!ended.signal.aborted && !(await answers(port))) {
  if (performance.now() > givenUpAt) janus.kill('SIGKILL');
  await delay(50);
}
if (ended.signal.aborted) process.exitCode = 1;
else process.stdout.write(`listening on ${String(port)}\n`);
