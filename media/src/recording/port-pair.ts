import {createSocket} from 'node:dgram';
import {once} from 'node:events';
import {readFile} from 'node:fs/promises';
import type {MediaClock} from '../clock.js';

const host = '127.0.0.1';
const attempts = 20;
const lookMs = 20;

/**
 * A port of this host for RTP whose successor, for RTCP, is free as well. Another process may take them before they are
 * used: whoever uses them tries again then.
 */
export async function freePortPair(): Promise<number> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const port = await bindBriefly(0);
    if (port !== undefined && port % 2 === 0 && (await bindBriefly(port + 1)) !== undefined) return port;
  }
  throw new Error('no two ports in a row are free');
}

async function bindBriefly(port: number): Promise<number | undefined> {
  const socket = createSocket('udp4');
  try {
    socket.bind(port, host);
    await once(socket, 'listening');
    return socket.address().port;
  } catch {
    return undefined;
  } finally {
    socket.close();
  }
}

/** Resolves when a process of this host listens on the UDP port, as the kernel says; false after `withinMs`. */
export function listens(port: number, withinMs: number, clock: MediaClock): Promise<boolean> {
  return until(async () => (await waitingAt(port)) !== undefined, withinMs, clock);
}

/** Resolves when what came to the UDP port was read by whoever listens; false after `withinMs`. */
export function drained(port: number, withinMs: number, clock: MediaClock): Promise<boolean> {
  return until(async () => ((await waitingAt(port)) ?? 0) === 0, withinMs, clock);
}

async function until(holds: () => Promise<boolean>, withinMs: number, clock: MediaClock): Promise<boolean> {
  const end = clock.now() + withinMs;
  while (!(await holds())) {
    if (clock.now() >= end) return false;
    await new Promise<void>((resolve) => clock.after(lookMs, resolve));
  }
  return true;
}

/** Bytes that nobody has read yet; undefined if nobody listens. */
async function waitingAt(port: number): Promise<number | undefined> {
  const local = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const tables = await Promise.all(
    ['udp', 'udp6'].map((name) => readFile(`/proc/net/${name}`, 'utf8').catch(() => '')),
  );
  for (const line of tables.join('\n').split('\n')) {
    // slot, local address, remote address, state, bytes to be sent and bytes to be read, …
    const [, address = '', , , queues = ''] = line.trim().split(/\s+/);
    if (address.endsWith(local)) return Number.parseInt(queues.split(':')[1] ?? '0', 16);
  }
  return undefined;
}
