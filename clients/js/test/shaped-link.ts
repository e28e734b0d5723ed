import {execFileSync} from 'node:child_process';
import {chmodSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

const run = (command: string, ...args: string[]): void => {
  execFileSync(command, args, {stdio: 'ignore'});
};

/**
 * A network of its own whose only way to this machine can be made narrow: programs in it reach the machine by `address`.
 * Needs root and the kernel's token bucket filter.
 */
export class ShapedLink implements Disposable {
  /** The kernel takes away what is left of one a moment after it is done with. */
  static #made = 0;
  readonly #number = process.pid + ShapedLink.#made++;
  readonly #name = `pl${this.#number}`;
  /** A network that another test of this machine is unlikely to have at the same time. */
  readonly #network = `10.${100 + ((this.#number >> 8) % 100)}.${this.#number % 256}`;
  readonly address = `${this.#network}.1`;
  #host = 2;
  readonly #folder = mkdtempSync(join(tmpdir(), 'parley-shaped-'));

  /** Why there can be none here; undefined if there can. */
  static get missing(): string | undefined {
    return missingFor("root, network namespaces and tc's tbf", (link) => {
      link.narrow(1_000);
    });
  }

  /** Why none can lose packets here; undefined if it can. */
  static get missingLoss(): string | undefined {
    return missingFor('root, network namespaces and nft (nftables)', (link) => {
      link.lose(1);
    });
  }

  constructor() {
    const name = this.#name;
    try {
      run('ip', 'netns', 'add', name);
      run('ip', 'link', 'add', name, 'type', 'veth', 'peer', 'name', 'far', 'netns', name);
      run('ip', 'addr', 'add', `${this.address}/24`, 'dev', name);
      run('ip', 'link', 'set', name, 'up');
      for (const args of [
        ['addr', 'add', this.#far, 'dev', 'far'],
        ['link', 'set', 'far', 'up'],
        ['link', 'set', 'lo', 'up'],
      ]) {
        run('ip', '-n', name, ...args);
      }
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  /** A program that does what `program` does, inside. */
  inside(program: string): string {
    const path = join(this.#folder, 'inside');
    writeFileSync(path, `#!/bin/sh\nexec ip netns exec ${this.#name} ${program} "$@"\n`);
    chmodSync(path, 0o755);
    return path;
  }

  /** What is sent into it passes at this rate, with a queue of so many milliseconds. */
  narrow(kilobits: number, queueMs = 200): void {
    const rate = `${kilobits}kbit`;
    const shape = ['rate', rate, 'burst', '8kb', 'latency', `${queueMs}ms`];
    run('tc', 'qdisc', 'replace', 'dev', this.#name, 'root', 'tbf', ...shape);
  }

  /** Of the UDP packets that are sent into it so many of a hundred are lost, at random. Needs nftables. */
  lose(percent: number): void {
    const nft = (command: string): void => {
      run('ip', 'netns', 'exec', this.#name, 'nft', command);
    };
    nft('add table inet parley');
    nft('add chain inet parley lossy { type filter hook input priority 0; }');
    nft(`add rule inet parley lossy meta l4proto udp numgen random mod 100 < ${percent} drop`);
  }

  /** Gives the far end another address in place of its own, as a phone gets one that leaves a network for another. */
  move(): void {
    const old = this.#far;
    this.#host += 1;
    run('ip', '-n', this.#name, 'addr', 'del', old, 'dev', 'far');
    run('ip', '-n', this.#name, 'addr', 'add', this.#far, 'dev', 'far');
  }

  /** Takes the far end from its network to another: the link goes down, and comes up with another address. */
  rejoin(): void {
    run('ip', '-n', this.#name, 'link', 'set', 'far', 'down');
    this.move();
    run('ip', '-n', this.#name, 'link', 'set', 'far', 'up');
  }

  /** From now on nothing passes, and the far end knows that; until `mend`. */
  cut(): void {
    run('ip', '-n', this.#name, 'link', 'set', 'far', 'down');
  }

  mend(): void {
    run('ip', '-n', this.#name, 'link', 'set', 'far', 'up');
  }

  get farAddress(): string {
    return `${this.#network}.${this.#host}`;
  }

  get #far(): string {
    return `${this.farAddress}/24`;
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, {recursive: true, force: true});
    try {
      // The pair of interfaces goes with it.
      run('ip', 'netns', 'del', this.#name);
    } catch {
      // It was never made.
    }
  }
}

function missingFor(needs: string, tryOut: (link: ShapedLink) => void): string | undefined {
  try {
    using link = new ShapedLink();
    tryOut(link);
    return undefined;
  } catch (error) {
    return `This link needs ${needs}: ${String(error).split('\n')[0] ?? ''}`;
  }
}
