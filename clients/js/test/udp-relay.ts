import {createSocket, type Socket} from 'node:dgram';
import {once} from 'node:events';
import {SeededRandom} from '../../../server/test/chaos/seeded-random.js';
import {freePort} from '../../../server/test/free-ports.js';
import {DelayLine, type Path} from './delay-line.js';

const worker = '127.0.0.1';

/**
 * A network between browsers and a media worker of this machine: every datagram takes its time, in both directions.
 * The node listens on 127.0.0.1 at `port` and announces `address`, where only the relay is, and nothing takes TCP.
 */
export class UdpRelay implements AsyncDisposable {
  /** Of this process alone, so that tests that run at the same time do not meet. */
  readonly address = `127.${64 + ((process.pid >> 16) & 63)}.${(process.pid >> 8) & 255}.${process.pid & 255}`;
  readonly port: number;
  readonly #outward: Socket;
  readonly #random: SeededRandom;
  readonly #clients = new Map<string, {readonly inward: Socket; readonly lines: readonly DelayLine[]}>();
  #path: Path;

  static async open(path: Path, seed: number): Promise<UdpRelay> {
    const relay = new UdpRelay(path, new SeededRandom(seed), await freePort());
    relay.#outward.bind(relay.port, relay.address);
    await once(relay.#outward, 'listening');
    return relay;
  }

  private constructor(path: Path, random: SeededRandom, port: number) {
    this.#path = path;
    this.#random = random;
    this.port = port;
    this.#outward = createSocket({type: 'udp4', recvBufferSize: 4_000_000});
    this.#outward.on('message', (datagram, {address, port: from}) => {
      this.#lineOf(address, from).take(datagram);
    });
  }

  /** From now on; what is under way arrives as it would have. */
  become(path: Path): void {
    this.#path = path;
  }

  /** How much longer than it should something took at most, as this process was busy. */
  get lateMs(): number {
    return Math.max(0, ...[...this.#clients.values()].flatMap(({lines}) => lines.map((line) => line.lateMs)));
  }

  /** To the worker; every client has a socket there of its own, so that the worker tells them apart. */
  #lineOf(address: string, port: number): DelayLine {
    const key = `${address}:${port}`;
    const known = this.#clients.get(key)?.lines[0];
    if (known !== undefined) return known;
    const inward = createSocket({type: 'udp4', recvBufferSize: 4_000_000});
    const line = (from: Socket, to: number, at: string): DelayLine =>
      new DelayLine(
        () => this.#path,
        this.#random.fork(),
        (datagram) => {
          from.send(datagram, to, at);
        },
      );
    const up = line(inward, this.port, worker);
    const down = line(this.#outward, port, address);
    inward.on('message', (datagram) => {
      down.take(datagram);
    });
    this.#clients.set(key, {inward, lines: [up, down]});
    return up;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const {inward, lines} of this.#clients.values()) {
      for (const line of lines) line.close();
      inward.close();
    }
    this.#outward.close();
    await once(this.#outward, 'close');
  }
}
