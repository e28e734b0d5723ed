import {isIP} from 'node:net';

export interface EndpointRules {
  /** Push services that are allowed, with what is below them; empty: all. */
  readonly hosts: readonly string[];
  /** Whether they may be at addresses that are not public, and without TLS. */
  readonly allowPrivate: boolean;
}

/** Why nothing is sent to an endpoint; undefined if it may be. What its name stands for is looked at when it is sent to. */
export function endpointRefusal(endpoint: string, {hosts, allowPrivate}: EndpointRules): string | undefined {
  const {protocol, hostname, username, password} = new URL(endpoint);
  if (username !== '' || password !== '') return 'must not have a user or a password';
  if (!allowPrivate && protocol !== 'https:') return 'must begin with https://';
  if (!allowPrivate && !isPublicName(hostname)) return 'must be at a public name';
  const isAllowed = hosts.length === 0 || hosts.some((host) => hostname === host || hostname.endsWith(`.${host}`));
  return isAllowed ? undefined : 'is at no push service that is allowed here';
}

const isPublicName = (hostname: string): boolean =>
  hostname.includes('.') &&
  isIP(hostname) === 0 &&
  !hostname.startsWith('[') &&
  !/\.(localhost|local|internal)\.?$/.test(hostname);
