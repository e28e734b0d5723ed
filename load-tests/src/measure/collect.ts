import {setTimeout as delay} from 'node:timers/promises';

/** Flags for a Node process that is to give back the memory it does not use when it is asked to by `collect`. */
export const collectable: readonly string[] = [
  '--expose-gc',
  '--import',
  'data:text/javascript,process.on("SIGUSR2",()=>gc({type:"major",execution:"sync",flavor:"last-resort"}))',
];

/** Garbage is as large as the generator's haste made it: what is compared is what is held. */
export async function collect(pid: number): Promise<void> {
  // Some of what one collection finalizes can only be freed by the next.
  for (let times = 0; times < 3; times += 1) {
    process.kill(pid, 'SIGUSR2');
    await delay(1_000);
  }
}
