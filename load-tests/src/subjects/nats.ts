import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {setTimeout as delay} from 'node:timers/promises';
import {connect} from '@nats-io/transport-node';
import {lastingPort} from './lasting-port.js';

/** A nats-server of a scenario's own. */
export interface RunningNats {
  readonly pid: number;
  /** `127.0.0.1:port` */
  readonly address: string;
  readonly stop: () => Promise<void>;
}

async function answers(servers: string): Promise<boolean> {
  try {
    await (await connect({servers, reconnect: false, timeout: 1_000})).close();
    return true;
  } catch {
    return false;
  }
}

/** Starts a nats-server on a free port, and waits until it answers; undefined where there is none. */
export async function startNats(): Promise<RunningNats | undefined> {
  const port = String(await lastingPort());
  const address = `127.0.0.1:${port}`;
  const child = spawn('nats-server', ['-a', '127.0.0.1', '-p', port], {stdio: 'ignore'});
  const started = await Promise.race([
    once(child, 'spawn').then(() => true),
    once(child, 'error').then(() => false),
  ]).catch(() => false);
  const {pid} = child;
  if (!started || pid === undefined) return undefined;
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  };
  for (let attempt = 0; attempt < 500 && child.exitCode === null; attempt += 1) {
    if (await answers(address)) return {pid, address, stop};
    await delay(10);
  }
  await stop();
  throw new Error('nats-server does not answer.');
}

/** Resolves when the node takes messages from NATS. */
export async function whenListening({opsUrl}: {readonly opsUrl: string}): Promise<void> {
  for (let attempt = 0; attempt < 1_000; attempt += 1) {
    const metrics = await (await fetch(`${opsUrl}/metrics`)).text();
    if (/^parley_nats_up 1$/m.test(metrics)) return;
    await delay(10);
  }
  throw new Error('The node does not find NATS.');
}
