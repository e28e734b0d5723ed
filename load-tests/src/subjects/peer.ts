import {fileURLToPath} from 'node:url';
import {mediaPeerNames, type PeerName} from './peer-names.js';
import {launch, type RunningSubject} from './subject.js';

/**
 * Starts one of the peers of src/peers with the flags that this process runs with (the TypeScript loader among them) and
 * the arguments of its program.
 */
export async function startPeer(
  name: PeerName,
  nodeFlags: readonly string[],
  programArgs: readonly string[] = [],
): Promise<RunningSubject> {
  const program = fileURLToPath(new URL(`../peers/${name}.js`, import.meta.url));
  const {pid, port, stop} = await launch({
    name,
    args: [...nodeFlags, program, ...programArgs],
    port: /^listening on (\d+)$/,
  });
  return {
    name,
    pid,
    url: `ws://127.0.0.1:${String(port)}`,
    speaks: (['uws-raw', ...mediaPeerNames] as readonly PeerName[]).includes(name) ? 'websocket' : 'socket.io',
    secret: undefined,
    createsRooms: false,
    stop,
  };
}
