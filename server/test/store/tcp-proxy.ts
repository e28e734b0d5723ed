import {once} from 'node:events';
import {connect, createServer, type AddressInfo, type Socket} from 'node:net';

/** A line to a TCP server that a test can cut and mend. */
export interface TcpProxy extends AsyncDisposable {
  readonly port: number;
  /** Bytes that came from the server so far. */
  readonly received: number;
  /** Breaks every connection and lets none through. */
  cut(): void;
  mend(): void;
  close(): Promise<void>;
}

export async function startProxy(targetPort: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let whole = true;
  let received = 0;
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  };
  const cut = (): void => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  const server = createServer((client) => {
    keep(client);
    if (!whole) {
      client.resetAndDestroy();
      return;
    }
    const upstream = connect(targetPort, '127.0.0.1');
    keep(upstream);
    upstream.on('data', (part: Buffer) => {
      received += part.length;
    });
    upstream.on('close', () => client.destroy());
    client.on('close', () => upstream.destroy());
    client.pipe(upstream).pipe(client);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async (): Promise<void> => {
    server.close();
    cut();
    await once(server, 'close');
  };
  return {
    port: (server.address() as AddressInfo).port,
    get received() {
      return received;
    },
    cut: () => {
      whole = false;
      cut();
    },
    mend: () => {
      whole = true;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
