import {once} from 'node:events';
import {Agent, request} from 'node:http';
import {connect, type Socket} from 'node:net';
import {expect, test} from 'vitest';
import {connectBare} from '../connect-bare.js';
import {startEdge} from './bare-edge.js';

const limited = {PARLEY_HANDSHAKES_PER_SECOND: '1'};

/** Whether many handshakes in a row are turned away at last: they are if they all count for one address. */
async function flooded(url: string, headers: (n: number) => Record<string, string>): Promise<boolean> {
  for (let n = 0; n < 60; n++) {
    const response = await fetch(`${url}/socket.io/?EIO=4&transport=polling`, {headers: headers(n)});
    await response.text();
    if (response.status === 429) return true;
  }
  return false;
}

test('[CON10] X-Forwarded-For of somebody who is no trusted proxy is not believed', async () => {
  await using edge = await startEdge(limited);

  expect(await flooded(edge.url, (n) => ({'x-forwarded-for': `198.51.100.${n}`}))).toBe(true);
});

test('[CON10] a trusted proxy’s last untrusted address counts, and what a client writes before it does not', async () => {
  await using edge = await startEdge({...limited, PARLEY_TRUSTED_PROXIES: '127.0.0.0/8,10.0.0.0/8'});
  const via = (client: string) => `${client}, 10.1.2.3`;

  expect(await flooded(edge.url, (n) => ({'x-forwarded-for': via(`198.51.100.${n}`)}))).toBe(false);
  expect(await flooded(edge.url, (n) => ({'x-forwarded-for': via(`192.0.2.${n}, 203.0.113.9`)}))).toBe(true);
});

test('[CON10] the PROXY protocol of a trusted proxy is believed', async () => {
  await using edge = await startEdge({...limited, PARLEY_TRUSTED_PROXIES: '127.0.0.1'});
  const through = async (address: readonly number[]): Promise<string> => {
    const socket = connect(Number(new URL(edge.url).port), '127.0.0.1');
    await once(socket, 'connect');
    socket.write(proxyHeader(address));
    socket.write('GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\n\r\n');
    const status = await firstLine(socket);
    socket.destroy();
    return status;
  };

  let answer = '';
  for (let n = 0; n < 60 && !answer.includes('429'); n++) answer = await through([203, 0, 113, 9]);
  expect(answer).toContain('429');
  expect(await through([203, 0, 113, 10])).toContain('200');
});

/** PROXY protocol, version 2: TCP over IPv4, from the given address. */
function proxyHeader(from: readonly number[]): Buffer {
  const signature = [0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a];
  return Buffer.from([...signature, 0x21, 0x11, 0, 12, ...from, 127, 0, 0, 1, 0x30, 0x39, 0x1c, 0xe8]);
}

async function firstLine(socket: Socket): Promise<string> {
  const [data] = (await once(socket, 'data')) as [Buffer];
  return data.toString().split('\r\n')[0]!;
}

for (const keepAlive of [true, false]) {
  test(`[CON9] long-polling works ${keepAlive ? 'with' : 'without'} a keep-alive agent`, async () => {
    await using edge = await startEdge();
    const agent = new Agent({keepAlive, maxSockets: 4});
    await using ann = await connectBare(edge, {transports: ['polling'], io: {agent: agent as never}});

    for (let n = 0; n < 50; n++) expect(await ann.ask('ping', {n})).toEqual({ok: true, data: {}});
    expect(ann.socket.connected).toBe(true);
    agent.destroy();
  });
}

test('[CON9] a connection that is closed after an answer says so in the answer', async () => {
  await using edge = await startEdge();
  const {port} = new URL(edge.url);
  const answered = (connection: string) =>
    new Promise<string | undefined>((resolve, reject) => {
      request({port, path: '/socket.io/?EIO=4&transport=polling', headers: {connection}}, (response) => {
        response.resume();
        resolve(response.headers.connection);
      })
        .on('error', reject)
        .end();
    });

  expect(await answered('close')).toBe('close');
  expect(await answered('keep-alive')).not.toBe('close');
});

test('[CON4] a page of another origin may read what long-polling answers, so that it can be told why', async () => {
  await using edge = await startEdge();
  const at = `${edge.url}/socket.io/?EIO=4&transport=polling`;
  const headers = {origin: 'https://else.example.org'};

  const preflight = await fetch(at, {
    method: 'OPTIONS',
    headers: {...headers, 'access-control-request-method': 'POST'},
  });
  const opened = await fetch(at, {headers});

  expect(preflight.status).toBe(204);
  expect(opened.headers.get('access-control-allow-origin')).toBe('*');
  expect(opened.headers.has('access-control-allow-credentials')).toBe(false);
});
