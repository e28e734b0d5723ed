import type {AddressInfo} from 'node:net';
import {ConfigError} from '../config/config-error.js';
import type {Api} from './instance.js';

/**
 * Listens, and says where.
 *
 * @throws {ConfigError} if the port is taken, not permitted, or the address is none of this machine's
 */
export async function listen(api: Api, {host, port}: {host: string; port: number}): Promise<string> {
  try {
    await api.listen({host, port, listenTextResolver: (address) => `the operations port is open at ${address}`});
  } catch (thrown) {
    const reason = thrown instanceof Error && 'code' in thrown ? refusals.get(thrown.code) : undefined;
    if (reason === undefined) throw thrown;
    throw new ConfigError([
      `Cannot listen on PARLEY_OPS_HOST ${host}, PARLEY_OPS_PORT ${port}: ${reason}; 0 takes any free port.`,
    ]);
  }
  return addressOf(api.server.address());
}

const refusals: ReadonlyMap<unknown, string> = new Map([
  ['EADDRINUSE', 'the port is taken; stop the other program, or set PARLEY_OPS_PORT to a free port'],
  ['EACCES', 'this user may not use the port; set PARLEY_OPS_PORT to one above 1023'],
  ['EADDRNOTAVAIL', 'the address is not this machine’s; set PARLEY_OPS_HOST to one that is'],
  ['ENOTFOUND', 'there is no such host; set PARLEY_OPS_HOST to an address of this machine'],
]);

function addressOf(bound: AddressInfo | string | null): string {
  if (bound === null || typeof bound === 'string') throw new Error('The operations port has no address.');
  return `http://${reachable(bound.address)}:${bound.port}`;
}

/** How a program on this machine writes the address. */
function reachable(address: string): string {
  if (address === '0.0.0.0') return '127.0.0.1';
  if (address === '::') return '[::1]';
  return address.includes(':') ? `[${address}]` : address;
}
