import {once} from 'node:events';
import {request, type IncomingMessage} from 'node:http';
import {connect} from 'node:net';
import {expect, test} from 'vitest';
import {connectBare} from '../connect-bare.js';
import {startNode, type TestNode} from '../start-node.js';

interface Token {
  readonly token: string;
  readonly user: string;
  readonly name: string;
  readonly expiresAt: number;
}

async function ask(
  node: TestNode,
  body: string,
  headers: Record<string, string> = {},
  method = 'POST',
): Promise<{status: number; body: unknown}> {
  const {port, host} = new URL(node.url);
  const asked = request({port, path: '/dev/token', method, headers: {host, ...headers}}).end(body);
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(part as Buffer);
  const text = Buffer.concat(parts).toString();
  return {status: response.statusCode!, body: text.startsWith('{') ? JSON.parse(text) : text};
}

test('[WEB] POST /dev/token gives a token that the node takes, for the user of that name', async () => {
  await using node = await startNode();

  const {status, body} = await ask(node, '{"name": " Zoë "}', {origin: node.url});
  const {token, user, name, expiresAt} = body as Token;
  await using zoe = await connectBare(node, {token});

  expect([status, user, name]).toEqual([200, 'zoe', 'Zoë']);
  expect(expiresAt).toBeGreaterThan(Date.now());
  expect(await zoe.next('session.ready')).toMatchObject({user: 'zoe', name: 'Zoë'});
});

test('[WEB] what is no name is refused and the field is named', async () => {
  await using node = await startNode();
  for (const body of ['', 'null', '{}', '{"name": ""}', '{"name": 7}', `{"name": "${'x'.repeat(65)}"}`, '{"name']) {
    expect(await ask(node, body)).toMatchObject({status: 400, body: {field: 'name'}});
  }
  expect((await ask(node, `{"name": "${'x'.repeat(5_000)}"}`)).status).toBe(413);
});

test('[WEB] foreign pages, and names that were made to point here, get no token', async () => {
  await using node = await startNode();
  const body = '{"name": "Zoë"}';

  expect((await ask(node, body, {origin: 'https://evil.example.org'})).status).toBe(403);
  expect((await ask(node, body, {host: 'evil.example.org'})).status).toBe(403);
  expect((await ask(node, body, {host: 'evil.example.org', origin: 'http://evil.example.org'})).status).toBe(403);
  expect((await ask(node, body, {'x-forwarded-for': '203.0.113.9'})).status).toBe(403);
  expect((await ask(node, body, {host: 'localhost:1'})).status).toBe(200);
});

test('[WEB] without being asked for there are no tokens where others can connect', async () => {
  await using open = await startNode({env: {PARLEY_HOST: '0.0.0.0'}});
  await using asked = await startNode({env: {PARLEY_HOST: '0.0.0.0', PARLEY_DEV_TOKENS: '1'}});
  await using off = await startNode({env: {PARLEY_DEV_TOKENS: '0'}});
  const body = '{"name": "Zoë"}';

  expect((await ask(open, body)).status).toBe(405);
  expect((await ask(off, body)).status).toBe(405);
  expect((await ask(asked, body, {host: 'chat.example.org', origin: 'http://chat.example.org'})).status).toBe(200);
  expect((await ask(asked, body, {host: 'chat.example.org', origin: 'http://evil.example.org'})).status).toBe(403);
});

test('[WEB] a request that is broken off halfway disturbs nobody', async () => {
  await using node = await startNode();
  const {port, host} = new URL(node.url);
  for (let n = 0; n < 20; n++) {
    const socket = connect(Number(port), '127.0.0.1');
    await once(socket, 'connect');
    socket.write(`POST /dev/token HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 15\r\n\r\n{"name": "Zo`);
    await new Promise((resolve) => setTimeout(resolve, 5));
    socket.write(n % 2 === 0 ? 'e"}' : '');
    socket.resetAndDestroy();
  }
  expect((await ask(node, '{"name": "Zoë"}')).status).toBe(200);
});
