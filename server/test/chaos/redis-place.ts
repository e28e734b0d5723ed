import {cp, mkdtemp, readdir, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as pause} from 'node:timers/promises';
import {startRedis, type RedisPersistence, type RedisServer} from '../redis-server.js';
import {FaultProxy} from './fault-proxy.js';
import {persistences, type Persistence} from './persistence.js';

const patienceMs = 30_000;

export interface Replica {
  readonly server: RedisServer;
  /** From it to the primary. */
  readonly link: FaultProxy;
}

/** The Redis that the cluster writes to, and the replicas that may take its place. */
export class RedisPlace implements AsyncDisposable {
  readonly #servers = new Set<RedisServer>();
  readonly #links: FaultProxy[] = [];
  readonly #folders: string[] = [];
  readonly #persistence: RedisPersistence;
  #primary: RedisServer;

  static async open(persistence: Persistence): Promise<RedisPlace> {
    return new RedisPlace(persistences[persistence], await startRedis(persistences[persistence]));
  }

  private constructor(persistence: RedisPersistence, primary: RedisServer) {
    this.#persistence = persistence;
    this.#primary = primary;
    this.#servers.add(primary);
  }

  get primary(): RedisServer {
    return this.#primary;
  }

  /** Copies what the primary has written to disk so far; resolves with where. */
  async backUp(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'parley-chaos-'));
    this.#folders.push(folder);
    await cp(this.#primary.folder, folder, {recursive: true});
    return folder;
  }

  /** Starts the primary, which is down, with what it had then. */
  async startWith(backup: string): Promise<void> {
    const {folder} = this.#primary;
    for (const entry of await readdir(folder)) await rm(join(folder, entry), {recursive: true, force: true});
    await cp(backup, folder, {recursive: true});
    await this.#primary.start();
  }

  /** Starts a replica; resolves once it has everything, also on disk. */
  async replica(): Promise<Replica> {
    const primary = this.#primary;
    await primary.command('CONFIG', 'SET', 'repl-diskless-sync-delay', '0');
    const server = await startRedis(this.#persistence);
    this.#servers.add(server);
    const link = await FaultProxy.to(primary.port);
    this.#links.push(link);
    await server.command('REPLICAOF', '127.0.0.1', String(link.port));
    await this.#until(server, 'replication', /master_link_status:up/);
    // Before its first acknowledgement the primary does not count it as a replica that could take over.
    await this.#until(primary, 'replication', /port=\d+,state=online/);
    await this.#until(server, 'persistence', /aof_rewrite_in_progress:0\r\naof_rewrite_scheduled:0/);
    return {server, link};
  }

  /** The primary hands over to the replica in order: nothing is lost. It is a replica from then on, and refuses writes. */
  async handOver({server}: Replica): Promise<RedisServer> {
    const former = this.#primary;
    const answer = await former.command('FAILOVER', 'TO', '127.0.0.1', String(server.port));
    if (!answer.startsWith('+OK')) throw new Error(`Redis does not hand over: ${answer}`);
    await this.#until(server, 'replication', /role:master/);
    await this.#until(former, 'replication', /role:slave/);
    this.#primary = server;
    return former;
  }

  /** The replica is made the primary, whatever has not got through to it. */
  async promote({server, link}: Replica): Promise<RedisServer> {
    const former = this.#primary;
    link.set({line: 'refuse'});
    link.cut();
    await server.command('REPLICAOF', 'NO', 'ONE');
    this.#primary = server;
    return former;
  }

  async discard(server: RedisServer): Promise<void> {
    this.#servers.delete(server);
    await server[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const server of this.#servers) await server[Symbol.asyncDispose]();
    for (const link of this.#links) await link[Symbol.asyncDispose]();
    for (const folder of this.#folders) await rm(folder, {recursive: true, force: true});
  }

  async #until(server: RedisServer, section: string, pattern: RegExp): Promise<void> {
    const until = performance.now() + patienceMs;
    let info = '';
    while (performance.now() < until) {
      info = await server.command('INFO', section);
      if (pattern.test(info)) return;
      await pause(20);
    }
    throw new Error(`Redis did not come to ${String(pattern)}:\n${info}`);
  }
}
