import {execFileSync} from 'node:child_process';
import type {CallServer} from '../webrtc/call-peer.js';
import {mediaSettings} from './media-worker.js';
import {newSecret, startParleyNode, type RunningNode} from './parley.js';
import {startRedis, type RunningRedis} from './redis.js';

const run = (...args: string[]): void => {
  execFileSync('ip', args, {stdio: ['ignore', 'ignore', 'pipe']});
};

/**
 * Two networks of their own, each reached from this machine by a line of its own, and joined by a third: what goes from the
 * one to the other goes by that alone. Takes root, and network namespaces.
 */
class Wires implements Disposable {
  readonly spaces = ['north', 'south'].map((name) => `pw${String(process.pid)}${name}`) as [string, string];

  constructor() {
    try {
      for (const [index, space] of this.spaces.entries()) {
        const line = lineTo(index);
        run('netns', 'add', space);
        run('link', 'add', line, 'type', 'veth', 'peer', 'name', 'out', 'netns', space);
        run('addr', 'add', `10.215.${String(index)}.254/24`, 'dev', line);
        run('link', 'set', line, 'up');
        run('-n', space, 'addr', 'add', `${host(index)}/24`, 'dev', 'out');
        for (const device of ['out', 'lo']) run('-n', space, 'link', 'set', device, 'up');
        // Whoever was near to the other one may be carried here.
        run('-n', space, 'route', 'add', `${outside(1 - index)}/32`, 'via', outside(index));
      }
      const [north, south] = this.spaces;
      run('-n', north, 'link', 'add', 'across', 'type', 'veth', 'peer', 'name', 'across', 'netns', south);
      for (const [index, space] of this.spaces.entries()) {
        run('-n', space, 'addr', 'add', `${across(index)}/24`, 'dev', 'across');
        run('-n', space, 'link', 'set', 'across', 'up');
      }
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  set joined(up: boolean) {
    run('-n', this.spaces[0], 'link', 'set', 'across', up ? 'up' : 'down');
  }

  [Symbol.dispose](): void {
    const made = this.spaces.flatMap((space, index) => [
      ['link', 'del', lineTo(index)],
      ['netns', 'del', space],
    ]);
    for (const args of made) {
      try {
        // Lines one by one: those of a network that is gone go later, and their names and addresses with them.
        run(...args);
      } catch {
        // It was never made.
      }
    }
  }
}

const lineTo = (index: number): string => `pl${String(process.pid)}${String(index)}`;
const host = (index: number): string => `10.215.${String(index)}.1`;
const outside = (index: number): string => `10.215.${String(index)}.254`;
const across = (index: number): string => `10.215.9.${String(index + 1)}`;

/** Two nodes, each on a host of its own, over a Redis that both reach; the media of each peer is where it is connected. */
export class TwoHosts implements AsyncDisposable {
  readonly nodes: RunningNode[] = [];
  readonly #secret = newSecret();
  readonly #wires: Wires;
  readonly #redis: RunningRedis;

  /** Why there can be none here; undefined if there can. */
  static get missing(): string | undefined {
    try {
      using wires = new Wires();
      wires.joined = true;
      return undefined;
    } catch (error) {
      return `Two hosts need root and network namespaces: ${String(error).split('\n')[0] ?? ''}`;
    }
  }

  static async start(): Promise<TwoHosts> {
    const wires = new Wires();
    const redis = await startRedis({addresses: [outside(0), outside(1)]}).catch((error: unknown) => {
      wires[Symbol.dispose]();
      throw error;
    });
    const hosts = new TwoHosts(wires, redis);
    try {
      for (const [index, space] of wires.spaces.entries()) {
        const node = await startParleyNode({
          secret: hosts.#secret,
          host: host(index),
          within: ['ip', 'netns', 'exec', space],
          env: {
            ...mediaSettings(1),
            REDIS_URL: `redis://${outside(index)}:${String(redis.port)}`,
            PARLEY_CALL_SPREAD: 'near',
            PARLEY_MEDIA_PIPE_ADDRESS: across(index),
            PARLEY_MEDIA_PIPE_PORTS: '42000-42099',
          },
        });
        hosts.nodes.push(node);
      }
      return hosts;
    } catch (error) {
      await hosts[Symbol.asyncDispose]();
      throw error;
    }
  }

  private constructor(wires: Wires, redis: RunningRedis) {
    this.#wires = wires;
    this.#redis = redis;
  }

  /** One for each host. */
  get servers(): [CallServer, CallServer] {
    const [north, south] = this.nodes.map(({url}, index) => ({url, secret: this.#secret, from: outside(index)}));
    if (north === undefined || south === undefined) throw new Error('There are not two nodes.');
    return [north, south];
  }

  /** Whether anything goes from host to host. */
  set joined(up: boolean) {
    this.#wires.joined = up;
  }

  /** What a metric says on each host, by the beginning of its line. */
  async metric(beginning: string): Promise<readonly number[]> {
    return Promise.all(
      this.nodes.map(async ({opsUrl}) => {
        const metrics = await (await fetch(`${opsUrl}/metrics`)).text();
        const line = metrics.split('\n').find((one) => one.startsWith(beginning));
        return Number(line?.split(' ').at(-1) ?? NaN);
      }),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const node of this.nodes) {
      node.kill('SIGKILL');
      await node.ended;
    }
    await this.#redis.stop();
    this.#wires[Symbol.dispose]();
  }
}
