import {once} from 'node:events';
import {connect, createServer, type AddressInfo, type Socket} from 'node:net';

/** The way of clients to one of several servers, which can be cut, and lead to another one from then on. */
export class TurningProxy {
  readonly #server;
  readonly #sockets = new Set<Socket>();
  #target: URL;

  static async to(target: string): Promise<TurningProxy> {
    const proxy = new TurningProxy(new URL(target));
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  private constructor(target: URL) {
    this.#target = target;
    this.#server = createServer((inward) => {
      const outward = connect(Number(this.#target.port), this.#target.hostname);
      this.#join(inward, outward);
      this.#join(outward, inward);
    });
  }

  get url(): string {
    return `ws://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  /** Breaks every connection. */
  cut(next: string): void {
    this.#target = new URL(next);
    for (const socket of this.#sockets) socket.destroy();
  }

  #join(one: Socket, other: Socket): void {
    this.#sockets.add(one);
    one.on('error', () => undefined);
    one.on('close', () => {
      this.#sockets.delete(one);
      other.destroy();
    });
    one.pipe(other);
  }
}
