import {setTimeout as delay} from 'node:timers/promises';

/** What V8 does when its embedder tells it that memory is short: collect, compact, and give back what is not used. */
const program = `
import {Session} from 'node:inspector';
const session = new Session();
session.connect();
process.on('SIGUSR2', () => session.post('HeapProfiler.collectGarbage'));
`;

/** Flags for a Node process that is to give back the memory it does not use when it is asked to by `collect`. */
export const collectable: readonly string[] = ['--import', `data:text/javascript,${encodeURIComponent(program)}`];

/** Garbage is as large as the generator's haste made it: what is compared is what is held. */
export async function collect(pid: number): Promise<void> {
  // What one collection finalizes can only be freed by the next.
  for (let times = 0; times < 2; times += 1) {
    process.kill(pid, 'SIGUSR2');
    await delay(2_000);
  }
}
