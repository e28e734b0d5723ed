import {once} from 'node:events';
import {createServer} from 'node:net';

/** Below the ports that Linux, macOS and Windows give to outgoing connections. */
const [least, most] = [10_000, 32_000];

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
 * A free port of the loopback address that stays free while its process is restarted: no client that connects
 * meanwhile is given it as its own.
 */
export async function lastingPort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const port = least + Math.floor(Math.random() * (most - least));
    if (await isFree(port)) return port;
  }
  throw new Error('No free port was found.');
}
