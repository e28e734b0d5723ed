import {once} from 'node:events';
import {createServer} from 'node:net';

/** Below what the system hands out, with room for a second one 10,000 above, and above those that browsers refuse. */
const [least, most] = [11_000, 22_000];

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}

/**
 * Free ports of the loopback address, all different, for servers that are told theirs. No connection, and no server that
 * takes any port, is given one of them before its server has it or while that is killed. With `bus` the one 10,000 above is
 * free too, where servers of a Redis Cluster speak to one another.
 */
export async function freePorts(count: number, {bus = false} = {}): Promise<readonly number[]> {
  const ports = new Set<number>();
  for (let attempt = 0; ports.size < count && attempt < 100 * count; attempt += 1) {
    const port = least + Math.floor(Math.random() * (most - least));
    if ((await isFree(port)) && (!bus || (await isFree(port + 10_000)))) ports.add(port);
  }
  if (ports.size < count) throw new Error('There are not so many free ports.');
  return [...ports];
}

export async function freePort(): Promise<number> {
  const [port] = await freePorts(1);
  return port!;
}
