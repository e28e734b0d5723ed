import {once} from 'node:events';
import {connect, createServer, type AddressInfo, type Socket} from 'node:net';

/** A way to a node that can be cut: what a browser sees when its network or the node's front goes away. */
export interface CuttableProxy extends AsyncDisposable {
  readonly url: string;
  /** Ends every connection and takes no further ones. */
  cut(): Promise<void>;
  /** Takes connections again, where it did before. */
  mend(): Promise<void>;
}

export async function cuttableProxy(target: string): Promise<CuttableProxy> {
  const {hostname, port} = new URL(target);
  const open = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const [from, to] of [[near, far] as const, [far, near] as const]) {
      open.add(from);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        open.delete(from);
        to.destroy();
      });
      from.pipe(to);
    }
  });
  const listen = async (at: number): Promise<number> => {
    server.listen(at, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  const own = await listen(0);
  const mend = async (): Promise<void> => {
    await listen(own);
  };
  const cut = async (): Promise<void> => {
    for (const socket of open) socket.resetAndDestroy();
    if (!server.listening) return;
    server.close();
    await once(server, 'close');
  };
  return {url: `http://127.0.0.1:${own}`, cut, mend, [Symbol.asyncDispose]: cut};
}
