import {spawn, spawnSync, type ChildProcess} from 'node:child_process';
import {once} from 'node:events';
import {setTimeout as pause} from 'node:timers/promises';
import {connect} from '@nats-io/transport-node';
import {freePort} from './free-ports.js';

/** `npm test` names it, if there is one. */
const program = process.env['NATS_SERVER_BIN'] ?? 'nats-server';

/** Why tests of NATS are left out; undefined where they are not. */
export const withoutNats: string | undefined =
  spawnSync(program, ['--version'], {stdio: 'ignore'}).status === 0
    ? undefined
    : 'there is no nats-server; on Debian: apt-get install nats-server';

/** A real nats-server of a test's own, on a free port of the loopback address. */
export interface NatsServer extends AsyncDisposable {
  /** `127.0.0.1:port` */
  readonly address: string;
  readonly url: string;
  /** Ends it with SIGKILL, as a crash would. */
  kill(): Promise<void>;
  /** Starts it again on the same port. */
  start(): Promise<void>;
}

/** Starts a nats-server with these options, and waits until it takes connections. */
export async function startNats(...options: readonly string[]): Promise<NatsServer> {
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  let running: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    const child = spawn(program, ['-a', '127.0.0.1', '-p', String(port), ...options], {stdio: 'ignore'});
    running = child;
    for (let attempt = 0; attempt < 500; attempt += 1) {
      if (child.exitCode !== null) throw new Error(`nats-server ended with exit code ${child.exitCode}.`);
      if (await listens(address)) return;
      await pause(10);
    }
    throw new Error('nats-server does not answer.');
  };
  const kill = async (): Promise<void> => {
    const child = running;
    running = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  };
  await start();
  return {address, url: `nats://${address}`, kill, start, [Symbol.asyncDispose]: kill};
}

/** Whether a server is there, be it that it wants other credentials. */
async function listens(servers: string): Promise<boolean> {
  try {
    const connection = await connect({servers, reconnect: false, timeout: 1_000});
    await connection.close();
    return true;
  } catch (failure) {
    return failure instanceof Error && !/refused|timeout/i.test(failure.message);
  }
}
