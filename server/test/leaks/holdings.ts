import {readFileSync, readdirSync} from 'node:fs';
import type {Held, WorkerWatch} from '../../../media/test/worker-watch.js';
import {heapCensus, type Census} from './heap-census.js';

/** What a node in this process holds, together with its media workers. */
export interface Holdings {
  /** As the workers say themselves. */
  readonly workers: Held;
  /** Open files, sockets and ports among them, of this process and of each worker. */
  readonly files: number;
  readonly filesOfWorkers: readonly number[];
  /** Handles and requests that keep this process alive, by kind. */
  readonly resources: Readonly<Record<string, number>>;
  readonly census: Census;
  readonly heapBytes: number;
  /** Resident memory of each worker, by its process. */
  readonly workerBytes: ReadonlyMap<number, number>;
}

/** Everything that {@link Holdings} says but what takes seconds to find out. */
export type Quick = Omit<Holdings, 'census' | 'heapBytes' | 'workerBytes'>;

const filesOf = (pid: number | 'self'): number => readdirSync(`/proc/${pid}/fd`).length;

export async function lookQuickly(watch: WorkerWatch): Promise<Quick> {
  const resources: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) resources[kind] = (resources[kind] ?? 0) + 1;
  const pids = watch.workers.filter(({closed}) => !closed).map(({pid}) => pid);
  return {workers: await watch.dump(), files: filesOf('self'), filesOfWorkers: pids.map(filesOf), resources};
}

export async function lookClosely(watch: WorkerWatch): Promise<Holdings> {
  const quick = await lookQuickly(watch);
  const {census, heapBytes} = await heapCensus();
  const running = watch.workers.filter(({closed}) => !closed).map(({pid}) => [pid, residentBytes(pid)] as const);
  return {...quick, census, heapBytes, workerBytes: new Map(running)};
}

function residentBytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1_024;
}
