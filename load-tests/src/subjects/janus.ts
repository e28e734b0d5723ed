import {spawnSync} from 'node:child_process';
import {ownAddress} from './own-address.js';

/** The program of Janus, or why it cannot be measured here. */
export function findJanus(): {readonly program: string} | {readonly missing: string} {
  const {stdout, status} = spawnSync('which', ['janus'], {encoding: 'utf8'});
  if (status !== 0) return {missing: 'it is not installed (Debian: apt-get install janus)'};
  if (ownAddress() === undefined)
    return {missing: 'this machine has no address but loopback ones, which it does not use'};
  return {program: stdout.trim()};
}
