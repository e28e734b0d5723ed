import {existsSync} from 'node:fs';
import {startNode, type TestNode} from '../../../server/test/start-node.js';

const workerBin = process.env['MEDIASOUP_WORKER_BIN'] ?? '';

/** `npm test` sees to it that there is one. */
export const hasWorker = existsSync(workerBin);

/** A node with calls, which one worker carries. `env` is added to its settings. */
export const startCallNode = (env: Readonly<Record<string, string>> = {}): Promise<TestNode> =>
  startNode({env: {MEDIASOUP_WORKER_BIN: workerBin, PARLEY_MEDIA_WORKERS: '1', PARLEY_MEDIA_PORT: '0', ...env}});
