import {existsSync, mkdirSync, rmdirSync, writeFileSync} from 'node:fs';
import {setTimeout as delay} from 'node:timers/promises';

const periodMicros = 10_000;

/** Where groups of processes are given their share of a processor, and how: the second version of cgroups, or the first. */
const kinds = [
  {
    root: '/sys/fs/cgroup',
    sign: '/sys/fs/cgroup/cgroup.controllers',
    limits: (quota: number) => ({'cpu.max': `${String(quota)} ${String(periodMicros)}`, 'cpu.weight': '10000'}),
  },
  {
    root: '/sys/fs/cgroup/cpu',
    sign: '/sys/fs/cgroup/cpu/cpu.cfs_quota_us',
    limits: (quota: number) => ({
      'cpu.cfs_period_us': String(periodMicros),
      'cpu.cfs_quota_us': String(quota),
      'cpu.shares': '262144',
    }),
  },
];

/**
 * Lets a process have a share of one processor, and no more, until it has ended: before all other work of the machine, or
 * what it gets would depend on that. Throws where it is not allowed.
 */
export function confine(pid: number, share: number): {readonly release: () => Promise<void>} {
  const kind = kinds.find(({sign}) => existsSync(sign));
  if (kind === undefined) throw new Error('This system has no cgroups.');
  const group = `${kind.root}/parley-load-${String(pid)}`;
  mkdirSync(group);
  try {
    for (const [name, value] of Object.entries(kind.limits(Math.round(share * periodMicros))))
      writeFileSync(`${group}/${name}`, value);
    writeFileSync(`${group}/cgroup.procs`, String(pid));
  } catch (error) {
    rmdirSync(group);
    throw error;
  }
  return {
    async release() {
      // A group can be removed as soon as the last process in it is gone for good.
      for (let attempt = 1; existsSync(group); attempt += 1) {
        try {
          rmdirSync(group);
        } catch (error) {
          if (attempt === 50) throw error;
          await delay(20);
        }
      }
    },
  };
}
