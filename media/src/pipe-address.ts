import {isIP} from 'node:net';
import {isLoopback, isWildcard, localAddresses, type LocalAddress} from './address.js';

/** Where pipes to other hosts end on this one. */
export interface PipeAddress {
  readonly listenIp: string;
  /** What other hosts send to: an IP address. */
  readonly announced: string;
  /** UDP ports to choose from; any if not given. */
  readonly ports?: {readonly min: number; readonly max: number};
}

export interface PipeSettings {
  /** The IP address that other hosts reach this one by, if it is not its own. */
  readonly address?: string;
  readonly ports?: {readonly min: number; readonly max: number};
}

/**
 * A pipe sends from where it listens, and takes packets from where it was told the other end is and from nowhere else. So
 * it listens on the very address that others are told, where this machine has it; and unless another is given that is this
 * machine's own, and not what clients are told, which may be a NAT's. Undefined if the machine has none.
 */
export function pipeAddress(
  {address, ports}: PipeSettings,
  listenIp: string,
  local: readonly LocalAddress[] = localAddresses(),
): PipeAddress | undefined {
  const announced = address ?? (isWildcard(listenIp) ? outward(listenIp, local) : listenIp);
  if (announced === undefined) return undefined;
  const own = isLoopback(announced) || local.some((one) => one.address === announced);
  return {listenIp: own ? announced : listenIp, announced, ...(ports && {ports})};
}

function outward(wildcard: string, local: readonly LocalAddress[]): string | undefined {
  const family = isIP(wildcard) === 6 ? 'IPv6' : 'IPv4';
  return local.find((one) => !one.internal && one.family === family)?.address;
}
