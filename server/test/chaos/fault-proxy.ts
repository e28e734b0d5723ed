import {once} from 'node:events';
import {connect, createServer, type AddressInfo, type Socket} from 'node:net';
import {directions, Pipe, type Line} from './pipe.js';

/** A network between somebody and a TCP server, with the faults that networks have. */
export class FaultProxy implements AsyncDisposable {
  readonly #server = createServer((inward) => {
    this.#take(inward);
  });
  readonly #links = new Set<Link>();
  #line: Line = {line: 'pass'};
  #target: number | undefined;

  /** @param target port of the server behind it; undefined while there is none */
  static async to(target?: number): Promise<FaultProxy> {
    const proxy = new FaultProxy();
    proxy.#target = target;
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Whether anybody is connected through it. */
  get inUse(): boolean {
    return this.#links.size > 0;
  }

  /** Whether everything that came in has gone out, and whatever comes will. */
  get clear(): boolean {
    return this.#line.line === 'pass' && [...this.#links].every(({empty}) => empty);
  }

  /** New connections go there; those that stand stay where they are. */
  retarget(target: number | undefined): void {
    this.#target = target;
  }

  set(line: Line): void {
    this.#line = line;
    for (const link of this.#links) link.set(line);
  }

  /** Resets every connection. New ones are treated as the line says. */
  cut(): void {
    for (const link of this.#links) link.cut();
  }

  /** Resets the connection that stands for longest. */
  cutOldest(): void {
    const [oldest] = this.#links;
    oldest?.cut();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #take(inward: Socket): void {
    if (this.#target === undefined || this.#line.line === 'refuse') {
      inward.on('error', () => undefined);
      inward.resetAndDestroy();
      return;
    }
    const link = new Link(inward, connect(this.#target, '127.0.0.1'), this.#line, () => this.#links.delete(link));
    this.#links.add(link);
  }
}

/** Two connections that look like one. */
class Link {
  readonly #sockets: readonly [Socket, Socket];
  readonly #pipes: readonly [Pipe, Pipe];
  readonly #onOver: () => void;
  #line: Line;
  #over = false;

  constructor(inward: Socket, outward: Socket, line: Line, onOver: () => void) {
    this.#sockets = [inward, outward];
    const [there, back] = directions(line);
    this.#pipes = [new Pipe(inward, outward, there), new Pipe(outward, inward, back)];
    this.#line = line;
    this.#onOver = onOver;
    for (const socket of this.#sockets) {
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.#over = true;
        this.#settle();
      });
    }
  }

  set(line: Line): void {
    this.#line = line;
    for (const [index, direction] of directions(line).entries()) this.#pipes[index]!.set(direction);
    this.#settle();
  }

  get empty(): boolean {
    return this.#pipes.every(({empty}) => empty);
  }

  cut(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  /** One end is gone: the other hears of it, unless nothing gets through. */
  #settle(): void {
    if (!this.#over || this.#line.line === 'hole' || this.#line.line === 'one-way') return;
    for (const pipe of this.#pipes) pipe.close();
    for (const socket of this.#sockets) socket.destroySoon();
    this.#onOver();
  }
}
