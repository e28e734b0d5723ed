import {isIP} from 'node:net';
import {networkInterfaces} from 'node:os';

/** How clients reach media, and whether that can work. */
export type AddressCheck =
  | {readonly verdict: 'fine' | 'doubtful'; readonly announced: string | undefined; readonly sentence: string}
  | {readonly verdict: 'impossible'; readonly sentence: string};

export interface LocalAddress {
  readonly address: string;
  readonly internal: boolean;
  readonly family: string;
}

export const isWildcard = (ip: string): boolean => ip === '0.0.0.0' || ip === '::';
export const isLoopback = (address: string): boolean =>
  address === 'localhost' || address === '::1' || (isIP(address) === 4 && address.startsWith('127.'));

/**
 * The commonest mistake of a media server's set-up is an address that clients cannot send to: this says at start what
 * they will be told. It cannot know what lies between: NAT and firewalls show only from outside.
 *
 * @param announced the address given to clients, if it is not the one listened on.
 */
export function checkAddress(
  listenIp: string,
  announced: string | undefined,
  local: readonly LocalAddress[] = localAddresses(),
): AddressCheck {
  if (isIP(listenIp) === 0) {
    return {verdict: 'impossible', sentence: `Media cannot listen on "${listenIp}": it is not an IP address.`};
  }
  if (announced !== undefined && (isWildcard(announced) || !/^[A-Za-z0-9.:-]{1,253}$/.test(announced))) {
    return {verdict: 'impossible', sentence: `Clients cannot send media to "${announced}": announce an address.`};
  }
  if (isWildcard(listenIp)) return checkWildcard(listenIp, announced, local);
  if (!isLoopback(listenIp) && !local.some(({address}) => address === listenIp)) {
    return {verdict: 'impossible', sentence: `Media cannot listen on ${listenIp}: this machine has no such address.`};
  }
  return checkConcrete(listenIp, announced);
}

function checkConcrete(listenIp: string, announced: string | undefined): AddressCheck {
  if (announced === undefined || announced === listenIp) {
    const reach = isLoopback(listenIp) ? ', which only this machine reaches' : '';
    return {verdict: 'fine', announced: undefined, sentence: `Clients are told to send media to ${listenIp}${reach}.`};
  }
  if (isLoopback(listenIp) && !isLoopback(announced)) {
    return {
      verdict: 'doubtful',
      announced,
      sentence: `Clients are told to send media to ${announced}, but it is received on ${listenIp} only: without a forwarder on this machine nothing arrives.`,
    };
  }
  return announcedInstead(listenIp, announced);
}

function checkWildcard(ip: string, announced: string | undefined, local: readonly LocalAddress[]): AddressCheck {
  if (announced !== undefined) return announcedInstead('all addresses', announced);
  const family = isIP(ip) === 6 ? 'IPv6' : 'IPv4';
  const outward = local.find((address) => !address.internal && address.family === family)?.address;
  const guess = outward ?? (family === 'IPv6' ? '::1' : '127.0.0.1');
  return {
    verdict: 'doubtful',
    announced: guess,
    sentence: `Clients are told to send media to ${guess}, the first address of this machine, because none to announce is given: behind NAT or in a container that is the wrong one.`,
  };
}

function announcedInstead(listening: string, announced: string): AddressCheck {
  const sentence = `Clients are told to send media to ${announced}; it is received on ${listening}.`;
  return isLoopback(announced) && !isLoopback(listening)
    ? {verdict: 'doubtful', announced, sentence: `${sentence} Only this machine reaches that address.`}
    : {verdict: 'fine', announced, sentence};
}

export function localAddresses(): readonly LocalAddress[] {
  return Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
}
