import {connect} from 'node:net';
import {once} from 'node:events';
import {Agent, request, type IncomingMessage} from 'node:http';
import {makeConfig} from '@parley/server';
import {createMemoryWorld} from '@parley/signaling/memory';
import {expect, test} from 'vitest';
import {createApp} from '../../src/app.js';
import {createClock} from '../../src/clock.js';
import {connectBare} from '../connect-bare.js';
import {startEdge} from '../edge/bare-edge.js';
import {quietLog} from '../quiet-log.js';
import {startNode, testEnvironment} from '../start-node.js';

/** What keeps this process alive, by kind. */
const handles = (): string[] =>
  process
    .getActiveResourcesInfo()
    .filter((kind) => !['TTYWrap', 'PipeWrap', 'MessagePort', 'Immediate'].includes(kind))
    .sort();

const canConnect = async (url: string): Promise<boolean> => {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
};

test('[CON11] a node that is closed leaves nothing behind: no port, no connection, no timer', async () => {
  const before = handles();
  const node = await startNode();
  const ann = await connectBare(node);
  const bob = await connectBare(node, {user: 'bob', transports: ['polling']});
  await ann.request('room.create', {room: 'den'});
  await ann.request('room.join', {room: 'den'});
  await bob.request('room.join', {room: 'den'});

  await Promise.all([node.close(), node.close()]);
  await Promise.all([ann.closed(), bob.closed()]);
  ann.close();
  bob.close();

  expect(await canConnect(node.url)).toBe(false);
  expect(await canConnect(node.opsUrl)).toBe(false);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(handles().filter((kind) => kind !== 'Timeout')).toEqual(before.filter((kind) => kind !== 'Timeout'));
});

test('[DRAIN1] while it drains, a handshake on a connection that is open already is refused with draining', async () => {
  await using edge = await startEdge();
  const agent = new Agent({keepAlive: true, maxSockets: 1});
  const get = async (path: string, method = 'GET', body?: string): Promise<string> => {
    const asked = request({
      port: new URL(edge.url).port,
      path: `/socket.io/?EIO=4&transport=polling${path}`,
      method,
      agent,
    });
    const [response] = (await once(asked.end(body), 'response')) as [IncomingMessage];
    const parts: Buffer[] = [];
    for await (const part of response) parts.push(part as Buffer);
    return Buffer.concat(parts).toString();
  };
  await get('');

  edge.edge.stopListening();
  const {sid} = JSON.parse((await get('')).slice(1)) as {sid: string};
  await get(`&sid=${sid}`, 'POST', '40{"token":"not looked at","v":1}');

  expect(await get(`&sid=${sid}`)).toContain('"code":"draining"');
  expect(await canConnect(edge.url)).toBe(false);
  agent.destroy();
});

test('[CON11] a start that fails halfway closes what it had opened', async () => {
  const closed: string[] = [];
  const clock = createClock();
  const world = createMemoryWorld({clock});
  await using other = await startNode();
  const {port} = new URL(other.url);

  const starting = createApp(makeConfig({...testEnvironment, PARLEY_PORT: port}), {
    log: quietLog(),
    store: (options) => {
      const store = world.node(options);
      const close = store.close.bind(store);
      return Object.assign(store, {
        close: () => {
          closed.push('store');
          return close();
        },
      });
    },
  });

  await expect(starting).rejects.toThrow(/the port is taken/);
  expect(closed).toEqual(['store']);
});
