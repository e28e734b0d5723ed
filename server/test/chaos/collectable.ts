/** What V8 does when it is told that memory is short: what is left then is held by somebody. */
const program = `
import {Session} from 'node:inspector';
const session = new Session();
session.connect();
process.on('SIGUSR2', () => session.post('HeapProfiler.collectGarbage'));
`;

/** For the environment of a Node process that is to collect its garbage whenever it gets SIGUSR2. */
export const collectable = {
  NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(program)}`,
} as const;
