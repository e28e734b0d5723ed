import {execFileSync} from 'node:child_process';
import {readFileSync} from 'node:fs';

export interface ProcessUsage {
  /** User and system time since the start of the process, in microseconds. */
  readonly cpuMicros: number;
  readonly rssBytes: number;
}

const ticksPerSecond = 100; // USER_HZ of every Linux that Node runs on.

function linux(pid: number): ProcessUsage {
  const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
  // The second field, in brackets, may hold spaces: count from behind it. Fields as in proc(5): 14 utime, 15 stime.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  const rss = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'))?.[1];
  return {cpuMicros: (ticks * 1e6) / ticksPerSecond, rssBytes: Number(rss) * 1024};
}

function elsewhere(pid: number): ProcessUsage {
  const [time = '0:0', rss = '0'] = execFileSync('ps', ['-o', 'cputime=,rss=', '-p', String(pid)], {encoding: 'utf8'})
    .trim()
    .split(/\s+/);
  const seconds = time.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  return {cpuMicros: seconds * 1e6, rssBytes: Number(rss) * 1024};
}

/** What a process has used, seen from outside. Throws if it is gone. */
export const processUsage = (pid: number): ProcessUsage => (process.platform === 'linux' ? linux(pid) : elsewhere(pid));
