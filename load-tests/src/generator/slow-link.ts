import {once} from 'node:events';
import {connect, createServer, type AddressInfo, type Server, type Socket} from 'node:net';

/** How often the slow side is given its share. */
const stepMs = 100;

/**
 * A network that becomes slow when it is told to: a TCP proxy in front of a server, which then passes on what the
 * server sends by so many bytes a second. What it does not read stays in the kernel's buffers, and then in the server's.
 */
export class SlowLink {
  readonly #server: Server;
  readonly #pairs = new Set<{server: Socket; client: Socket}>();
  #bytesPerSecond: number | undefined;
  #timer: NodeJS.Timeout | undefined;

  static async open(port: number): Promise<SlowLink> {
    const link = new SlowLink(port);
    link.#server.listen(0, '127.0.0.1');
    await once(link.#server, 'listening');
    return link;
  }

  private constructor(port: number) {
    this.#server = createServer((client) => {
      const server = connect(port, '127.0.0.1');
      const pair = {server, client};
      this.#pairs.add(pair);
      client.pipe(server);
      if (this.#bytesPerSecond === undefined) server.pipe(client);
      const end = (): void => {
        this.#pairs.delete(pair);
        client.destroy();
        server.destroy();
      };
      for (const socket of [client, server]) socket.on('error', end);
      client.on('close', end);
    });
  }

  /** `http://127.0.0.1:<port>`. */
  get url(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  slow(bytesPerSecond: number): void {
    this.#bytesPerSecond = bytesPerSecond;
    for (const {server} of this.#pairs) server.unpipe().pause();
    const share = Math.max(1, Math.round((bytesPerSecond * stepMs) / 1_000));
    this.#timer = setInterval(() => {
      for (const {server, client} of this.#pairs) {
        const chunk = (server.read(Math.min(share, server.readableLength)) ?? undefined) as Buffer | undefined;
        if (chunk) client.write(chunk);
      }
    }, stepMs);
  }

  /** As good a network as any again. */
  recover(): void {
    clearInterval(this.#timer);
    this.#bytesPerSecond = undefined;
    for (const {server, client} of this.#pairs) server.pipe(client);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#server.close();
    for (const {server, client} of this.#pairs) {
      server.destroy();
      client.destroy();
    }
  }
}
