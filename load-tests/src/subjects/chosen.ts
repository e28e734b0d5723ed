import type {PeerName} from './peer-names.js';
import {startParley} from './parley.js';
import {startPeer} from './peer.js';
import type {StartSubject} from './subject.js';

/** Parley first, then the peers in the order in which they were named. */
export const chosenSubjects = (peers: readonly PeerName[]): ReadonlyMap<string, StartSubject> =>
  new Map<string, StartSubject>([
    ['parley', startParley],
    ...peers.map((name) => [name, (nodeFlags: readonly string[]) => startPeer(name, nodeFlags)] as const),
  ]);
