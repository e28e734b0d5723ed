/** `npm run cluster`: a redis-server of its own and three nodes (`-- --nodes N`) on this machine, until Ctrl-C. */
import {randomBytes} from 'node:crypto';
import {join} from 'node:path';
import {parseArgs} from 'node:util';
import {cacheFolder} from './setup/cache-folder.mjs';
import {cloneFolder} from './setup/clone.mjs';
import {startNode} from './setup/cluster-node.mjs';
import {freePorts} from './setup/free-port.mjs';
import {startRedis} from './setup/own-redis.mjs';
import {needRedis} from './setup/programs.mjs';
import {Refusal} from './setup/refusal.mjs';
import {runScript} from './setup/script.mjs';
import {onStopRequest} from './setup/server-process.mjs';
import {callsOff, environmentWith, setUp} from './setup/set-up.mjs';

const show = (/** @type {string} */ line) => console.log(line);

await runScript(async () => {
  const count = nodeCount();
  const result = await setUp(cloneFolder);
  if (result.worker === undefined) show(callsOff(result.withoutWorker));
  const program = await needRedis('A cluster');
  const [redisPort = 0, ...ports] = await freePorts(1 + 2 * count);
  let asked = false;
  const redis = await startRedis(program, join(cacheFolder(), 'cluster', String(process.pid)), redisPort);
  const shared = {redisUrl: redis.url, secret: randomBytes(32).toString('base64url')};
  const env = environmentWith(result.worker);
  const nodes = Array.from({length: count}, (_, index) => {
    const own = {name: `node-${index + 1}`, port: ports[2 * index] ?? 0, opsPort: ports[2 * index + 1] ?? 0};
    return startNode(cloneFolder, {...own, ...shared}, env, show);
  });
  const stopAll = () => nodes.forEach((node) => node.stop());
  onStopRequest(() => {
    show(asked ? 'Stopping at once.' : 'Stopping the nodes; Ctrl-C again makes them hurry.');
    asked = true;
    stopAll();
  });
  let starting = true;
  for (const node of nodes) {
    void node.ended.then((code) => {
      if (!asked && !starting) show(`${node.name} has ended with exit code ${code} and is not started again.`);
    });
  }

  const ready = await Promise.all(nodes.map((node) => node.ready()));
  starting = false;
  const late = nodes.filter((_, index) => !ready[index]).map((node) => node.name);
  if (late.length === 0) showAddresses(nodes, redis);
  else stopAll();
  await Promise.all(nodes.map((node) => node.ended));
  await redis.stop();
  if (late.length > 0 && !asked) {
    throw new Refusal(`Not ready: ${late.join(', ')}; mend what the lines above report and try again.`);
  }
  return asked ? 0 : 1;
});

/**
 * @param {import('./setup/cluster-node.mjs').ClusterNode[]} nodes
 * @param {{url: string, pid: number}} redis
 */
function showAddresses(nodes, redis) {
  show('\nThe cluster is ready; a room is the same room on all of its pages:');
  for (const {name, url, pid} of nodes) {
    // Each page knows the other nodes too, so that its tab goes on there when its own node dies.
    const others = nodes.filter((node) => node.url !== url).map((node) => node.url);
    show(`  ${name}  ${url}${others.length > 0 ? `/?servers=${others.join(',')}` : ''}`);
    show(`          to watch it die: kill -9 ${pid}`);
  }
  show(`  redis   ${redis.url}  (process ${redis.pid})\nCtrl-C stops everything.\n`);
}

function nodeCount() {
  const {values} = parseArgs({options: {nodes: {type: 'string', default: '3'}}, strict: false});
  const count = Number(values['nodes']);
  if (Number.isInteger(count) && count >= 1 && count <= 20) return count;
  throw new Refusal(
    `--nodes is "${values['nodes']}": give a number from 1 to 20, for example \`npm run cluster -- --nodes 3\`.`,
  );
}
