/** `npm start`: from a fresh clone to a running node, which prints its page's address. Arguments go to the server. */
import {cloneFolder} from './setup/clone.mjs';
import {say} from './setup/progress.mjs';
import {runScript} from './setup/script.mjs';
import {exitCodeOf} from './setup/run.mjs';
import {onStopRequest, spawnServer} from './setup/server-process.mjs';
import {callsOff, environmentWith, setUp} from './setup/set-up.mjs';

await runScript(async () => {
  const result = await setUp(cloneFolder);
  if (result.worker === undefined) say(callsOff(result.withoutWorker));
  const server = spawnServer(cloneFolder, process.argv.slice(2), environmentWith(result.worker), 'inherit');
  // A terminal that is closed asks for as orderly an end as Ctrl-C.
  onStopRequest((signal) => server.kill(signal === 'SIGHUP' ? 'SIGTERM' : signal));
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.once('exit', (code, signal) => resolve(exitCodeOf(code, signal)));
  });
});
