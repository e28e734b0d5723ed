import {hasCode} from '@parley/protocol';

/** Whether the store or a node is merely away: no defect, and repaired when it is back. */
export function outOfReach(thrown: unknown): boolean {
  return hasCode(thrown, 'unavailable', 'timeout');
}
