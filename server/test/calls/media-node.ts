import {existsSync} from 'node:fs';
import type {Clock} from '@parley/signaling';
import {createMemoryWorld, type MemoryWorld} from '@parley/signaling/memory';
import {createClock} from '../../src/clock.js';
import {createIds} from '../../src/ids.js';
import {startNode, type TestNode} from '../start-node.js';

const workerBin = process.env['MEDIASOUP_WORKER_BIN'];
if (workerBin === undefined || !existsSync(workerBin)) {
  throw new Error('MEDIASOUP_WORKER_BIN must name a media worker; `npm test` sees to that');
}

/** Settings of a node with one real media worker on free ports, whose clients may ask as often as a test likes. */
export const mediaEnvironment: Readonly<Record<string, string>> = {
  MEDIASOUP_WORKER_BIN: workerBin,
  PARLEY_MEDIA_WORKERS: '1',
  PARLEY_MEDIA_PORT: '0',
  PARLEY_REQUESTS_PER_SECOND: '10000',
};

/** What the nodes of a cluster in this process share. */
export const makeWorld = (): MemoryWorld => createMemoryWorld({clock: createClock(), ids: createIds()});

export function startMediaNode(
  env: Readonly<Record<string, string>> = {},
  world: MemoryWorld = makeWorld(),
  clock?: Clock,
): Promise<TestNode> {
  return startNode({env: {...mediaEnvironment, ...env}, world, ...(clock !== undefined && {clock})});
}
