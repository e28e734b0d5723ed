import {collectDefaultMetrics, Registry} from 'prom-client';

let shared: Registry | undefined;

/**
 * Memory, CPU, garbage collection and event-loop lag (`process_*`, `nodejs_*`): facts of the process, whose observers
 * cannot be taken down again. So there is one set however many nodes live in the process.
 */
export function processMetrics(): Registry {
  if (shared === undefined) {
    shared = new Registry();
    collectDefaultMetrics({register: shared});
  }
  return shared;
}
