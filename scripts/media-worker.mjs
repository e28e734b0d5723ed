/**
 * `node scripts/media-worker.mjs` prints the path of a media worker, which it obtains first where there is none yet.
 * Everything else goes to stderr, so that `MEDIASOUP_WORKER_BIN=$(node scripts/media-worker.mjs)` works.
 */
import {cloneFolder} from './setup/clone.mjs';
import {obtainWorker} from './setup/media-worker.mjs';
import {runScript} from './setup/script.mjs';

await runScript(async () => {
  console.log(await obtainWorker(cloneFolder, {retry: true}));
  return 0;
});
