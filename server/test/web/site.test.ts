import {once} from 'node:events';
import {mkdirSync, writeFileSync} from 'node:fs';
import {request, type IncomingMessage} from 'node:http';
import {connect} from 'node:net';
import {join} from 'node:path';
import {brotliDecompressSync, gunzipSync} from 'node:zlib';
import {makeConfig} from '@parley/server';
import {expect, test} from 'vitest';
import {securityHeaders} from '../../src/web/security-headers.js';
import {siteRoutes} from '../../src/web/site-routes.js';
import {loadSite} from '../../src/web/site.js';
import {startEdge, type BareEdge} from '../edge/bare-edge.js';
import {testEnvironment} from '../start-node.js';
import {temporaryFolder} from '../temporary-folder.js';

const script = `console.log(${JSON.stringify('hello '.repeat(2_000))});\n`;
const page = '<!doctype html><title>Parley</title>';

/** A built page in a folder of its own, with a secret beside it. */
function buildPage(): string {
  const around = temporaryFolder();
  writeFileSync(join(around, 'secret.txt'), 'not for clients');
  const folder = join(around, 'dist');
  mkdirSync(join(folder, 'assets'), {recursive: true});
  writeFileSync(join(folder, 'index.html'), page);
  writeFileSync(join(folder, 'assets', 'index-B7x_Qa9z.js'), script);
  writeFileSync(join(folder, 'favicon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  return folder;
}

async function startSite(folder = buildPage(), env: Record<string, string> = {}): Promise<BareEdge> {
  const site = await loadSite(folder);
  const {network} = makeConfig({...testEnvironment, ...env});
  return startEdge(env, (app) => {
    siteRoutes(app, site, securityHeaders(network));
  });
}

/** Node's own client, which neither decodes nor normalises anything. */
async function get(
  edge: BareEdge,
  path: string,
  {method = 'GET', ...headers}: Record<string, string> = {},
): Promise<{status: number; headers: IncomingMessage['headers']; body: Buffer}> {
  const asked = request({port: new URL(edge.url).port, path, method, headers}).end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(part as Buffer);
  return {status: response.statusCode!, headers: response.headers, body: Buffer.concat(parts)};
}

test('[WEB] the page is at / with a strict policy, and is asked for each time', async () => {
  await using edge = await startSite();

  const {status, headers, body} = await get(edge, '/');

  expect(status).toBe(200);
  expect(body.toString()).toBe(page);
  expect(headers).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-cache',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'permissions-policy': expect.stringContaining('camera=(self), microphone=(self)') as string,
  });
  const policy = String(headers['content-security-policy']);
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self';");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toContain('unsafe');
});

test('[WEB] hashed assets are kept for ever and sent in the best encoding that the client takes', async () => {
  await using edge = await startSite();
  const path = '/assets/index-B7x_Qa9z.js';

  const plain = await get(edge, path);
  const br = await get(edge, path, {'accept-encoding': 'gzip, deflate, br'});
  const gz = await get(edge, path, {'accept-encoding': 'gzip;q=1.0, br;q=0'});

  expect(plain.headers['cache-control']).toBe('public, max-age=31536000, immutable');
  expect(plain.headers.vary).toBe('Accept-Encoding');
  expect(plain.body.toString()).toBe(script);
  expect(br.headers['content-encoding']).toBe('br');
  expect(brotliDecompressSync(br.body).toString()).toBe(script);
  expect(gz.headers['content-encoding']).toBe('gzip');
  expect(gunzipSync(gz.body).toString()).toBe(script);
  expect(new Set([plain, br, gz].map(({headers}) => headers.etag)).size).toBe(3);
});

test('[WEB] what the client has already is answered with 304, and HEAD with headers alone', async () => {
  await using edge = await startSite();
  const first = await get(edge, '/');
  const etag = String(first.headers.etag);

  const again = await get(edge, '/', {'if-none-match': `"else", W/${etag}`});
  const changed = await get(edge, '/', {'if-none-match': '"else"'});
  const head = await get(edge, '/', {method: 'HEAD'});

  expect([again.status, again.body.length, again.headers.etag]).toEqual([304, 0, etag]);
  expect(changed.status).toBe(200);
  expect([head.status, head.body.length, head.headers['content-length']]).toEqual([200, 0, String(page.length)]);
});

test('[WEB] nothing but the built files can be had, however it is asked for', async () => {
  await using edge = await startSite();
  for (const path of [
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/assets/%2e%2e%2f%2e%2e%2fsecret.txt',
    '//etc/passwd',
    '/etc/passwd',
    '/secret.txt',
    '/assets',
    '/assets/',
    '/constructor',
    '/__proto__',
    '/index.html%00',
    '/nothing',
  ]) {
    const {status, body} = await get(edge, path);
    expect([path, status]).toEqual([path, 404]);
    expect(body.toString()).not.toContain('not for clients');
  }
  expect((await get(edge, '/', {method: 'POST'})).status).toBe(405);
  expect((await get(edge, '/', {method: 'DELETE'})).headers.allow).toBe('GET, HEAD');
  expect((await get(edge, '/socket.io/nothing')).status).toBe(404);
  expect((await get(edge, '/')).status).toBe(200);
});

test('[WEB] a page that has not been built is said to be so in a sentence', async () => {
  await using edge = await startSite('/no/such/folder');

  const {status, body} = await get(edge, '/');

  expect(status).toBe(503);
  expect(body.toString()).toContain('npm run build');
});

test('[WEB] the page may talk to the nodes of its deployment and to nobody else', () => {
  const policy = (env: Record<string, string>): string => {
    const {network} = makeConfig({...testEnvironment, ...env});
    return Object.fromEntries(securityHeaders(network))
      ['Content-Security-Policy']!.split('; ')
      .find((directive) => directive.startsWith('connect-src'))!;
  };

  expect(policy({})).toBe("connect-src 'self' http://127.0.0.1:* ws://127.0.0.1:* http://localhost:* ws://localhost:*");
  expect(policy({PARLEY_HOST: '0.0.0.0', PARLEY_ORIGINS: 'https://b.example.org'})).toBe(
    "connect-src 'self' https://b.example.org wss://b.example.org",
  );
  expect(policy({PARLEY_HOST: '0.0.0.0', PARLEY_ORIGINS: '*'})).toBe("connect-src 'self'");
});

test('[WEB] an answer that nobody waits for any more disturbs nobody', async () => {
  await using edge = await startSite();
  for (let n = 0; n < 20; n++) {
    const socket = connect(Number(new URL(edge.url).port), '127.0.0.1');
    await once(socket, 'connect');
    socket.write('GET /assets/index-B7x_Qa9z.js HTTP/1.1\r\nHost: x\r\n\r\n');
    socket.resetAndDestroy();
  }
  expect((await get(edge, '/')).status).toBe(200);
});
