import {once} from 'node:events';
import {connect, createServer, type AddressInfo, type Socket} from 'node:net';

/** A network between client and node that a test can cut: connections die without a word, new ones may be refused. */
export class TcpProxy implements AsyncDisposable {
  readonly #server;
  readonly #sockets = new Set<Socket>();
  #refusing = false;
  /** Connections let through so far. */
  passed = 0;

  constructor(target: string) {
    const {hostname, port} = new URL(target);
    this.#server = createServer((inward) => {
      if (this.#refusing) {
        inward.destroy();
        return;
      }
      this.passed += 1;
      const outward = connect(Number(port), hostname);
      for (const [socket, other] of [
        [inward, outward],
        [outward, inward],
      ] as const) {
        this.#sockets.add(socket);
        socket.on('error', () => undefined);
        socket.on('close', () => {
          this.#sockets.delete(socket);
          other.destroy();
        });
        socket.pipe(other);
      }
    });
  }

  static async to(target: string): Promise<TcpProxy> {
    const proxy = new TcpProxy(target);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Cuts what is open; `refuse` says whether new connections are let through. */
  cut({refuse = false} = {}): void {
    this.#refusing = refuse;
    for (const socket of this.#sockets) socket.destroy();
  }

  restore(): void {
    this.#refusing = false;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut({refuse: true});
    this.#server.close();
    await once(this.#server, 'close');
  }
}
