import type * as UwsModule from 'uWebSockets.js';

/** As in server/src/edge/load-uws.ts: for Node 24 and later there are binaries of the later release only. */
const later = 24;
const major = Number(process.versions.node.split('.')[0]);

const binaryOfThisNode = (): Promise<typeof UwsModule> =>
  major < later ? import('uWebSockets.js') : import('uWebSockets.js-node-24');

/** The release of uWebSockets.js that exists for this Node, so that peers have the one that Parley has. */
export const uWS = await binaryOfThisNode();
