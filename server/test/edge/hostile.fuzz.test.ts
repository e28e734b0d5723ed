import {once} from 'node:events';
import {connect, type Socket} from 'node:net';
import fc from 'fast-check';
import {expect, test} from 'vitest';
import {connectBare} from '../connect-bare.js';
import {RawClient} from '../raw-client.js';
import {signToken} from '../start-node.js';
import {spawnNode} from '../spawn-node.js';

/** What is sent here comes from one address, and as one user: no limit may keep it from being read. */
const unlimited = {
  PARLEY_MAX_PAYLOAD: '16KiB',
  PARLEY_REQUESTS_PER_SECOND: '1000000',
  PARLEY_HANDSHAKES_PER_SECOND: '0',
  PARLEY_ACCEPTS_PER_SECOND: '0',
  PARLEY_MAX_SESSIONS_PER_USER: '10000',
};

/** A real process: what uWS does not survive ends it, and no handler of ours could tell. */
const runs = 400;

const method = fc.constantFrom('GET', 'POST', 'PUT', 'HEAD', 'OPTIONS', 'DELETE', 'get', 'PATCH');
const query = fc
  .record(
    {
      EIO: fc.constantFrom('4', '3', '', '5'),
      transport: fc.constantFrom('polling', 'websocket', 'webtransport', '__proto__', ''),
      sid: fc.constantFrom('SID', 'unknown', '__proto__', 'constructor', ''),
      b64: fc.constantFrom('1', ''),
      t: fc.string({maxLength: 8}),
    },
    {requiredKeys: []},
  )
  .map((fields) => new URLSearchParams(fields as Record<string, string>).toString());
const headers = fc.subarray([
  'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n',
  'Sec-WebSocket-Extensions: permessage-deflate\r\n',
  'Origin: https://evil.example.org\r\n',
  'Origin: \u0001\r\n',
  'Connection: close\r\n',
  'X-Forwarded-For: , ,::1, 1.2.3.4\r\n',
  'Content-Type: application/octet-stream\r\n',
  'Expect: 100-continue\r\n',
]);
const body = fc.oneof(
  fc.constant(undefined),
  fc.constantFrom(
    '40',
    '40{}',
    '40{"token":"x","v":1}',
    '41',
    '42["x"]',
    '2probe',
    '5',
    '1',
    '6',
    '\u001e\u001e',
    'b####',
  ),
  fc.string({maxLength: 200}),
);
const length = fc.constantFrom('right', 'none', 'less', 'more', 'chunked', 'nonsense');
const path = fc.constantFrom('/socket.io/', '/socket.io', '/socket.io/x', '/', '/dev/token', '//', '/%00');
const manner = fc.constantFrom('wait', 'reset at once', 'half', 'reset later');
const asked = fc.record({path, method, query, headers, body, length, manner});

test('[CON5] no HTTP request, however wrong or broken off, ends the process or disturbs a client', async () => {
  await using node = await spawnNode({...unlimited, PARLEY_TRUSTED_PROXIES: '127.0.0.1'});
  await using witness = await connectBare(node, {user: 'witness'});

  await fc.assert(
    fc.asyncProperty(fc.array(asked, {minLength: 1, maxLength: 4}), async (requests) => {
      const sid = await openSession(node.url);
      await Promise.all(requests.map((request) => send(node.url, request, sid)));
      expect(await witness.ask('session.list', {})).toMatchObject({ok: true});
    }),
    {numRuns: runs, endOnFailure: true},
  );
  expect(node.output()).not.toMatch(/"level":(50|60)/);
});

const frame = fc.oneof(
  fc.constantFrom('40', '40/admin,', '41', '42', '43', '44', '450-', '451-["x",{"_placeholder":true,"num":0}]', '46'),
  fc.constantFrom(
    '42["chat.send",{"room":"den","id":"x","text":"y"}]',
    '421["room.list",{}]',
    '42[1,2]',
    '42["x",null]',
  ),
  fc.constantFrom('0', '1', '2', '3', '5', '6', '2probe', '3probe', 'b', 'bAAAA', '', '4'),
  fc.json({maxDepth: 2}).map((json) => `42["room.join",${json}]`),
  fc.string({maxLength: 100}).map((text) => `4${text}`),
  fc.uint8Array({maxLength: 64}),
);

test('[ENV3] no frame ends the process or disturbs another client', async () => {
  await using node = await spawnNode(unlimited);
  await using witness = await connectBare(node, {user: 'witness'});

  await fc.assert(
    fc.asyncProperty(fc.array(frame, {minLength: 1, maxLength: 12}), fc.boolean(), async (frames, signedIn) => {
      await using hostile = signedIn ? await RawClient.connect(node, 'eve') : new RawClient(node.url);
      if (!signedIn) await once(hostile.socket, 'open');
      for (const part of frames) hostile.socket.send(part);
      expect(await witness.ask('session.list', {})).toMatchObject({ok: true});
    }),
    {numRuns: runs, endOnFailure: true},
  );
  expect(node.output()).not.toMatch(/"level":(50|60)/);
});

type Asked = typeof asked extends fc.Arbitrary<infer T> ? T : never;

async function openSession(url: string): Promise<string> {
  const at = `${url}/socket.io/?EIO=4&transport=polling`;
  const {sid} = JSON.parse((await (await fetch(at)).text()).slice(1)) as {sid: string};
  const connectPacket = `40${JSON.stringify({token: await signToken('eve'), v: 1})}`;
  await fetch(`${at}&sid=${sid}`, {method: 'POST', body: connectPacket});
  return sid;
}

async function send(url: string, request: Asked, sid: string): Promise<void> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  const text = head(request, sid);
  const whole = request.manner === 'half' ? text.slice(0, text.length / 2) : text;
  socket.write(whole);
  if (request.manner === 'reset at once') socket.resetAndDestroy();
  await answerOrSilence(socket);
  if (request.manner === 'reset later') socket.resetAndDestroy();
  else socket.destroy();
}

function head(
  {path: at, method: verb, query: search, headers: lines, body: content = '', length: how}: Asked,
  sid: string,
): string {
  const bytes = Buffer.byteLength(content);
  const lengths = {
    right: `Content-Length: ${bytes}\r\n`,
    none: '',
    less: `Content-Length: ${Math.max(0, bytes - 1)}\r\n`,
    more: `Content-Length: ${bytes + 10}\r\n`,
    chunked: 'Transfer-Encoding: chunked\r\n',
    nonsense: 'Content-Length: -1\r\n',
  };
  const chunk = how === 'chunked' ? `${bytes.toString(16)}\r\n${content}\r\n0\r\n\r\n` : content;
  return `${verb} ${at}?${search.replace('SID', sid)} HTTP/1.1\r\nHost: x\r\n${lines.join('')}${lengths[how]}\r\n${chunk}`;
}

/** Until something comes, the connection ends, or nothing happens for a moment. */
function answerOrSilence(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, 20);
    for (const event of ['data', 'close']) {
      socket.once(event, () => {
        clearTimeout(timer);
        resolve();
      });
    }
  });
}
